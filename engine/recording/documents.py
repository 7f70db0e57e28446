"""制发文书: a number and frozen texts in the case's transaction; the files are made after it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from engine.clock import local
from engine.documents import Entry, Template
from engine.errors import ExecutionError
from engine.folders.templates import OWN_PARAMETERS
from engine.language import FeelError
from engine.recording.action import CaseAction
from engine.recording.arguments import Arguments
from engine.recording.notices import recipients_of
from engine.recording.texts import context_of, filled_text, make_code
from engine.runtime import Effect
from engine.store import documents

LONGEST_TITLE = 200
#: Attribute of an organisation: 机关代字, the beginning of its documents' numbers.
DOCUMENT_CODE = "document_code"


def make_documents(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Issue the documents of these calls and nudge their rendering."""
    # Two actions that number in the same series wait for each other; in one order, so that they cannot deadlock.
    ordered = sorted(calls, key=lambda call: (_issuer_id(action, call), str(call.parameters.get("series") or "")))
    issued = [_issue(action, call) for call in ordered]
    action.system.jobs.defer_render_documents(action.connection, issued)


def _issue(action: CaseAction, call: Effect) -> int:
    given = Arguments(action, call)
    name = given.words("template")
    template = action.folder.templates[name]
    values = _identity(action, call) | _numbered(action, given) | _addressed(action, given)
    values["filling"] = _filled(action, call, template, values)
    values |= {
        "template": name,
        "template_sha256": hashlib.sha256(template.content).hexdigest(),
        "definition_id": action.case.definition_id,
        "state": "pending",
    }
    details = {"number": values["number"] or "", "title": values["title"]}
    action.journal.add("document_issued", element=action.label(call.element_id), details=details)
    return documents.insert_document(action.connection, values)


def _issuer_id(action: CaseAction, call: Effect) -> str:
    office = action.case.offices.get(action.element(call.element_id).lane)
    if office is None:
        step = action.label(call.element_id)[1]
        raise ExecutionError(f"没有找到制发“{step}”的单位，请管理员核对组织机构。", element_id=call.element_id)
    return office


def _identity(action: CaseAction, call: Effect) -> dict[str, Any]:
    title = filled_text(action, call, "title").strip()
    if not 0 < len(title) <= LONGEST_TITLE:
        raise ExecutionError(f"文书标题应为 1 到 {LONGEST_TITLE} 字。", element_id=call.element_id)
    return {
        "instance_id": action.case.id,
        "organisation_id": _issuer_id(action, call),
        "title": title,
        "verification_code": make_code(),
        "issued_at": action.at,
    }


def _numbered(action: CaseAction, given: Arguments) -> dict[str, Any]:
    """Return the document's number: as an official gave it, or the next one of the body's series of the year."""
    issuer_id, series = _issuer_id(action, given.call), given.text("series")
    issuer = documents.read_issuer(action.connection, issuer_id)
    year = local(action.at).year
    values = {"organisation_name": issuer.name, "series": series, "year": year}
    values |= {"sequence": None, "number": given.text("number") or None}
    if series:
        sequence = documents.next_sequence(action.connection, issuer_id, series, year)
        code = str(issuer.attributes.get(DOCUMENT_CODE) or issuer.short_name)
        values |= {"sequence": sequence, "number": write_number(code, series, year, sequence)}
    return values


def write_number(code: str, series: str, year: int, sequence: int) -> str:
    """Return a 发文字号 as GB/T 9704-2012 wants it: brackets 〔〕, no leading zero, no 第."""
    return f"{code}{series}〔{year}〕{sequence}号"


def _addressed(action: CaseAction, given: Arguments) -> dict[str, Any]:
    to = given.text("to")
    ids = list(dict.fromkeys(one for one, _ in recipients_of(action, to))) if to else []
    names = documents.names_of(action.connection, ids)
    words = filled_text(action, given.call, "addressee").strip() or "、".join(names[one] for one in ids)
    return {"addressee": words, "recipients": ids}


def _filled(action: CaseAction, call: Effect, template: Template, values: dict[str, Any]) -> list[Entry]:
    """Return the texts of the template's placeholders, as they stand at this moment for good."""
    case, known = action.case, context_of(action)
    own = [name for name in call.parameters if name not in OWN_PARAMETERS]
    context = {
        **known,
        **{name: _value(action, call, name, known) for name in own},
        "document": _described(values, action.at),
        "case": {
            "number": case.number,
            "title": case.title,
            "procedure": case.procedure_name,
            "submitted_at": case.submitted_at or action.changes.get("submitted_at"),
        },
        "qr": _address(action, values),
    }
    try:
        return template.fill(context)
    except FeelError as error:
        raise ExecutionError(f"文书“{values['title']}”无法填写：{error.message}", element_id=call.element_id) from error


def _value(action: CaseAction, call: Effect, name: str, known: dict[str, Any]) -> object:
    value = call.parameters[name]
    return filled_text(action, call, name, known) if isinstance(value, str) else value


def _described(values: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "title": values["title"],
        "number": values["number"],
        "to": values["addressee"],
        "office": values["organisation_name"],
        "issued_on": local(at).date(),
        "code": values["verification_code"],
    }


def _address(action: CaseAction, values: dict[str, Any]) -> str:
    query = urlencode({"number": values["number"] or values["title"], "code": values["verification_code"]})
    return f"{action.system.settings.public_url}/verify?{query}"
