"""What the forms of maintenance have in common: a reason, a confirmation, the revision looked at, an element map."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from engine.errors import BadRequest, Conflict, EngineError, ExecutionError, NotFound
from engine.views import MaintenanceNote

#: Refusals that a person can mend on the page; every other one gets its own page.
MENDABLE = (BadRequest, Conflict, ExecutionError)
#: Fields of the element map begin with it: `map.<old id>` = new id.
MAP = "map."


def the_note() -> MaintenanceNote:
    """Return the reason and the revision that the form carries.

    Raises:
        BadRequest: the revision is no number.
    """
    revision = request.form.get("revision", "")
    if not revision.isdecimal():
        raise BadRequest
    return MaintenanceNote(reason=request.form.get("reason", ""), revision=int(revision))


def refuse_unconfirmed() -> None:
    """Refuse a form whose confirmation was not ticked.

    Raises:
        BadRequest: it was not.
    """
    if request.form.get("confirm") != "yes":
        raise BadRequest("请核对预览，并勾选“已核对”后再提交。")


def element_map(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the element map of a form: old id -> new id."""
    return {name.removeprefix(MAP): value for name, value in fields.items() if name.startswith(MAP) and value}


def version_in(fields: Mapping[str, str]) -> int:
    """Return the version that a form names, 0 when it names none.

    Raises:
        NotFound: it is no version's number.
    """
    text = fields.get("to", "")
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 6:
        raise NotFound("没有找到这一版流程定义，请核对版本号。")
    return int(text)


def status_of(refusal: EngineError | None) -> int:
    """Return the status of a page that shows a refusal in its form."""
    if refusal is None:
        return 200
    return 422 if isinstance(refusal, BadRequest) else 409
