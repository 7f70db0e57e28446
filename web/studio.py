"""What the pages of the studio share: which tabs there are, and how a program is answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from flask import Blueprint, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.errors import EngineError, NotSignedIn
from engine.views.drafts import DraftFileView
from web import refusals
from web.security import HEADER

#: Tab -> its words, in the order of the strip.
TABS = {
    "overview": "概览",
    "diagram": "流程图",
    "form": "表单",
    "table": "决策表",
    "windows": "窗口与时限",
    "checks": "检查",
    "simulation": "推演",
    "compare": "比较",
    "approval": "送审发布",
}
#: Pattern of paths -> what they are; the first that matches counts.
_GROUPS = (
    ("*.bpmn", "流程图"),
    ("forms/*", "表单"),
    ("decisions/*", "决策表"),
    ("windows.yaml", "窗口与时限"),
    ("procedure.yaml", "事项"),
    ("documents/*", "文书模板"),
    ("scenarios/*", "推演用例"),
    ("*", "其他"),
)
#: Ids, paths and names of files inside a sentence.
_QUOTED = re.compile(r"([A-Za-z0-9_./:#*-]*[A-Za-z]{2,}[A-Za-z0-9_./:#*-]*)")
_DRAFT = "/studio/drafts/<int:draft_id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One page of a draft."""

    name: str
    label: str
    url: str


def list_tabs(draft_id: int) -> tuple[Tab, ...]:
    """Return the pages of a draft that this application has."""
    known = {rule.rule for rule in current_app.url_map.iter_rules()}
    found = []
    for name, label in TABS.items():
        rest = "" if name == "overview" else f"/{name}"
        if f"{_DRAFT}{rest}" in known:
            found.append(Tab(name=name, label=label, url=f"/studio/drafts/{draft_id}{rest}"))
    return tuple(found)


def group_files(files: Sequence[DraftFileView]) -> list[tuple[str, list[DraftFileView]]]:
    """Return the files of a draft by what they are, in the order of the tabs."""
    found: dict[str, list[DraftFileView]] = {label: [] for _, label in _GROUPS}
    for file in files:
        found[next(label for pattern, label in _GROUPS if fnmatchcase(file.path, pattern))].append(file)
    return [(label, some) for label, some in found.items() if some]


def coded(text: str) -> Markup:
    """Return a sentence with its ids and paths marked as code: they are quoted, not words to read."""
    parts = _QUOTED.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def is_scripted() -> bool:
    """Tell whether a script of ours asks, which sends the token as a header and reads JSON."""
    return HEADER in request.headers


def register_script_refusals(blueprint: Blueprint) -> None:
    """Answer the refusals of a blueprint's views to scripts in JSON; people read the usual pages."""
    blueprint.register_error_handler(EngineError, _refuse)


def _refuse(error: EngineError) -> ResponseReturnValue:
    if is_scripted():
        return _refuse_in_json(error)
    return refusals.ask_to_sign_in(error) if isinstance(error, NotSignedIn) else refusals.refuse(error)


def _refuse_in_json(error: EngineError) -> ResponseReturnValue:
    """Answer with the sentence, and what the script may go on with."""
    details: dict[str, Any] = {name: error.details[name] for name in ("revision", "by", "at") if name in error.details}
    if isinstance(details.get("at"), datetime):
        details["at"] = details["at"].isoformat()
    return make_response(jsonify(message=error.sentence, **details), refusals.status_of(error))
