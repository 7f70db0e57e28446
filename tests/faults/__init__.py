"""Faults: processes that die at chosen moments, and what must be true after it."""
