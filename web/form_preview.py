"""A form that is being written, as the official will see it: faults by component, example answers, conditions at work.

Nothing is stored. The owner's page sends the text of the form as it stands there, and what has been typed into the
preview; the answer is the whole page of a frame, drawn by the same code as the page of a task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import render_template

from engine.clock import local
from engine.language import compile_expression
from forms import (
    Component,
    Form,
    FormDefinitionError,
    InvalidSubmission,
    change_rows,
    make_sample,
    read_form,
    read_post,
    validate,
    walk,
)
from forms.components import walk_deep
from forms.expressions import ROW_NAMES
from web.form_rendering import render_form
from web.outside_values import Outside, describe_names, read_values

#: A fact that the preview gives; the others are asked for in it.
_GIVEN: Final = frozenset({"now"})
#: In the preview these do nothing, but with them the fields can be filled in.
_URLS: Final = {"refresh": "#", "materials": "#", "download": "#"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the owner sees of the form."""

    #: A page for the frames; "" while the form has faults.
    page: str
    #: (id of the component, what is wrong and how to mend it)
    problems: tuple[tuple[str, str], ...]
    outside: tuple[Outside, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the owner's page asks for."""

    #: Path of the form inside the folder.
    file: str
    text: str
    #: What is typed in the preview.
    pairs: Sequence[tuple[str, str]] = ()
    #: Values of the names that come from elsewhere, as typed.
    outside: Mapping[str, str]
    #: `sample`, `empty`, `submit`, or a button of a list.
    action: str = ""


def preview_form(files: Mapping[str, bytes], asked: Asked, now: datetime) -> Preview:
    """Draw a form that may not be finished.

    Args:
        files: the draft's folder; other forms say what the names from elsewhere are.
        asked: the form and what is typed.
        now: the time that the form's expressions see.
    """
    try:
        form = read_form(asked.text, file=asked.file, compile_expression=compile_expression)
    except FormDefinitionError as error:
        return Preview(page="", problems=error.problems, outside=())
    outside = tuple(_find_outside(form, files, asked.file))
    context = {**read_values(outside, asked.outside), "now": now}
    values = _read_values(form, asked, now)
    errors = _check(form, values, context) if asked.action == "submit" else None
    inside = render_form(form, values, context, errors=errors, urls=_URLS)
    page = render_template(
        "studio/form_preview.html", form=form, inside=inside, is_accepted=asked.action == "submit" and not errors
    )
    return Preview(page=page, problems=(), outside=outside)


def _read_values(form: Form, asked: Asked, now: datetime) -> dict[str, Any]:
    if asked.action == "empty":
        return {}
    if asked.action == "sample":
        return make_sample(form, local(now).date())
    return change_rows(form, read_post(form, asked.pairs), asked.action[:600])


def _check(form: Form, values: Mapping[str, Any], context: Mapping[str, object]) -> Mapping[str, Sequence[str]]:
    """Return the messages that submitting would bring; files cannot be chosen here, so none are asked for."""
    try:
        validate(form, values, context)
    except InvalidSubmission as refused:
        materials = {part.key for part in form.file_fields}
        return {path: texts for path, texts in refused.messages.items() if path not in materials}
    return {}


def _find_outside(form: Form, files: Mapping[str, bytes], file: str) -> Iterator[Outside]:
    shown_only = {part.key for part in walk(form.components) if part.key and _comes_from_elsewhere(part)}
    listed = {part.options_key for part in walk_deep(form.components) if part.options_key}
    own = {part.key for part in walk_deep(form.components)} - shown_only
    names = (form.expression_names | shown_only | listed) - own - ROW_NAMES - _GIVEN
    return describe_names(names, files, without=file)


def _comes_from_elsewhere(part: Component) -> bool:
    return part.is_readonly or part.expressions.readonly is not None
