"""Business rule tasks: which decision a task asks, and what becomes of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.errors import Problem
from engine.language import FeelError, compile_expression, compile_unary_tests, decide_strictly, decision_problems
from engine.language.wording import brief, quoted
from engine.runtime.documents import MAX_FILE_BYTES, Problems, text

#: How Camunda 7 names the shapes of an answer; "" keeps what the decision itself gives.
SHAPES = frozenset({"", "singleEntry", "singleResult", "collectEntries", "resultList"})
_FOLDER = "decisions/"
_ASKED = ("decision", "decisionService")
#: Types of a column whose variable a case keeps as ISO text.
_MOMENTS = frozenset(
    {
        "date",
        "time",
        "dateTime",
        "date and time",
        "dayTimeDuration",
        "days and time duration",
        "yearMonthDuration",
        "years and months duration",
    }
)
#: Parts of a decision table in which a variable may be named, and how such a text is read.
_READERS = {
    "inputExpression": compile_expression,
    "outputEntry": compile_expression,
    "inputEntry": compile_unary_tests,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a business rule task says."""

    #: Id or name of the decision.
    decision: str
    #: Variable that receives the answer; without one, each entry of the answer becomes a variable.
    result: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A DMN file, ready to be asked."""

    dmn: bytes
    #: Names of what it takes from outside.
    inputs: frozenset[str]
    #: Ids and names of its decisions, each with the name of its single output.
    labels: Mapping[str, str]
    has_imports: bool


@lru_cache(maxsize=128)
def read_model(dmn: bytes) -> Model:
    """Read a DMN file and declare the inputs that its tables use without declaring them.

    Modellers for Camunda and SpiffWorkflow write `<inputExpression>` over process variables and draw no input data;
    in standard DMN such a name would be null for ever.

    Raises:
        FeelError: it is no DMN file.
    """
    root = _root(dmn)
    for name, message in _misshapen(root):
        raise FeelError(f"决策{quoted(name)}：{message}")
    for decision in _parts(root, "decision"):
        _declare_inputs(root, decision)
    return Model(
        dmn=etree.tostring(root),
        inputs=frozenset(part.get("name") or "" for part in _parts(root, "inputData", "decision")),
        labels=_labels(root),
        has_imports=bool(_parts(root, "import")),
    )


def _root(dmn: bytes) -> XmlNode:
    try:
        root = etree.fromstring(dmn, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeelError(f"决策文件不是有效的 XML：{brief(error)}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise FeelError("决策文件带有 DOCTYPE 声明，出于安全考虑不予读取。")
    return root


def _misshapen(root: XmlNode) -> list[tuple[str, str]]:
    """Return the decisions with a table whose rules do not fit its columns, each with a sentence."""
    tables = [(part, table) for part in _parts(root, "decision") for table in _parts(part, "decisionTable")]
    return [
        (part.get("name") or part.get("id") or "", f"决策表第 {number} 行的格数与列数不一致。")
        for part, table in tables
        for number, rule in enumerate(_parts(table, "rule"), start=1)
        if any(len(_parts(rule, f"{way}Entry")) != len(_parts(table, way)) for way in ("input", "output"))
    ]


def _parts(node: XmlNode, *names: str) -> list[XmlNode]:
    return [part for part in node if isinstance(part.tag, str) and etree.QName(part).localname in names]


def _labels(root: XmlNode) -> dict[str, str]:
    pairs = [(name, part) for part in _parts(root, *_ASKED) for name in (part.get("name"), part.get("id"))]
    return {name: _label(part) for name, part in pairs if name}


def _label(part: XmlNode) -> str:
    """Return the name of a decision's single output."""
    outputs = [output for table in _parts(part, "decisionTable") for output in _parts(table, "output")]
    named = [*outputs[:1], *_parts(part, "variable"), part]
    return next((name for node in named if (name := node.get("name") or node.get("id"))), "")


def _declare_inputs(root: XmlNode, decision: XmlNode) -> None:
    known = {
        part.get("name") or ""
        for part in _parts(root, "decision", "businessKnowledgeModel", "decisionService", "import")
    }
    required = {link.get("href") for need in _parts(decision, "informationRequirement") for link in need}
    declared = {part.get("name") or "": part for part in _parts(root, "inputData")}
    kinds = _kinds(decision)
    for name in sorted(_names_used(decision) - known - {"now", "?"}):
        if name not in declared:
            declared[name] = etree.SubElement(root, _same(root, "inputData"), id=f"input {name}", name=name)
            if kind := kinds.get(name):
                etree.SubElement(declared[name], _same(root, "variable"), name=name, typeRef=kind)
        reference = f"#{declared[name].get('id')}"
        if reference not in required:
            need = etree.Element(_same(root, "informationRequirement"))
            etree.SubElement(need, _same(root, "requiredInput"), href=reference)
            decision.insert(0, need)


