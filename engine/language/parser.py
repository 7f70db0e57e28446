"""From text to nodes: operator precedence (Pratt), with names of several words found by longest match.

Depth is limited here, so that neither parsing nor compiling nor running can exhaust Python's stack.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.language.errors import FeelSyntaxError, NoValue
from engine.language.lexer import Token, text_value
from engine.language.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conjunction,
    Filter,
    InstanceOf,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    RangeLiteral,
    Test,
    TestRange,
    UnaryTests,
)
from engine.language.numbers import ARITHMETIC_ERRORS, DECIMAL128
from engine.language.parser_blocks import BlockParser
from engine.language.parser_tokens import MAX_CHAIN, ORDER_SIGNS
from engine.language.temporal_text import read_temporal
from engine.language.wording import quoted

#: How tightly each operator binds.
_POWERS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys((*ORDER_SIGNS, "between", "in", "instance"), 3),
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "**": 6,
}
_OPERAND, _UNARY = 4, 7
_CONSTANTS = {"true": True, "false": False, "null": None}


class Parser(BlockParser):
    """Reads one expression or one cell of unary tests."""

    def whole_expression(self) -> Node:
        """Read the text as one expression."""
        node = self.expression()
        self.expect_end()
        return node

    def whole_tests(self) -> UnaryTests:
        """Read the text as a cell of a decision table: `-`, tests, or `not(tests)`."""
        start = self.token.start
        if self.at("-") and self.peek().kind == "end":
            return UnaryTests(start, (), False)
        is_negated = self.at("not") and self.peek().value == "("
        if is_negated:
            self.advance()
            self.advance()
        tests = self.tests()
        if is_negated:
            self.expect(")")
        self.expect_end()
        return UnaryTests(start, tests, is_negated)

    def tests(self) -> tuple[Test, ...]:
        """Read unary tests separated by commas."""
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> Test:
        start = self.token.start
        if self.token.kind == "sign" and self.token.value in ORDER_SIGNS:
            return Test(start, self.advance().value, self.expression(_OPERAND))
        return Test(start, "", self.expression())

    def expression(self, power: int = 0) -> Node:
        """Read an expression whose operators bind at least as tightly as `power`."""
        with self.deeper():
            return self._continued(self._prefix(), power)

    def _continued(self, left: Node, power: int) -> Node:
        """Read the operators that follow `left`."""
        links = 0
        while (own := self._operator_power()) >= max(power, 1):
            left = self._infix(left, own)
            links += 1
            if links > MAX_CHAIN:
                self.fail("表达式过长，请拆开写。")
        return left

    def _operator_power(self) -> int:
        return _POWERS.get(self.token.value, 0) if self.token.kind in ("sign", "name") else 0

    def _infix(self, left: Node, power: int) -> Node:
        token = self.token
        match token.value:
            case "or" | "and":
                return self._conjunction(left, token)
            case "between":
                return self._between(left)
            case "in":
                self.advance()
                return Membership(token.start, left, self._membership_tests())
            case "instance":
                self.advance()
                self.expect("of")
                return InstanceOf(token.start, left, self.type_name())
        if power >= _OPERAND:
            return self._arithmetic(left, power)
        self.advance()
        return Comparison(token.start, token.value, left, self.expression(_OPERAND))

    def _conjunction(self, left: Node, token: Token) -> Node:
        operands = [left]
        while self.take(token.value):
            operands.append(self.expression(_POWERS[token.value] + 1))
        return Conjunction(token.start, token.value == "or", tuple(operands))

    def _between(self, value: Node) -> Node:
        position = self.advance().start
        low = self.expression(_OPERAND)
        self.expect("and")
        return Between(position, value, low, self.expression(_OPERAND))

    def _arithmetic(self, first: Node, power: int) -> Node:
        position = self.token.start
        rest = []
        while self._operator_power() == power:
            sign = self.advance().value
            rest.append((sign, self.expression(power + 1)))
        return Arithmetic(position, first, tuple(rest))

    def _membership_tests(self) -> tuple[Test, ...]:
        """Read what follows `in`: tests in parentheses, one test, or an expression that begins with a parenthesis."""
        opening = self.token
        if not self.at("("):
            start = self.token.start
            if self.token.kind == "sign" and self.token.value in ORDER_SIGNS:
                return (self._test(),)
            return (Test(start, "", self.expression(_OPERAND)),)
        self.advance()
        if self.token.value in ORDER_SIGNS:
            return self._closed_tests(self._test())
        first = self.expression()
        if self.at(","):
            return self._closed_tests(Test(opening.start, "", first))
        left = self._range_end(opening, first) if self.at("..") else first
        if left is first:
            self.expect(")")
        whole = self._continued(self._postfixed(left), _OPERAND)
        return (Test(opening.start, "", whole),)

    def _closed_tests(self, first: Test) -> tuple[Test, ...]:
        tests = [first]
        while self.take(","):
            tests.append(self._test())
        self.expect(")")
        return tuple(tests)

    def _prefix(self) -> Node:
        token = self.token
        if self.take("-"):
            with self.deeper():
                return Negation(token.start, self.expression(_UNARY))
        return self._postfixed(self._primary())

    def _primary(self) -> Node:
        token = self.token
        match token.kind:
            case "number":
                self.advance()
                return Literal(token.start, self._number(token))
            case "text":
                self.advance()
                return Literal(token.start, text_value(token))
            case "name":
                return self._named()
            case "sign" if token.value in ("(", "[", "]"):
                return self._bracket()
            case "sign" if token.value == "{":
                return self.context()
            case "sign" if token.value == "@":
                return self._at_literal()
            case "sign" if token.value == "?":
                self.advance()
                return Name(token.start, "?")
        return self.fail(
            "表达式在这里中断，还缺少内容。" if token.kind == "end" else f"这里不应出现{quoted(token.value)}。"
        )

    def _number(self, token: Token) -> Decimal:
        try:
            return DECIMAL128.create_decimal(token.value)
        except ARITHMETIC_ERRORS as error:
            raise FeelSyntaxError("数字超出可表示的范围。", token.start) from error

    def _named(self) -> Node:
        token = self.token
        known = self.known_name()
        if known:
            return Name(token.start, known)
        block = self.block()
        if block is not None:
            return block
        self.advance()
        if token.value in _CONSTANTS and token.value not in self.declared:
            return Literal(token.start, _CONSTANTS[token.value])
        return Name(token.start, token.value)

    def _at_literal(self) -> Node:
        start = self.advance().start
        token = self.token
        if token.kind != "text":
            self.fail('@ 后面应为英文双引号括起来的日期、时间或时长，例如 @"2026-11-15"。')
        self.advance()
        try:
            return Literal(start, read_temporal(text_value(token)))
        except NoValue as error:
            message = f"{token.value} 不是有效的日期、时间或时长。"
            raise FeelSyntaxError(message, token.start) from error

    def _bracket(self) -> Node:
        opening = self.advance()
        if opening.value == "[" and self.at("]") and self.peek().value != "..":
            self.advance()
            return self.list_of(opening, ())
        if opening.value == "(" and self.token.kind == "sign" and self.token.value in ORDER_SIGNS:
            return self._half_range(opening)
        first = self.expression()
        if self.at(".."):
            return self._range_end(opening, first)
        if opening.value == "(":
            self.expect(")")
            return first
        if opening.value == "]":
            self.fail("区间里应有 .. 。")
        entries = [first]
        while self.take(","):
            entries.append(self.expression())
        self.expect("]")
        return self.list_of(opening, tuple(entries))

    def _half_range(self, opening: Token) -> Node:
        sign = self.advance().value
        end = self.expression()
        self.expect(")")
        return TestRange(opening.start, sign, end)

    def _range_end(self, opening: Token, low: Node) -> Node:
        self.advance()
        self.open_ranges += 1
        high = self.expression()
        self.open_ranges -= 1
        if self.token.value not in (")", "]", "["):
            self.fail("区间应以 ] 或 ) 结束。")
        closing = self.advance()
        return RangeLiteral(opening.start, low, high, opening.value == "[", closing.value == "]")

    def _postfixed(self, node: Node) -> Node:
        """Read the paths, filters and calls that follow a value."""
        links = 0
        while self.token.kind == "sign" and self.token.value in (".", "[", "("):
            if self.at("[") and self.open_ranges and not self.starts_value(self.peek()):
                break
            node = self._postfix(node)
            links += 1
            if links > MAX_CHAIN:
                self.fail("这里的点号、下标或调用连得过长。")
        return node

    def _postfix(self, node: Node) -> Node:
        token = self.advance()
        if token.value == ".":
            return Path(token.start, node, self.name_after("."))
        if token.value == "(":
            positional, named = self.arguments()
            return Call(token.start, node, positional, named)
        condition = self.expression()
        self.expect("]")
        return Filter(token.start, node, condition)


def parse_expression(text: str, names: Iterable[str]) -> Node:
    """Read an expression in which these names may occur.

    Raises:
        FeelSyntaxError: the text is not an expression.
    """
    return Parser(text, frozenset(names)).whole_expression()


def parse_unary_tests(text: str, names: Iterable[str]) -> UnaryTests:
    """Read the unary tests of a cell.

    Raises:
        FeelSyntaxError: the text is not a list of tests.
    """
    return Parser(text, frozenset(names)).whole_tests()
