"""Reading and writing rows: plain statements, one noun per module, a connection as the first argument.

Nothing here decides; services do. Functions return frozen records.
"""
