"""What the engine can be asked to do: one function, one action, one transaction.

Every service reads load → guard → validate → run → save → answer, and never calls another service.
"""
