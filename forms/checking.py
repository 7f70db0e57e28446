"""Whether a submission can be accepted: one marshmallow schema per set of visible fields, compiled once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from forms.components import Component, Form, walk
from forms.drafts import normalise
from forms.errors import InvalidSubmission, ValueRefused
from forms.limits import check_limits
from forms.texts import is_blank
from forms.values import parse_value
from forms.visibility import read_rows, visible

_CHOSEN: Final = frozenset({"select", "radio", "checklist"})


class UploadedFile(Protocol):
    """What must be known of an uploaded file."""

    @property
    def file_name(self) -> str:
        """The name it was uploaded under."""
        ...

    @property
    def size(self) -> int:
        """Its size in bytes."""
        ...


def validate(
    form: Form,
    raw: Mapping[str, Any],
    context: Mapping[str, object],
    *,
    files: Mapping[str, Sequence[UploadedFile]] | None = None,
    draft: bool = False,
) -> dict[str, Any]:
    """Return what was filled in, cleaned: every visible field by its key; `None`, `[]` or `False` where it is empty.

    Hidden and disabled fields are left out and unknown names dropped; read-only and computed fields come from the
    context and from the form. See `forms.values` for how values are kept.

    Args:
        form: the form.
        raw: posted or typed values, see `forms.posting.read_post`.
        context: what the expressions may name besides the fields, and the values of read-only fields.
        files: what has been uploaded, by key of the checklist item.
        draft: keep what was typed without asking for anything, see `forms.drafts.normalise`.

    Raises:
        InvalidSubmission: with every message, in the order of the form.
    """
    if draft:
        return normalise(form, raw)
    shown = visible(form, raw, context)
    found: dict[str, Any] = {}
    clean: dict[str, Any] = {}
    try:
        clean = _load(shown, raw)
    except ValidationError as error:
        found = error.normalized_messages()
    messages = dict(_collect(shown, found, files or {}, path="", place=""))
    if messages:
        raise InvalidSubmission(messages)
    return clean


def _load(components: tuple[Component, ...], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cleaned values of one scope, in the order of the form."""
    parts = tuple(walk(components))
    answers = tuple(part for part in parts if part.is_answer or part.kind == "dynamiclist")
    filled = {part.key: raw[part.key] for part in answers if part.key in raw and not is_blank(raw[part.key])}
    loaded = _deserialized(_schema(answers), filled)
    for part in parts:
        if part.kind == "expression" or part.is_readonly:
            loaded[part.key] = part.computed
    return {part.key: loaded[part.key] for part in parts if part.key in loaded}


