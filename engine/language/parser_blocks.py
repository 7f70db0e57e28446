"""The parser's larger forms: `if`, `for`, `some`, `every`, functions, contexts, arguments, type names."""

from __future__ import annotations

import re
from abc import abstractmethod

from engine.language.lexer import Token, text_value
from engine.language.nodes import (
    Choice,
    ContextLiteral,
    Definition,
    Iterator,
    ListLiteral,
    Loop,
    Node,
    TypeName,
)
from engine.language.parser_tokens import INFIX_WORDS, TokenReader

_TYPES = (
    "years and months duration",
    "year month duration",
    "days and time duration",
    "day time duration",
    "date and time",
)
_TYPE_PATTERNS = tuple((name, re.compile(r"\s+".join(name.split()) + r"(?!\w)")) for name in _TYPES)
_ARGUMENT_NAME = re.compile(r"([^\W\d][\w '\s]*?)\s*:")
_MAX_ITERATORS = 8


class BlockParser(TokenReader):
    """Reads the forms that begin with a word or a bracket of their own."""

    @abstractmethod
    def expression(self, power: int = 0) -> Node:
        """Read an expression."""

    def block(self) -> Node | None:
        """Read the form whose keyword stands here; None when the word is an ordinary name."""
        match self.token.value:
            case "if":
                return self._choice()
            case "for":
                return self._loop("for", "return")
            case "some" | "every":
                return self._loop(self.token.value, "satisfies")
            case "function" if self.peek().value == "(":
                return self._definition()
            case word if word in INFIX_WORDS:
                self.fail(f"这里不应出现“{word}”。")
        return None

    def _choice(self) -> Node:
        start = self.advance().start
        condition = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return Choice(start, condition, yes, self.expression())

    def _loop(self, kind: str, keyword: str) -> Node:
        start = self.advance().start
        iterators = [self._iterator()]
        while self.take(","):
            iterators.append(self._iterator())
            if len(iterators) > _MAX_ITERATORS:
                self.fail("循环变量过多，请拆开写。")
        self.expect(keyword)
        return Loop(start, kind, tuple(iterators), self.expression())

    def _iterator(self) -> Iterator:
        start = self.token.start
        name = self.name_until("in")
        self.expect("in")
        source = self.expression()
        end = self.expression() if self.take("..") else None
        self.declare(name)
        return Iterator(start, name, source, end)

    def _definition(self) -> Node:
        start = self.advance().start
        self.expect("(")
        parameters: list[tuple[str, TypeName | None]] = []
        while not self.at(")"):
            name = self.name_until(",", ")", ":")
            parameters.append((name, self.type_name() if self.take(":") else None))
            if not self.take(","):
                break
        self.expect(")")
        if self.take("external"):
            self.expression()
            return Definition(start, tuple(parameters), None)
        self.declare(*(name for name, _ in parameters))
        return Definition(start, tuple(parameters), self.expression())

    def context(self) -> Node:
        """Read `{name: value, …}`."""
        start = self.advance().start
        entries: list[tuple[str, Node]] = []
        while not self.at("}"):
            name = text_value(self.advance()) if self.token.kind == "text" else self.name_until(":")
            self.expect(":")
            entries.append((name, self.expression()))
            self.declare(name)
            if not self.take(","):
                break
        self.expect("}")
        return ContextLiteral(start, tuple(entries))

    def list_of(self, opening: Token, entries: tuple[Node, ...]) -> Node:
        """Return the list that began at `opening`."""
        return ListLiteral(opening.start, entries)

    def arguments(self) -> tuple[tuple[Node, ...], tuple[tuple[str, Node], ...]]:
        """Read the arguments of a call up to its closing parenthesis: all by position or all by name."""
        positional: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.at(")"):
            name = self._argument_name()
            if name is not None:
                named.append((name, self.expression()))
            else:
                positional.append(self.expression())
            if not self.take(","):
                break
        self.expect(")")
        if positional and named:
            self.fail("一次调用的参数要么都写名称，要么都不写。")
        return tuple(positional), tuple(named)

    def _argument_name(self) -> str | None:
        if self.token.kind != "name":
            return None
        match = _ARGUMENT_NAME.match(self.text, self.token.start)
        if match is None:
            return None
        while self.token.end < match.end():
            self.advance()
        self.advance()
        return re.sub(r"\s+", " ", match[1])

    def type_name(self) -> TypeName:
        """Read the name of a type."""
        with self.deeper():
            for name, pattern in _TYPE_PATTERNS:
                match = pattern.match(self.text, self.token.start)
                if match:
                    while self.token.end < match.end():
                        self.advance()
                    self.advance()
                    return TypeName(name)
            name = self.name_after("of")
            while self.take("."):
                name += "." + self.name_after(".")
            return self._detailed(name)

    def _detailed(self, name: str) -> TypeName:
        """Read the `<…>` of list, range, context and function."""
        if name not in ("list", "range", "context", "function") or not self.take("<"):
            return TypeName(name)
        inner: list[TypeName] = []
        entries: list[str] = []
        while not self.at(">"):
            if name == "context":
                entries.append(self.name_until(":"))
                self.expect(":")
            inner.append(self.type_name())
            if not self.take(","):
                break
        self.expect(">")
        result = None
        if name == "function":
            self.expect("->")
            result = self.type_name()
        return TypeName(name, tuple(inner), tuple(entries), result, True)
