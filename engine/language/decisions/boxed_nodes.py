"""The parts of boxed expressions that text expressions do not have."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.nodes import Node, TypeName, UnaryTests


@dataclass(frozen=True, slots=True)
class Fitted(Node):
    """A boxed expression whose result must be of a type (if one is given)."""

    body: Node
    type: TypeName | None


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """A condition of a boxed expression: anything but true, false and null makes the whole expression null."""

    body: Node


@dataclass(frozen=True, slots=True)
class BoxedContext(Node):
    """Named entries, each of which sees those before it, and perhaps a result."""

    entries: tuple[tuple[str, Node], ...]
    result: Node | None


@dataclass(frozen=True, slots=True)
class InputClause(Node):
    """A column of conditions."""

    expression: Node
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class OutputClause(Node):
    """A column of results; `ranking` lists the allowed values from most to least important."""

    name: str
    type: TypeName | None
    ranking: Node | None
    default: Node | None


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A row: one cell of tests for each input, one expression for each output."""

    tests: tuple[UnaryTests, ...]
    results: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable(Node):
    """A decision table."""

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str
