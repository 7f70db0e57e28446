"""Conditions of other engines, said in FEEL where that is plain, and the questions asked where there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.etree import _Element as XmlNode

from engine.language import FeelError, compile_expression
from engine.runtime.dialects import expression_text
from engine.runtime.documents import child, text
from engine.runtime.importing.draft import put_in, word

#: The functions by which XPath asks for data (BPMN 2.0, 10.4.3); the datum is a variable here.
_DATA = re.compile(r"""(?:\w+:)?get(?:DataObject|DataInput|DataOutput|ProcessProperty)\(\s*['"](\w+)['"]\s*\)""")
#: Texts stay as they are; everything between them is rewritten.
_TEXT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_SIGNS = (
    (re.compile(r"={2,3}"), " = "),
    (re.compile(r"!=="), " != "),
    (re.compile(r"&&"), " and "),
    (re.compile(r"\|\|"), " or "),
    (re.compile(r"\beq\b"), " = "),
    (re.compile(r"\bne\b"), " != "),
    (re.compile(r"\bgt\b"), " > "),
    (re.compile(r"\blt\b"), " < "),
    (re.compile(r"\bge\b"), " >= "),
    (re.compile(r"\ble\b"), " <= "),
    (re.compile(r"!\s*([A-Za-z_][\w.]*)(?!\s*\()"), r" not(\1) "),
)


def condition_of(flow: XmlNode) -> str:
    """Return the condition of a flow without its wrapper, or ""."""
    return expression_text(text(child(flow, "conditionExpression")))


def is_feel(condition: str) -> bool:
    """Say whether a text is an expression that can be compiled."""
    try:
        compile_expression(condition)
    except FeelError:
        return False
    return bool(condition)


def in_feel(condition: str, data: Mapping[str, str]) -> str:
    """Return a condition written for another engine as FEEL, or "" when it is not plain how.

    Args:
        condition: the text.
        data: name of a datum of the drawing that is no single word -> the word that stands for it.
    """
    parts = _TEXT.split(_DATA.sub(r"\1", condition))
    found = "".join(_as_text(part) if position % 2 else _with_signs(part, data) for position, part in enumerate(parts))
    found = " ".join(found.split())
    return found if is_feel(found) else ""


def _as_text(part: str) -> str:
    return part if part.startswith('"') else '"' + part[1:-1].replace('"', '\\"') + '"'


def _with_signs(part: str, data: Mapping[str, str]) -> str:
    for name in sorted((name for name in data if name in part), key=len, reverse=True):
        part = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", data[name], part)
    for sign, said in _SIGNS:
        part = sign.sub(said, part)
    return part


def set_condition(flow: XmlNode, feel: str) -> None:
    """Write a condition, or remove it with ""."""
    for old in flow.findall("{*}conditionExpression"):
        flow.remove(old)
    if feel:
        put_in(flow, "conditionExpression").text = feel


def choice(gateway: XmlNode, answer: str, *, is_many: bool) -> tuple[str, str]:
    """Return the variable a gateway asks when no condition is drawn, and the condition of one answer."""
    variable = word(gateway.get("id") or "", "choice")
    literal = '"' + answer.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return variable, f"list contains({variable}, {literal})" if is_many else f"{variable} = {literal}"
