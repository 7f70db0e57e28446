"""A form as HTML: what `forms.visible` says is shown, as fields that work without a script.

The page around it owns the `<form>` element, the token and the buttons that submit; this module fills the inside, one
element with the id `form-fields`. Names of inputs are paths (`products[0].name`) that `forms.read_post` reads back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask import current_app, render_template
from markupsafe import Markup

from engine.views import ChecklistItem, MaterialView
from forms import Component, Form, show_value, visible, walk, with_defaults
from forms.limits import show_number
from forms.texts import count_characters_cn, count_units
from web.formatting import format_size

#: Name of a file input: this and the key of the checklist item.
FILE_PREFIX: Final = "file:"
_NOT_IN_ID: Final = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One component with everything its piece of HTML says."""

    component: Component
    #: Name of the input, and the base of every id.
    path: str
    dom_id: str
    #: What the input holds: a text, the chosen values, or whether it is ticked.
    value: Any
    #: What is read where nothing can be filled in.
    text: str
    errors: tuple[str, ...]
    #: Whether an expression of the form names it, so that a change may show or hide something.
    is_live: bool
    is_open: bool
    #: How many characters are counted, of how many; None where there is no limit.
    counted: tuple[int, int] | None
    #: What kind of file is taken, in words.
    accepted: str
    files: tuple[MaterialView, ...]
    items: tuple[Item, ...]
    rows: tuple[tuple[Item, ...], ...]

    @property
    def described_by(self) -> str:
        """The ids of the texts that belong to the input, as `aria-describedby` wants them."""
        parts = {
            "error": self.errors,
            "hint": self.component.description,
            "unit": self.component.unit,
            "count": self.counted,
            "accept": self.accepted,
        }
        return " ".join(f"{self.dom_id}-{name}" for name, given in parts.items() if given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What every item of one rendering needs."""

    errors: Mapping[str, Sequence[str]]
    files: Mapping[str, tuple[MaterialView, ...]]
    live_names: frozenset[str]
    is_open: bool


def render_form(
    form: Form,
    values: Mapping[str, Any],
    context: Mapping[str, object],
    *,
    errors: Mapping[str, Sequence[str]] | None = None,
    checklist: Iterable[ChecklistItem] = (),
    urls: Mapping[str, str] | None = None,
) -> Markup:
    """Return the inside of a form.

    Args:
        form: the form.
        values: what is in the fields: cleaned, drafted or just posted.
        context: what the form's expressions may name besides its fields.
        errors: messages by path, `InvalidSubmission.messages`.
        checklist: the uploaded files by item.
        urls: `refresh` (shows the form again, adds and removes rows), `draft`, `materials` (upload; `/<id>/remove` is
            added), `download` (`/<id>` is added). Without them nothing can be filled in.
    """
    filled = with_defaults(form, values)
    page = _Page(
        errors=errors or {},
        files={item.field_key: item.files for item in checklist},
        live_names=form.expression_names,
        is_open=urls is not None,
    )
    shown = visible(form, filled, context)
    items = _make_items(shown, filled, page, "")
    text = render_template(
        "forms/form.html",
        form=form,
        items=items,
        problems=_summarise(page.errors, items),
        carried=tuple(_carry(form.components, shown, filled, "")) if urls else (),
        has_conditions=any(item.is_live for item in _flatten(items)),
        urls=urls or {},
        read_only=urls is None,
        has_own_notice=any(_says_placeholder(item.component) for item in items),
        FILE_PREFIX=FILE_PREFIX,
    )
    return Markup(text)


def _says_placeholder(part: Component) -> bool:
    opening = part.prose[0].lines[0] if part.prose else ()
    return part.is_placeholder or any("待官方表样" in span.text for span in opening)


def render_answers(answers: Iterable[tuple[str, str]]) -> Markup:
    """Return what was submitted, `forms.present`, as a list of terms."""
    return Markup(render_template("forms/answers.html", answers=tuple(answers)))


def find_unsent(form: Form, pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return a message for every file that was chosen but not uploaded when the form was submitted.

    A form that is not sent as multipart carries only the names of chosen files, so these would be lost in silence.
    """
    labels = {FILE_PREFIX + part.key: part for part in form.file_fields}
    chosen = dict.fromkeys(name for name, value in pairs if value and name in labels)
    sentence = "您为“{}”选择了文件但还没有上传，请重新选择文件，点“上传”后再提交。"
    return {labels[name].key: (sentence.format(labels[name].label),) for name in chosen}


def _make_items(components: Iterable[Component], values: Mapping[str, Any], page: _Page, path: str) -> tuple[Item, ...]:
    return tuple(_make_item(part, values, page, path) for part in components)


def _make_item(part: Component, values: Mapping[str, Any], page: _Page, prefix: str) -> Item:
    path = f"{prefix}{part.key or part.id}"
    raw = values.get(part.key) if part.is_answer else part.computed
    rows = values.get(part.key) if part.kind == "dynamiclist" else None
    return Item(
        component=part,
        path=path,
        dom_id="f-" + _NOT_IN_ID.sub("-", path).strip("-"),
        value=_fill(part, raw),
        text=show_value(part, raw),
        errors=tuple(page.errors.get(path, ())),
        is_live=page.is_open and part.key in page.live_names and part.is_answer,
        is_open=page.is_open and part.is_answer,
        counted=_count(part, raw) if page.is_open else None,
        accepted=_say_accepted(part) if part.kind == "filepicker" and page.is_open else "",
        files=page.files.get(part.key, ()) if part.kind == "filepicker" else (),
        items=_make_items(part.components, values, page, prefix) if part.kind == "group" else (),
        rows=tuple(
            _make_items(row, row_values, page, f"{path}[{index}].")
            for index, (row, row_values) in enumerate(zip(part.rows, rows or (), strict=False))
        ),
    )


def _fill(part: Component, raw: Any) -> Any:
    """Return what the input holds."""
    if part.kind == "checkbox":
        return raw is True or raw == "true"
    if part.kind == "checklist":
        return raw if isinstance(raw, list) else []
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return show_number(Decimal(repr(raw)))
    text = raw if isinstance(raw, str) else ""
    return text.removesuffix("+08:00")[:16] if part.subtype == "datetime" and text.endswith("+08:00") else text


def _count(part: Component, raw: Any) -> tuple[int, int] | None:
    text = raw if isinstance(raw, str) else ""
    if part.limits.max_characters_cn is not None:
        return count_characters_cn(text), part.limits.max_characters_cn
    if part.kind == "textarea" and part.limits.max_length is not None:
        return count_units(text), part.limits.max_length
    return None


def _say_accepted(part: Component) -> str:
    asked = part.material
    said = [f"可上传 {'、'.join(asked.accept)} 文件" if asked.accept else ""]
    said.append(f"至少 {asked.minimum} 个" if asked.minimum > 1 else "")
    said.append(f"最多 {asked.maximum} 个" if asked.maximum is not None else "")
    system = current_app.extensions.get("guicheng")
    said.append(f"单个文件不超过 {format_size(system.settings.max_upload_bytes)}" if system else "")
    return "，".join(text for text in said if text) + "。" if any(said) else ""


def _carry(
    components: tuple[Component, ...], shown: tuple[Component, ...], values: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, str]]:
    """Yield names and values of what a condition hides now, so that it is still there when it shows again."""
    on_page = {part.key: part for part in walk(shown)}
    for part in walk(components):
        path, value = f"{prefix}{part.key}", values.get(part.key)
        if part.kind == "dynamiclist":
            visible_rows = on_page[part.key].rows if part.key in on_page else ()
            for index, row in enumerate(value or ()):
                inner = visible_rows[index] if index < len(visible_rows) else ()
                yield from _carry(part.components, inner, row, f"{path}[{index}].")
        elif part.is_answer and part.key not in on_page and value:
            yield from ((path, str(one)) for one in (value if isinstance(value, list) else [_post(part, value)]))


def _post(part: Component, value: Any) -> Any:
    return "true" if part.kind == "checkbox" else _fill(part, value)


def _summarise(errors: Mapping[str, Sequence[str]], items: tuple[Item, ...]) -> list[tuple[str, str]]:
    """Return each message with the id of the input it leads to, or of the whole form when it is not shown.

    Fields of one name in several parts of a form say in which part they are.
    """
    ids = {item.path: item.dom_id for item in _flatten(items)}
    parts = {inner.path: item.component.label for item in items for inner in _flatten(item.items)}
    said = Counter(message for messages in errors.values() for message in messages)
    return [
        (
            ids.get(path, "form-fields"),
            f"{parts[path]}：{message}" if said[message] > 1 and parts.get(path) else message,
        )
        for path, messages in errors.items()
        for message in messages
    ]


def _flatten(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _flatten(item.items)
        for row in item.rows:
            yield from _flatten(row)