def _deserialized(schema: Schema, filled: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the schema's fields make of what was filled in.

    It does what `Schema.load` does for a schema of ours, which has no hooks and gets no unknown names; asking whether
    it has some costs more than everything else.

    Raises:
        ValidationError: with the messages of every field.
    """
    loaded: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for name, one in schema.load_fields.items():
        try:
            value = one.deserialize(filled.get(name, missing), name, filled)
        except ValidationError as error:
            found[name] = error.messages
        else:
            if value is not missing:
                loaded[name] = value
    if found:
        raise ValidationError(found)
    return loaded


@lru_cache(maxsize=512)
def _schema(components: tuple[Component, ...]) -> Schema:
    made = {part.key: _Rows(part) if part.kind == "dynamiclist" else _Answer(part) for part in components}
    return Schema.from_dict(dict(made))(unknown=EXCLUDE)


class _Own(fields.Field[Any]):
    """A field of ours: it has no hooks and no validators besides itself, which the library would look for each time."""

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        if value is not missing:
            return self._deserialize(value, attr, data)
        if self.required:
            raise self.make_error("required")
        return self.load_default() if callable(self.load_default) else self.load_default


class _Answer(_Own):
    """One answer: parsed, then held against its limits."""

    def __init__(self, component: Component) -> None:
        self.component = component
        verb = "选择" if component.kind in _CHOSEN else "填写"
        sentence = "请勾选{name}，确认后才能提交。" if component.kind == "checkbox" else f"请{verb}{{name}}，此项必填。"
        empty = {"checkbox": False, "checklist": []}.get(component.kind)
        super().__init__(
            required=component.is_required,
            load_default=missing if component.is_required else lambda: _copy(empty),
            error_messages={"required": sentence.replace("{name}", "{{name}}")},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            parsed = parse_value(self.component, value)
        except ValueRefused as refused:
            raise ValidationError(refused.sentence) from refused
        if self.component.is_required and is_blank(parsed):
            raise self.make_error("required")
        if sentences := check_limits(self.component, parsed):
            raise ValidationError(list(sentences))
        return parsed


class _Rows(_Own):
    """A list of rows, each with the schema of what is visible in it."""

    def __init__(self, component: Component) -> None:
        self.component = component
        sentence = f"{{name}}至少需要 {component.min_rows} 行，请增加。"
        is_required = component.min_rows > 0
        load_default = missing if is_required else list
        super().__init__(
            required=is_required,
            load_default=load_default,
            error_messages={"required": sentence.replace("{name}", "{{name}}")},
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        rows = read_rows(value)
        if len(rows) < self.component.min_rows:
            raise self.make_error("required")
        if len(rows) > self.component.max_rows:
            raise ValidationError(f"{{name}}最多 {self.component.max_rows} 行，请删减。")
        loaded, found = [], {}
        for index, (shown, row) in enumerate(zip(self.component.rows, rows, strict=True)):
            try:
                loaded.append(_load(shown, row))
            except ValidationError as error:
                found[index] = error.normalized_messages()
        if found:
            raise ValidationError(found)
        return loaded


def _copy(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _collect(
    components: tuple[Component, ...],
    found: Mapping[Any, Any],
    files: Mapping[str, Sequence[UploadedFile]],
    *,
    path: str,
    place: str,
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the messages of one scope by path, in the order of the form, with the fields' names put in."""
    for part in walk(components):
        given = found.get(part.key)
        where = f"{path}{part.key}"
        name = f"{place}“{part.label}”"
        if part.kind == "filepicker":
            given = check_files(part, files.get(part.key, ()))
        rows = given if isinstance(given, Mapping) else {}
        sentences = [] if rows else given or [part.violation]
        if any(sentences):
            yield where, tuple(sentence.replace("{name}", name) for sentence in sentences)
        for index, shown in enumerate(part.rows if rows or not given else ()):
            inner = f"{name}第 {index + 1} 行的"
            yield from _collect(shown, rows.get(index, {}), files, path=f"{where}[{index}].", place=inner)


def check_files(component: Component, uploaded: Sequence[UploadedFile]) -> list[str]:
    """Return what is wrong with the files of a checklist item, as sentences with `{name}` for its label."""
    asked = component.material
    sentences = []
    least = max(asked.minimum, 1) if component.is_required else 0
    if not uploaded and least:
        stamp = "，并加盖公章" if asked.is_stamped else ""
        sentences.append(f"请上传{{name}}{stamp}，此项必须提供。")
    elif len(uploaded) < least:
        sentences.append(f"{{name}}至少需要 {least} 个文件，现有 {len(uploaded)} 个，请补充上传。")
    if asked.maximum is not None and len(uploaded) > asked.maximum:
        sentences.append(f"{{name}}最多 {asked.maximum} 个文件，现有 {len(uploaded)} 个，请删除多余的。")
    if asked.accept and not all(file.file_name.lower().endswith(asked.accept) for file in uploaded):
        sentences.append(f"{{name}}只接受 {'、'.join(asked.accept)} 文件，请删除其他类型的文件后重新上传。")
    if any(file.size == 0 for file in uploaded):
        sentences.append("{name}中有空文件，请删除后重新上传。")
    return sentences
