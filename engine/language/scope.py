"""The names an expression sees while it runs, and the budget it spends."""

from __future__ import annotations

from collections.abc import Callable

from engine.language.budget import Budget

#: Tells whether a value is of a named type that the language itself does not know (an item definition of DMN).
TypeCheck = Callable[[object, str], bool]


def _knows_no_type(value: object, name: str) -> bool:
    return False


class Scope(dict[str, object]):
    """Names and FEEL values; an unknown name is null."""

    #: Set right after the scope is made: a constructor written in Python would cost more than a condition.
    budget: Budget
    is_of_type: TypeCheck = staticmethod(_knows_no_type)

    def __missing__(self, name: str) -> None:
        """Answer null for an unknown name."""
        return

    def child(self, values: dict[str, object]) -> Scope:
        """Return a scope that sees these values, too."""
        inner = Scope(self)
        inner.update(values)
        inner.budget = self.budget
        inner.is_of_type = self.is_of_type
        return inner


#: What a node is compiled to.
Run = Callable[[Scope], object]
