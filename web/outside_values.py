"""Values that an owner types to try a form or a decision: what they are called, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from engine.language import FeelError, compile_expression, evaluate
from forms import Component, FormDefinitionError, read_form, to_exact
from forms.values import parse_value

_FORMS: Final = re.compile(r"forms/[^/]+\.form")
_MOST_NAMES: Final = 60
_LONGEST_VALUE: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A name whose value comes from elsewhere: another step, the applicant, the round."""

    name: str
    #: Label of the field that a form has under this name, or "".
    label: str
    #: Kind of that field, or "".
    kind: str
    #: value, label
    options: tuple[tuple[str, str], ...]


def describe_names(names: Iterable[str], files: Mapping[str, bytes], *, without: str = "") -> Iterator[Outside]:
    """Yield what is known of each name from the forms of a folder.

    Args:
        names: the names; only so many are described as a page can ask for.
        files: the folder.
        without: path of a form that does not count.
    """
    wanted = sorted(names)[:_MOST_NAMES]
    known = _fields(files, without) if wanted else {}
    for name in wanted:
        part = known.get(name)
        yield Outside(
            name=name,
            label=part.label if part else "",
            kind=part.kind if part else "",
            options=tuple((option.value, option.label) for option in part.options) if part else (),
        )


def _fields(files: Mapping[str, bytes], without: str) -> dict[str, Component]:
    """Return the fields that can be filled in in the forms of the folder; a form with faults has none."""
    found: dict[str, Component] = {}
    for name, content in files.items():
        if name != without and _FORMS.fullmatch(name):
            with suppress(FormDefinitionError):
                form = read_form(content, file=name, compile_expression=compile_expression)
                found.update({part.key: part for part in form.fields if part.is_answer})
    return found


def read_values(outside: Iterable[Outside], typed: Mapping[str, str]) -> dict[str, object]:
    """Return the values of the names; what was left empty has none."""
    return {one.name: _read(one, typed.get(one.name, "").strip()[:_LONGEST_VALUE]) for one in outside}


def _read(one: Outside, text: str) -> object:
    """Return a typed value as its field would keep it; a value of no field is FEEL, or else a text."""
    if not text:
        return None
    if one.kind == "checklist":
        return [item.strip() for item in re.split("[,，、]", text)]
    if one.kind in ("number", "checkbox"):
        with suppress(ValueError):
            return to_exact(parse_value(Component(id=one.name, kind=one.kind, key=one.name), text))
    if one.kind:
        return text
    try:
        value = evaluate(text, {})
    except FeelError:
        return text
    # A bare word names nothing here: who types it means the word.
    return text if value is None and text != "null" else value
