"""The parts of a parsed expression."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression; `position` is the offset of its first (for operators: deciding) character."""

    position: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, boolean, null or `@"…"`."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable or a built-in function; `?` is the input of a unary test."""

    name: str


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-x`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first + a - b …`: operators of one precedence, from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left < right` and the other five."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """`a and b and …` (`is_any` false) or `a or b or …` (true)."""

    is_any: bool
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One unary test: `< 5` (with a sign), or an expression without."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in (tests)`."""

    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A whole cell of a decision table; no tests at all is `-`."""

    tests: tuple[Test, ...]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type: its name, the types inside (list, range, function parameters, context entries), the function's result."""

    name: str
    inner: tuple[TypeName, ...] = ()
    entries: tuple[str, ...] = ()
    result: TypeName | None = None
    #: Whether `<…>` was written.
    is_detailed: bool = False


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`if condition then yes else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in source` or `name in source .. end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """`for`, `some` or `every`."""

    kind: str
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`source.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`source[condition]`."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(positional)` or `function(name: value)`."""

    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """`function(parameters) body`; no body when it is external."""

    parameters: tuple[tuple[str, TypeName | None], ...]
    body: Node | None


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b]`."""

    entries: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{a: 1, b: 2}`."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    """`[low..high]`."""

    low: Node
    high: Node
    has_low: bool
    has_high: bool


@dataclass(frozen=True, slots=True)
class TestRange(Node):
    """A range written as a test: `(> low)`, `(= x)`."""

    sign: str
    end: Node
