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


class Scope(dict[str, object]):
    """Names and FEEL values; an unknown name is null."""

    #: Set right after the scope is made: a constructor written in Python would cost more than a condition.
    budget: Budget
    types: Types = NoTypes()
    #: Rules that contradict one another are an error, not null.
    is_strict = False

    def __missing__(self, name: str) -> None:
        """Answer null for an unknown name."""
        return

    def child(self, values: dict[str, object]) -> Scope:
        """Return a scope that sees these values, too."""
        inner = Scope(self)
        inner.update(values)
        inner.budget = self.budget
        inner.types = self.types
        if self.is_strict:
            inner.is_strict = True
        return inner


#: What a node is compiled to.
Run = Callable[[Scope], object]
