"""A submission as people read it again: label and text, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from forms.attributes import make_options
from forms.components import Component, Form, walk
from forms.errors import ValueRefused
from forms.limits import show_number

EMPTY: Final = "（未填写）"


def present(
    form: Form, clean: Mapping[str, Any], context: Mapping[str, object] | None = None
) -> tuple[tuple[str, str], ...]:
    """Return label and text of every value that the submission holds.

    Args:
        form: the form it was made with.
        clean: what `forms.checking.validate` returned.
        context: where options that the platform provides are looked up; without it their values are shown.
    """
    return tuple(_present_scope(form.components, clean, context or {}, prefix=""))


def show_value(part: Component, value: object) -> str:
    """Return one value as text, without its unit; "" when there is none."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return show_number(Decimal(repr(value)))
    if isinstance(value, list):
        return "、".join(show_value(part, item) for item in value)
    if value is None:
        return ""
    if part.kind == "datetime":
        return show_moment(str(value))
    labels = {option.value: option.label for option in part.options}
    return labels.get(str(value), str(value))


def show_moment(text: str) -> str:
    """Return a day, time or instant without zone, and without seconds when there are none."""
    text = text.removesuffix("+08:00").replace("T", " ")
    return text.removesuffix(":00") if text.count(":") == 2 else text


def _present_scope(
    components: tuple[Component, ...], clean: Mapping[str, Any], context: Mapping[str, object], *, prefix: str
) -> Iterator[tuple[str, str]]:
    for part in walk(components):
        if not part.key or part.key not in clean:
            continue
        value = clean[part.key]
        if part.kind == "dynamiclist":
            yield from _present_rows(part, value, context, prefix)
        elif part.label:
            text = show_value(_with_labels(part, context), value)
            yield f"{prefix}{part.label}", f"{text}{part.unit}" if text else EMPTY


def _present_rows(
    part: Component, rows: object, context: Mapping[str, object], prefix: str
) -> Iterator[tuple[str, str]]:
    if not isinstance(rows, list) or not rows:
        yield f"{prefix}{part.label}", EMPTY
        return
    for number, row in enumerate(rows, start=1):
        yield from _present_scope(part.components, row, context, prefix=f"{prefix}{part.label} 第 {number} 行 · ")


def _with_labels(part: Component, context: Mapping[str, object]) -> Component:
    if not part.options_key:
        return part
    try:
        return replace(part, options=make_options(context.get(part.options_key) or []))
    except ValueRefused:
        return part
