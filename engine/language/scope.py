"""The names an expression sees while it runs, and the budget it spends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.language.budget import Budget

#: Tells whether a value is of a named type.
TypeCheck = Callable[[object, str], bool]


class Types(Protocol):
    """Types that the language itself does not know: the item definitions of DMN."""

    def conforms(self, value: object, name: str) -> bool:
        """Tell whether a value is built like the type: what `instance of` asks."""
        ...

    def accepts(self, value: object, name: str) -> bool:
        """Tell whether a value is built like the type and is one of its allowed values."""
        ...


class NoTypes:
    """There are no named types."""

    def conforms(self, value: object, name: str) -> bool:
        """Nothing is of an unknown type."""
        return False

    accepts = conforms


NO_TYPES = NoTypes()


class Scope(dict[str, object]):
    """Names and FEEL values; an unknown name is null.

    Whoever makes one sets its attributes right after: a constructor written in Python, or room for attributes that are
    not known beforehand, would cost as much as a condition.
    """

    __slots__ = ("budget", "is_strict", "types")

    budget: Budget
    types: Types
    #: Rules that contradict one another are an error, not null.
    is_strict: bool

    def __missing__(self, name: str) -> None:
        """Answer null for an unknown name."""
        return

    def child(self, values: dict[str, object]) -> Scope:
        """Return a scope that sees these values, too."""
        inner = Scope(self)
        inner.update(values)
        inner.budget = self.budget
        inner.types = self.types
        inner.is_strict = self.is_strict
        return inner


#: What a node is compiled to.
Run = Callable[[Scope], object]
