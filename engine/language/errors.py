"""How the language says no.

    FeelError
    ├── FeelSyntaxError      the text is not FEEL
    └── FeelBudgetExceeded   the evaluation would take too long, grow too large or nest too deep

Everything else that goes wrong while an expression runs is `null`, as FEEL prescribes; `NoValue` carries that inside
this package and never leaves it.
"""

from __future__ import annotations


class FeelError(Exception):
    """An expression cannot be used."""

    def __init__(self, message: str, position: int = 0) -> None:
        """Keep the Chinese sentence for people and the 0-based offset of the character it is about."""
        self.message = message
        self.position = position
        super().__init__(message)


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression."""


class FeelBudgetExceeded(FeelError):
    """The evaluation was stopped because it asked for too much."""


class NoValue(Exception):
    """The operation has no result: the expression around it becomes null."""
