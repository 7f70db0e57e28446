"""Gateways: ways that may all be closed, ways that are open at once, conditions that say the same in every case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from lxml.etree import _Element as XmlNode

from engine.language import nodes
from engine.language.analysis import free_names
from engine.language.nodes import Node
from engine.lint.findings import Finding
from engine.lint.kind_tables import path_of
from engine.lint.subject import Subject, found_at
from engine.lint.vocabulary import Vocabulary, parse
from engine.runtime.diagram import Level
from engine.runtime.dialects import expression_text
from engine.runtime.documents import ACTIVITIES, child, tag, text

_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
#: Ways of one gateway that are compared with each other; nobody draws more.
_MOST_WAYS = 40
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class Among:
    """A condition of the form: a value is one of these (or, negated, none of these)."""

    path: str
    values: frozenset[object]
    is_negated: bool = False


def check_branching(subject: Subject, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what can be said about the conditions behind each gateway and each activity."""
    for level in subject.levels:
        for name, node in level.nodes.items():
            flows = level.outgoing.get(name, [])
            if len(flows) > 1 and (tag(node) in _CHOOSING or tag(node) in ACTIVITIES):
                yield from _check_ways(level, node, flows, vocabulary)


def _check_ways(level: Level, node: XmlNode, flows: Sequence[XmlNode], vocabulary: Vocabulary) -> Iterator[Finding]:
    default = node.get("default")
    texts = [(flow, condition_of(flow)) for flow in flows if flow.get("id") != default]
    parsed = [(flow, found) for flow, feel in texts if feel and (found := parse(feel)) is not None]
    if not parsed or len(parsed) < len(texts) or len(parsed) > _MOST_WAYS:
        return
    for flow, condition in parsed:
        if not _names(condition):
            message = "这个条件没有用到任何变量，每个办件的结果都一样；请写明按什么判断，或改为默认出线。"
            yield found_at("constant_condition", level, flow, message, "condition")
    conditions = [condition for _, condition in parsed]
    if default is None and not covers_all(conditions, vocabulary):
        message = "没有默认出线，几个条件又可能都不成立，办件会停在这里；请把其中一条设为默认出线。"
        yield found_at("no_default", level, node, message, "default")
    if tag(node) == "exclusiveGateway":
        yield from _check_overlaps(level, parsed)


def condition_of(flow: XmlNode) -> str:
    """Return the condition of a flow, "" without one."""
    return expression_text(text(child(flow, "conditionExpression")))


def _names(condition: Node) -> frozenset[str]:
    found = free_names(condition, frozenset())
    return frozenset(found.certain | found.possible)


def _check_overlaps(level: Level, parsed: Sequence[tuple[XmlNode, Node]]) -> Iterator[Finding]:
    for (first, one), (second, other) in combinations(parsed, 2):
        shared = _shared(one, other)
        if shared is not None:
            also = f"（{shared}）" if shared else ""
            name = " ".join((first.get("name") or first.get("id") or "").split())
            message = f"与出线“{name}”的条件会同时成立{also}，排他网关只走排在前面的一条；请让条件互不重叠。"
            yield found_at("overlapping_ways", level, second, message, "condition")


def _shared(one: Node, other: Node) -> str | None:
    """Return what both conditions accept, "" when they are the same; None when nothing is known to be shared."""
    if same(one, other):
        return ""
    first, second = among(one), among(other)
    if first is None or second is None or first.path != second.path or first.is_negated or second.is_negated:
        return None
    shared = first.values & second.values
    return f"{first.path} 为 {'、'.join(sorted(map(str, shared)))} 时" if shared else None


def same(one: Node, other: Node) -> bool:
    """Say whether two expressions are the same, wherever they stand."""
    return _bare(one) == _bare(other)


def _bare(node: object) -> object:
    """Return a node without its positions, to compare it with another."""
    if isinstance(node, Node):
        names = [name for one in type(node).__mro__ for name in getattr(one, "__slots__", ()) if name != "position"]
        return type(node).__name__, *(_bare(getattr(node, name)) for name in names)
    if isinstance(node, tuple):
        return tuple(map(_bare, node))
    return type(node).__name__, node


def covers_all(conditions: Sequence[Node], vocabulary: Vocabulary) -> bool:
    """Say whether one of the conditions holds whatever was answered."""
    if any(same(one, _opposite(other)) for one in conditions for other in conditions):
        return True
    known = [found for condition in conditions if (found := among(condition)) is not None]
    for one in known:
        others = frozenset[object]().union(*(o.values for o in known if o.path == one.path and not o.is_negated))
        possible = vocabulary.choices.get(one.path)
        if (one.is_negated and one.values <= others) or (possible is not None and possible <= others):
            return True
        if {True, False} <= others:
            return True
    return False


def _opposite(node: Node) -> Node:
    if isinstance(node, nodes.Comparison):
        return nodes.Comparison(node.position, _OPPOSITE.get(node.sign, ""), node.left, node.right)
    return nodes.Call(0, nodes.Name(0, "not"), (node,), ())


def among(node: Node) -> Among | None:
    """Return a condition as a set of values, when it is one."""
    if isinstance(node, nodes.Comparison) and node.sign in {"=", "!="}:
        path, value = path_of(node.left), node.right
        if path and isinstance(value, nodes.Literal):
            return Among(path, frozenset({value.value}), node.sign == "!=")
    if isinstance(node, nodes.Membership):
        return _among_tests(node)
    if isinstance(node, nodes.Call) and path_of(node.function) == "not" and len(node.positional) == 1:
        inner = among(node.positional[0])
        return None if inner is None else Among(inner.path, inner.values, not inner.is_negated)
    path = path_of(node)
    return Among(path, frozenset({True})) if path else None


def _among_tests(node: nodes.Membership) -> Among | None:
    path = path_of(node.value)
    operands = [test.operand for test in node.tests if not test.sign]
    if len(operands) == 1 and isinstance(operands[0], nodes.ListLiteral):
        operands = list(operands[0].entries)
    values = [operand.value for operand in operands if isinstance(operand, nodes.Literal)]
    is_known = path and len(node.tests) == len([test for test in node.tests if not test.sign])
    return Among(path, frozenset(values)) if is_known and len(values) == len(operands) else None
