"""What differs between two editions of a procedure, in sentences that an official understands."""

from engine.comparing.changes import AREAS, KINDS, Change, Comparison
from engine.comparing.comparing import compare

__all__ = ["AREAS", "KINDS", "Change", "Comparison", "compare"]
