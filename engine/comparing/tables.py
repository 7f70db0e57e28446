"""Two editions of a decision file: decisions, columns and rows by their ids."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.comparing.changes import Change, Thing, compare_things
from engine.comparing.texts import compare_contents
from engine.runtime.limits import MAX_FILE_BYTES

_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
_POLICIES = {
    "UNIQUE": "只能一行命中（UNIQUE）",
    "FIRST": "取最先命中的（FIRST）",
    "ANY": "命中的结果须相同（ANY）",
    "PRIORITY": "取最优先的（PRIORITY）",
    "COLLECT": "收集全部（COLLECT）",
    "RULE ORDER": "按行序全部（RULE ORDER）",
    "OUTPUT ORDER": "按优先序全部（OUTPUT ORDER）",
}


def compare_tables(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """Yield what is different in a decision file; "" stands for a file that is not there."""
    before, after = _read(old), _read(new)
    if (old and before is None) or (new and after is None):
        yield from compare_contents(file, old, new, area="table")
        return
    yield from compare_things(_things(before), _things(after), area="table", file=file)


def _read(content: bytes) -> XmlNode | None:
    if not content or len(content) > MAX_FILE_BYTES:
        return None
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def _things(root: XmlNode | None) -> dict[str, Thing]:
    found: dict[str, Thing] = {}
    for decision in _all(root, "decision"):
        name = decision.get("name") or decision.get("id") or ""
        found[decision.get("id") or name] = Thing(sort="决策", name=name, properties=_of_decision(decision))
        for table in _children(decision, "decisionTable"):
            found.update(_of_table(table, name))
    return found


def _of_decision(decision: XmlNode) -> dict[str, str]:
    table = next(_children(decision, "decisionTable"), None)
    policy = table.get("hitPolicy", "UNIQUE") if table is not None else ""
    aggregation = table.get("aggregation", "") if table is not None else ""
    literal = next(_children(decision, "literalExpression"), None)
    return {
        "名称": decision.get("name") or "",
        "命中策略": _POLICIES.get(policy, policy),
        "汇总方式": aggregation,
        "表达式": _text(literal),
    }


def _of_table(table: XmlNode, decision: str) -> Iterator[tuple[str, Thing]]:
    inputs, outputs = list(_children(table, "input")), list(_children(table, "output"))
    place = f"（决策“{decision}”）"
    headings = [one.get("label") or _text(next(_children(one, "inputExpression"), None)) for one in inputs]
    results = [one.get("label") or one.get("name") or "结果" for one in outputs]
    for heading, column in zip((*headings, *results), (*inputs, *outputs), strict=True):
        expression = next(_children(column, "inputExpression"), None)
        properties = {"名称": heading, "取值": _text(expression), "输出名": column.get("name") or ""}
        yield column.get("id") or heading, Thing(sort="列", name=heading, properties=properties, place=place)
    for number, rule in enumerate(_children(table, "rule"), start=1):
        cells = [_text(cell) for cell in (*_children(rule, "inputEntry"), *_children(rule, "outputEntry"))]
        properties = dict(zip((*headings, *results), cells, strict=False))
        properties["说明"] = "".join(one.text or "" for one in _children(rule, "description")).strip()
        yield (
            rule.get("id") or str(number),
            Thing(sort="行", name=f"第 {number} 行", properties=properties, place=place),
        )


def _all(root: XmlNode | None, name: str) -> Iterator[XmlNode]:
    for node in root.iter() if root is not None else ():
        if isinstance(node.tag, str) and etree.QName(node).localname == name:
            yield node


def _children(node: XmlNode, name: str) -> Iterator[XmlNode]:
    return (one for one in node if isinstance(one.tag, str) and etree.QName(one).localname == name)


def _text(node: XmlNode | None) -> str:
    if node is None:
        return ""
    return " ".join("".join(one.text or "" for one in _children(node, "text")).split())