def _kinds(decision: XmlNode) -> dict[str, str]:
    """Return the types of the inputs that are simply a variable, when they say that it is a moment or a duration.

    A case keeps these as ISO text; other types are left to the table, which would find `12` no `integer`.
    """
    tables = _parts(decision, "decisionTable")
    inputs = [
        part for table in tables for column in _parts(table, "input") for part in _parts(column, "inputExpression")
    ]
    return {text(part): kind for part in inputs if (kind := part.get("typeRef") or "") in _MOMENTS}


def _same(root: XmlNode, name: str) -> str:
    return f"{{{etree.QName(root).namespace}}}{name}"


def _names_used(decision: XmlNode) -> set[str]:
    found: set[str] = set()
    for table in _parts(decision, "decisionTable"):
        for place in table.iter():
            reader = _READERS.get(etree.QName(place).localname) if isinstance(place.tag, str) else None
            feel = text(place)
            if reader is not None and feel not in {"", "-"}:
                found |= _free_names(reader, feel)
    for expression in _parts(decision, "literalExpression"):
        found |= _free_names(compile_expression, text(expression))
    return found


def _free_names(reader: Any, feel: str) -> set[str]:
    try:
        expression = reader(feel)
        return set(expression.names | expression.possible_names)
    except FeelError:  # reported by `decision_problems` when the folder is read
        return set()


def read_decisions(files: Mapping[str, bytes], problems: Problems) -> dict[str, bytes]:
    """Return the DMN file of every decision of `decisions/*.dmn`, by its id and by its name."""
    dmn = {name: content for name, content in files.items() if name.startswith(_FOLDER) and name.endswith(".dmn")}
    found: dict[str, bytes] = {}
    for file, content in sorted(dmn.items()):
        for decision in _read(file, content, dmn.values(), problems):
            if decision in found and found[decision] is not content:
                message = f"决策{quoted(decision)}在几个文件里都有，请改为不同的编号和名称。"
                problems.found.append(Problem(file=file, element=decision, message=message))
            found[decision] = content
    return found


def _read(file: str, content: bytes, every: Iterable[bytes], problems: Problems) -> list[str]:
    if len(content) > MAX_FILE_BYTES:
        problems.add(file, None, f"决策文件超过 {MAX_FILE_BYTES // 1_000_000} MB，请拆分。")
        return []
    try:
        root = _root(content)
        misshapen = _misshapen(root)
        problems.found.extend(Problem(file=file, element=part, message=message) for part, message in misshapen)
        if misshapen:
            return list(_labels(root))
        model = read_model(content)
        faults = decision_problems(model.dmn, imports=_imports(model, every))
    except FeelError as error:
        problems.add(file, None, error.message)
        return []
    problems.found.extend(Problem(file=file, element=part, message=message) for part, message in faults)
    return list(model.labels)


def _imports(model: Model, every: Iterable[bytes]) -> tuple[bytes, ...]:
    if not model.has_imports:
        return ()
    others = (read_model(dmn).dmn for dmn in dict.fromkeys(every))
    return tuple(dmn for dmn in others if dmn != model.dmn)


def inputs_of(decisions: Mapping[str, bytes]) -> frozenset[str]:
    """Return the names that the decisions take from outside."""
    return frozenset[str]().union(*(read_model(dmn).inputs for dmn in dict.fromkeys(decisions.values())))


def answer(
    rule: Rule, decisions: Mapping[str, bytes], scope: Mapping[str, object], now: datetime | None
) -> dict[str, object]:
    """Ask a decision and return the variables that its answer sets, in the shape that the task wants.

    Raises:
        FeelError: there is no such decision, it cannot be evaluated, or the answer has another shape.
    """
    if rule.decision not in decisions:
        raise FeelError(f"没有名为{quoted(rule.decision)}的决策。")
    model = read_model(decisions[rule.decision])
    imports = _imports(model, decisions.values())
    names = model.inputs if not imports else scope.keys()
    inputs = {name: scope[name] for name in names if name in scope}
    value = decide_strictly(model.dmn, rule.decision, inputs, imports=imports, now=now)
    label = model.labels.get(rule.decision, rule.decision)
    shaped = _shaped(value, rule, label)
    if rule.result:
        return {rule.result: shaped}
    return shaped if isinstance(shaped, dict) else {label: shaped}


def _shaped(value: object, rule: Rule, label: str) -> object:
    if rule.shape == "":
        return value
    if rule.shape == "collectEntries":
        return [_entry(row, rule) for row in _rows(value)]
    if rule.shape == "resultList":
        return [_row(row, label) for row in _rows(value)]
    rows = _rows(value)
    if len(rows) > 1:
        raise FeelError(f"决策{quoted(rule.decision)}命中了 {len(rows)} 条规则，而任务只接受一条结果。")
    if not rows:
        return None
    return _entry(rows[0], rule) if rule.shape == "singleEntry" else _row(rows[0], label)


def _rows(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _row(row: object, label: str) -> object:
    return row if isinstance(row, dict) else {label: row}


def _entry(row: object, rule: Rule) -> object:
    if not isinstance(row, dict):
        return row
    if len(row) != 1:
        raise FeelError(f"决策{quoted(rule.decision)}给出了 {len(row)} 项结果，而任务只接受一项。")
    return next(iter(row.values()))
