"""How a built-in function is declared, chosen by its arguments, and called.

A function is declared with its FEEL signature, e.g. `substring(string: string, start position: integer, length?: any)`:
`?` marks a parameter that may be missing, `...` one that takes any number of arguments. A function may have several
signatures; the first that fits the arguments is used. An argument that does not fit makes the result null.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.functions.arguments import CHECKS
from engine.language.numbers import ARITHMETIC_ERRORS
from engine.language.values import Function

_PARAMETER = re.compile(r"(?P<name>[^:?.]+)(?P<optional>\?)?(?P<variadic>\.\.\.)?: (?P<type>[\w ]+)")
_MISSING = object()
Implementation = TypeVar("Implementation", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature."""

    name: str
    check: Callable[[Any], Any]
    is_optional: bool
    is_variadic: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    implementation: Callable[..., object]
    takes_budget: bool

    def bind(self, positional: Sequence[object], named: Mapping[str, object] | None) -> list[object]:
        """Return the checked arguments in the order of the parameters.

        Raises:
            NoValue: they do not fit this signature.
        """
        if named is not None:
            positional = self._by_name(named)
        elif self.parameters and self.parameters[-1].is_variadic:
            return self._variadic(positional)
        if len(positional) > len(self.parameters):
            raise NoValue
        bound = [parameter.check(value) for parameter, value in zip(self.parameters, positional, strict=False)]
        if not all(parameter.is_optional for parameter in self.parameters[len(bound) :]):
            raise NoValue
        return bound

    def _by_name(self, named: Mapping[str, object]) -> list[object]:
        if not named.keys() <= {parameter.name for parameter in self.parameters}:
            raise NoValue
        values = [named.get(parameter.name, _MISSING) for parameter in self.parameters]
        while values and values[-1] is _MISSING and self.parameters[len(values) - 1].is_optional:
            values.pop()
        return [None if value is _MISSING else value for value in values]

    def _variadic(self, positional: Sequence[object]) -> list[object]:
        fixed = self.parameters[:-1]
        if len(positional) < len(fixed):
            raise NoValue
        bound = [parameter.check(value) for parameter, value in zip(fixed, positional, strict=False)]
        return [*bound, *map(self.parameters[-1].check, positional[len(fixed) :])]


class BuiltIn(Function):
    """A function of the language."""

    __slots__ = ("name", "signatures")

    def __init__(self, name: str) -> None:
        """Begin without signatures."""
        self.name = name
        self.signatures: list[Signature] = []

    def add(self, signature: Signature) -> None:
        """Allow one more way to call the function."""
        self.signatures.append(signature)

    def takes(self, count: int) -> bool:
        """Tell whether one of the signatures has that many parameters."""
        return any(len(signature.parameters) == count for signature in self.signatures)

    def invoke(self, positional: Sequence[object], named: Mapping[str, object] | None, budget: Budget) -> object:
        """Return the result of the first signature that fits; null when there is none, or no result."""
        budget.spend()
        for value in positional if named is None else named.values():
            budget.measure(value)
        for signature in self.signatures:
            try:
                arguments = signature.bind(positional, named)
            except NoValue:
                continue
            return _run(signature, arguments, budget)
        return None


def _run(signature: Signature, arguments: list[object], budget: Budget) -> object:
    try:
        result = signature.implementation(*([budget] if signature.takes_budget else []), *arguments)
    except (NoValue, *ARITHMETIC_ERRORS):
        return None
    budget.measure(result)
    return result


BUILTINS: dict[str, BuiltIn] = {}


def built_in(signature: str) -> Callable[[Implementation], Implementation]:
    """Declare the decorated function as a built-in function with this FEEL signature.

    When its first parameter is called `budget`, the budget of the evaluation is handed over, too.
    """
    name, _, rest = signature.partition("(")
    parameters = tuple(_parameter(text) for text in rest.rstrip(")").split(", ") if text)

    def declare(implementation: Implementation) -> Implementation:
        takes_budget = next(iter(inspect.signature(implementation).parameters), "") == "budget"
        BUILTINS.setdefault(name, BuiltIn(name)).add(Signature(parameters, implementation, takes_budget))
        return implementation

    return declare


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        raise ValueError(f"not a parameter: {text!r}")
    check = CHECKS[match["type"]]
    return Parameter(match["name"], check, match["optional"] is not None, match["variadic"] is not None)
