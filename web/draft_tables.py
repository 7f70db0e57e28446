"""The decisions of a draft: which files there are, what a new one begins with, and how one is tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from engine.errors import BadRequest
from engine.language import FeelError
from engine.runtime.trials import Trial, list_inputs, try_decision
from forms.expressions import to_json
from web.outside_values import Outside, describe_names, read_values

FOLDER: Final = "decisions/"
ENDING: Final = ".dmn"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_BEGINNING: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_definitions" name={name} \
namespace="urn:guicheng:{id}">
  <decision id="{id}" name={name}>
    <variable id="{id}_variable" name="{id}" typeRef="string" />
    <decisionTable id="{id}_table" hitPolicy="UNIQUE">
      <input id="{id}_input" label="条件">
        <inputExpression id="{id}_expression" typeRef="string">
          <text></text>
        </inputExpression>
      </input>
      <output id="{id}_output" label="结果" name="{id}" typeRef="string" />
      <rule id="{id}_first">
        <inputEntry id="{id}_first_input">
          <text></text>
        </inputEntry>
        <outputEntry id="{id}_first_output">
          <text></text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One file of decisions."""

    file: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What trying a decision brought."""

    inputs: tuple[Outside, ...]
    trial: Trial

    @property
    def answer(self) -> str:
        """The answer as people read it."""
        return _say(to_json(self.trial.answer))


def list_tables(files: Mapping[str, bytes]) -> tuple[TableRow, ...]:
    """Return the files of decisions by name."""
    names = [name for name in sorted(files) if name.startswith(FOLDER) and name.endswith(ENDING)]
    return tuple(TableRow(file=name, name=_title(files[name]) or name) for name in names)


def _title(content: bytes) -> str:
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return ""
    return root.get("name") or ""


def table_file(name: str) -> str:
    """Return the path of a file of decisions.

    Raises:
        BadRequest: the name cannot be that of a file.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest("编号应为小写英文字母、数字和下划线，以字母开头，例如 grade_by_score。")
    return f"{FOLDER}{name}{ENDING}"


def begin_table(name: str, title: str) -> bytes:
    """Return a new file with one decision table of one condition and one result."""
    return _BEGINNING.format(id=name, name=quoteattr(title or name)).encode()


def try_table(files: Mapping[str, bytes], text: str, decision: str, typed: Mapping[str, str], now: datetime) -> Tried:
    """Ask a decision of a file as it stands in the editor."""
    content = text.encode()
    try:
        headings = list_inputs(content)
        inputs = tuple(replace(one, label=one.label or headings[one.name]) for one in describe_names(headings, files))
        return Tried(inputs=inputs, trial=try_decision(content, decision, read_values(inputs, typed), now))
    except FeelError as error:
        return Tried(inputs=(), trial=Trial(answer=None, hits=(), numbers=(), problem=error.message))


def _say(value: object) -> str:
    if value is None:
        return "没有结果"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "，".join(f"{name} = {_say(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(_say(item) for item in value) or "空列表"
    return f"“{value}”" if isinstance(value, str) else str(value)
