"""Compiling values, names, operators and choices."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.language.arithmetic import OPERATORS, Operator, negate
from engine.language.compiler import compiled, compiles
from engine.language.errors import NoValue
from engine.language.functions import BUILTINS
from engine.language.nodes import (
    Arithmetic,
    Between,
    Choice,
    Comparison,
    Conjunction,
    Literal,
    Name,
    Negation,
)
from engine.language.numbers import ARITHMETIC_ERRORS, DECIMAL128
from engine.language.scope import Run, Scope
from engine.language.values import ORDER, compare, equal, negated

_FAILURES = (NoValue, *ARITHMETIC_ERRORS)
#: Operators on two numbers, tried before the general ones.
_NUMBER_OPERATORS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL128.add,
    "-": DECIMAL128.subtract,
    "*": DECIMAL128.multiply,
}


@compiles(Literal)
def _literal(node: Literal) -> Run:
    value = node.value
    return lambda scope: value


@compiles(Name)
def _name(node: Name) -> Run:
    name = node.name
    function = BUILTINS.get(name)
    if function is None:
        return operator.itemgetter(name)
    return lambda scope: scope.get(name, function)


@compiles(Negation)
def _negation(node: Negation) -> Run:
    operand = compiled(node.operand)

    def run(scope: Scope) -> object:
        try:
            return negate(operand(scope))
        except _FAILURES:
            return None

    return run


@compiles(Arithmetic)
def _arithmetic(node: Arithmetic) -> Run:
    first = compiled(node.first)
    steps = [(_NUMBER_OPERATORS.get(sign), OPERATORS[sign], compiled(operand)) for sign, operand in node.rest]
    if len(steps) == 1:
        return _single_step(first, *steps[0])

    def run(scope: Scope) -> object:
        result: Any = first(scope)
        for _, operate, operand in steps:
            try:
                result = operate(result, operand(scope), scope.budget)
            except _FAILURES:
                result = None
        return result

    return run


def _single_step(
    left: Run, on_numbers: Callable[[Decimal, Decimal], Decimal] | None, operate: Operator, right: Run
) -> Run:
    def run(scope: Scope) -> object:
        first: Any = left(scope)
        second: Any = right(scope)
        try:
            if on_numbers is not None and type(first) is Decimal and type(second) is Decimal:
                return on_numbers(first, second)
            return operate(first, second, scope.budget)
        except _FAILURES:
            return None

    return run


@compiles(Comparison)
def _comparison(node: Comparison) -> Run:
    sign = node.sign
    left, right = compiled(node.left), compiled(node.right)
    if isinstance(node.right, Literal) and type(node.right.value) in (str, Decimal):
        return _with_constant(sign, left, node.right.value)
    if sign in ORDER:
        return _order(sign, left, right)
    return _equality(left, right, is_wanted=sign == "=")


def _with_constant(sign: str, left: Run, constant: Any) -> Run:
    """Compile the commonest condition, a comparison with a number or text, without a detour."""
    kind = type(constant)
    relate = ORDER.get(sign) or (operator.eq if sign == "=" else operator.ne)
    null_answer = {"=": False, "!=": True}.get(sign)

    def run(scope: Scope) -> bool | None:
        value = left(scope)
        if type(value) is kind:
            return relate(value, constant)
        return null_answer if value is None else None

    return run


def _equality(left: Run, right: Run, *, is_wanted: bool) -> Run:
    def run(scope: Scope) -> bool | None:
        first, second = left(scope), right(scope)
        if type(first) is str and type(second) is str:
            return (first == second) is is_wanted
        answer = equal(first, second, scope.budget)
        return answer if is_wanted else negated(answer)

    return run


def _order(sign: str, left: Run, right: Run) -> Run:
    in_order = ORDER[sign]

    def run(scope: Scope) -> bool | None:
        first, second = left(scope), right(scope)
        if type(first) is Decimal and type(second) is Decimal:
            return in_order(first, second)
        return compare(sign, first, second)

    return run


@compiles(Conjunction)
def _conjunction(node: Conjunction) -> Run:
    deciding = node.is_any
    operands = tuple(compiled(operand) for operand in node.operands)

    def run(scope: Scope) -> bool | None:
        answer: bool | None = not deciding
        for operand in operands:
            truth = operand(scope)
            if truth is deciding:
                return deciding
            if truth is not (not deciding):
                answer = None
        return answer

    return run


@compiles(Between)
def _between(node: Between) -> Run:
    value, low, high = compiled(node.value), compiled(node.low), compiled(node.high)

    def run(scope: Scope) -> bool | None:
        middle = value(scope)
        is_above = compare(">=", middle, low(scope))
        is_below = compare("<=", middle, high(scope))
        if is_above is None or is_below is None:
            return None
        return is_above and is_below

    return run


@compiles(Choice)
def _choice(node: Choice) -> Run:
    condition, yes, no = compiled(node.condition), compiled(node.yes), compiled(node.no)
    return lambda scope: yes(scope) if condition(scope) is True else no(scope)
