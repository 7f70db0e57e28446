"""Trying a decision before it is published: its answer, and which rules of its table were hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.language import FeelError, compile_expression, compile_unary_tests, decide, decide_strictly
from engine.runtime.decisions import Model, read_model
from engine.runtime.documents import text

_ANYTHING = frozenset({"", "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a decision says to some values."""

    answer: object
    #: Ids of the rules that were hit, from top to bottom.
    hits: tuple[str, ...]
    #: Their numbers, from 1.
    numbers: tuple[int, ...]
    #: Why there is no answer, or "".
    problem: str


def list_inputs(dmn: bytes) -> dict[str, str]:
    """Return the names of what a file of decisions takes from outside, each with the heading of its column or "".

    Raises:
        FeelError: it is no such file.
    """
    root = etree.fromstring(read_model(dmn).dmn)
    headings = dict(_headings(root))
    return {name: headings.get(name, "") for name in _inputs(root)}


def _inputs(root: XmlNode) -> tuple[str, ...]:
    return tuple(sorted({part.get("name") or "" for part in _parts(root, "inputData")} - {""}))


def _headings(root: XmlNode) -> Iterator[tuple[str, str]]:
    """Yield what each input column asks, as written, and its heading."""
    for decision in _parts(root, "decision"):
        for table in _parts(decision, "decisionTable"):
            for column in _parts(table, "input"):
                asked = next((text(part) for part in _parts(column, "inputExpression")), "")
                yield asked.strip(), column.get("label") or ""


def try_decision(dmn: bytes, decision: str, values: Mapping[str, object], now: datetime) -> Trial:
    """Ask one decision of a file.

    Args:
        dmn: the file; files that it imports are not at hand here.
        decision: id of the decision; "" for the first that has a table or an expression.
        values: what it takes from outside, by name.
        now: the time that it sees.

    Raises:
        FeelError: it is no file of decisions.
    """
    model = read_model(dmn)
    root = etree.fromstring(model.dmn)
    node = _find(root, decision)
    given = {name: values.get(name) for name in _inputs(root)}
    if node is None:
        return Trial(answer=None, hits=(), numbers=(), problem="文件里还没有决策表或式子。")
    answer, problem = None, ""
    try:
        answer = decide_strictly(model.dmn, node.get("id") or "", given, now=now)
    except FeelError as error:
        problem = error.message
    context = {**given, **_required(root, node, model, given, now)}
    hits = [(number, rule) for number, rule in _rules(node) if _is_hit(node, rule, context)]
    return Trial(
        answer=answer,
        hits=tuple(rule.get("id") or "" for _, rule in hits),
        numbers=tuple(number for number, _ in hits),
        problem=problem,
    )


def _parts(node: XmlNode, *names: str) -> list[XmlNode]:
    return [part for part in node if isinstance(part.tag, str) and etree.QName(part).localname in names]


def _find(root: XmlNode, decision: str) -> XmlNode | None:
    nodes = [part for part in _parts(root, "decision") if _parts(part, "decisionTable", "literalExpression")]
    return next((part for part in nodes if part.get("id") == decision), nodes[0] if nodes and not decision else None)


def _required(
    root: XmlNode, node: XmlNode, model: Model, given: Mapping[str, object], now: datetime
) -> dict[str, object]:
    """Return the answers of the decisions that this one rests on, by their names."""
    wanted = {
        (link.get("href") or "").lstrip("#")
        for need in _parts(node, "informationRequirement")
        for link in _parts(need, "requiredDecision")
    }
    answers: dict[str, object] = {}
    for part in _parts(root, "decision"):
        if part.get("id") in wanted:
            try:
                answers[part.get("name") or ""] = decide(model.dmn, part.get("id") or "", given, now=now)
            except FeelError:
                answers[part.get("name") or ""] = None
    return answers


def _rules(node: XmlNode) -> Iterator[tuple[int, XmlNode]]:
    for table in _parts(node, "decisionTable"):
        yield from enumerate(_parts(table, "rule"), start=1)


def _is_hit(node: XmlNode, rule: XmlNode, context: Mapping[str, object]) -> bool:
    """Whether every cell of a rule holds; one that cannot be evaluated does not."""
    columns = [column for table in _parts(node, "decisionTable") for column in _parts(table, "input")]
    try:
        return all(
            _holds(column, text(cell), context)
            for column, cell in zip(columns, _parts(rule, "inputEntry"), strict=False)
        )
    except FeelError:
        return False


def _holds(column: XmlNode, cell: str, context: Mapping[str, object]) -> bool:
    if cell.strip() in _ANYTHING:
        return True
    asked = next((text(part) for part in _parts(column, "inputExpression")), "")
    value = compile_expression(asked, context).evaluate(context)
    return compile_unary_tests(cell, context).evaluate({**context, "?": value}) is True
