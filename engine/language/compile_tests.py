"""Compiling unary tests, `in`, `instance of` and ranges."""

from __future__ import annotations

from engine.language.analysis import mentions
from engine.language.compiler import compiled, compiles
from engine.language.errors import NoValue
from engine.language.functions.ranges import make_range
from engine.language.nodes import InstanceOf, Literal, Membership, RangeLiteral, Test, TestRange, UnaryTests
from engine.language.scope import Run, Scope
from engine.language.types import is_instance
from engine.language.values import ORDER, Range, compare, equal, matches_test, negated


def _test(node: Test) -> Run:
    """Compile one test of the input, which stands in the scope as `?`."""
    operand = compiled(node.operand)
    sign = node.sign
    if sign in ORDER:
        return lambda scope: compare(sign, scope["?"], operand(scope))
    if sign:

        def run(scope: Scope) -> bool | None:
            answer = equal(scope["?"], operand(scope), scope.budget)
            return answer if sign == "=" else negated(answer)

        return run
    if isinstance(node.operand, Literal):
        return lambda scope: equal(scope["?"], operand(scope), scope.budget)
    if mentions(node.operand, "?"):
        return _condition(operand)
    return lambda scope: matches_test(scope["?"], operand(scope), scope.budget)


def _condition(operand: Run) -> Run:
    """Compile a test that speaks of `?` itself: its truth is the answer, anything else is compared with the input."""

    def run(scope: Scope) -> bool | None:
        answer = operand(scope)
        if answer is None or isinstance(answer, bool):
            return answer
        return matches_test(scope["?"], answer, scope.budget)

    return run


def _any_test(tests: list[Run], scope: Scope) -> bool | None:
    answer: bool | None = False
    for test in tests:
        truth = test(scope)
        if truth is True:
            return True
        if truth is None:
            answer = None
    return answer


@compiles(Membership)
def _membership(node: Membership) -> Run:
    value = compiled(node.value)
    tests = [_test(test) for test in node.tests]
    return lambda scope: _any_test(tests, scope.child({"?": value(scope)}))


@compiles(UnaryTests)
def _unary_tests(node: UnaryTests) -> Run:
    tests = [_test(test) for test in node.tests]
    is_negated = node.is_negated
    if not tests:
        return lambda scope: True
    return lambda scope: (_any_test(tests, scope) is True) is not is_negated


@compiles(InstanceOf)
def _instance_of(node: InstanceOf) -> Run:
    value, wanted = compiled(node.value), node.type

    def run(scope: Scope) -> bool | None:
        try:
            return is_instance(value(scope), wanted, scope.types.conforms)
        except NoValue:
            return None

    return run


@compiles(RangeLiteral)
def _range(node: RangeLiteral) -> Run:
    low, high = compiled(node.low), compiled(node.high)
    has_low, has_high = node.has_low, node.has_high

    def run(scope: Scope) -> Range | None:
        try:
            return make_range(low(scope), high(scope), has_low, has_high)
        except NoValue:
            return None

    return run


@compiles(TestRange)
def _test_range(node: TestRange) -> Run:
    end, sign = compiled(node.end), node.sign
    is_included = sign in ("<=", ">=", "=")

    def run(scope: Scope) -> Range | None:
        value = end(scope)
        if value is None:
            return None
        low = None if sign.startswith("<") else value
        high = None if sign.startswith(">") else value
        return Range(low, high, is_included and low is not None, is_included and high is not None, sign)

    return run
