"""The parser's place in the text: the current token, the names known there, the depth, and complaints."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import NoReturn

from engine.language.errors import FeelSyntaxError
from engine.language.functions import BUILTINS
from engine.language.lexer import KnownNames, Token, next_token
from engine.language.wording import quoted

ORDER_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})
#: Nested parentheses, lists, calls, negations, blocks.
MAX_DEPTH = 80
#: Operators, paths, filters and calls in one row.
MAX_CHAIN = 40
#: Characters of one expression.
MAX_LENGTH = 20_000
#: Properties of ranges and times whose names have two words.
_PROPERTY_NAMES = ("start included", "end included", "time offset")
#: Words that stand between values or end them.
INFIX_WORDS = frozenset({"then", "else", "return", "in", "satisfies", "and", "or", "between", "instance", "of"})
_OPENING_SIGNS = frozenset({"-", "(", "[", "{", "@", "?"})
#: Names of several words that are always known.
_BUILT_IN_NAMES = (*(name for name in BUILTINS if " " in name), *_PROPERTY_NAMES)


class TokenReader:
    """Steps through the tokens of one text."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        """Stand before the first token."""
        if len(text) > MAX_LENGTH:
            raise FeelSyntaxError(f"表达式过长（超过 {MAX_LENGTH} 字），请拆开写。", MAX_LENGTH)
        self.text = text
        self.declared = set(names)
        self.known = KnownNames((*_BUILT_IN_NAMES, *names))
        self._depth = 0
        #: Ranges whose second end is being read: there `[` may close the range instead of opening a filter.
        self.open_ranges = 0
        self.token = next_token(text, 0)

    def fail(self, message: str) -> NoReturn:
        """Complain about the current token."""
        raise FeelSyntaxError(message, self.token.start)

    @contextlib.contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one level down, and up again."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail("表达式嵌套过深，请拆开写。")
        yield
        self._depth -= 1

    def advance(self) -> Token:
        """Return the current token and step to the next."""
        token = self.token
        self.token = next_token(self.text, token.end)
        return token

    def peek(self) -> Token:
        """Return the token after the current one."""
        return next_token(self.text, self.token.end)

    def at(self, value: str) -> bool:
        """Tell whether the current token is this sign or word."""
        return self.token.value == value and self.token.kind in ("sign", "name")

    def starts_value(self, token: Token) -> bool:
        """Tell whether a value may begin with this token."""
        if token.kind == "sign":
            return token.value in _OPENING_SIGNS
        return token.kind != "end" and token.value not in INFIX_WORDS

    def take(self, value: str) -> bool:
        """Step over this sign or word if it is here."""
        if not self.at(value):
            return False
        self.advance()
        return True

    def expect(self, value: str) -> None:
        """Step over this sign or word, which must be here."""
        if not self.take(value):
            found = "表达式的结尾" if self.token.kind == "end" else f"{quoted(self.token.value)}"
            self.fail(f"这里应为“{value}”，却是{found}。")

    def expect_end(self) -> None:
        """Complain when something is left."""
        if self.token.kind != "end":
            hint = "；如果它是几个词组成的名称的一部分，请先声明这个名称" if self.token.kind == "name" else ""
            self.fail(f"{quoted(self.token.value)}之前缺少运算符{hint}。")

    def declare(self, *names: str) -> None:
        """Know these names from here on."""
        for name in names:
            self.declared.add(name)
            self.known.add(name)

    def known_name(self) -> str | None:
        """Step over the longest known name of several words that starts here."""
        found = self.known.at(self.token, self.text)
        if found is None or found[1] < self.token.end:
            return None
        self.token = next_token(self.text, found[1])
        return found[0]

    def name_after(self, sign: str) -> str:
        """Step over the name that must follow `sign`."""
        if self.token.kind != "name":
            self.fail(f"“{sign}”后面应为名称。")
        return self.known_name() or self.advance().value

    def name_until(self, *stops: str) -> str:
        """Step over a new name: a quoted text, or everything up to one of the stops."""
        start = end = self.token.start
        while self.token.kind != "end" and not any(self.at(stop) for stop in stops):
            end = self.advance().end
        if self.token.kind == "end":
            self.fail(f"这里缺少“{stops[0]}”。")
        name = re.sub(r"\s+", " ", self.text[start:end])
        if not name:
            self.fail(f"“{stops[0]}”之前缺少名称。")
        return name
