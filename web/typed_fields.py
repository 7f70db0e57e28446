"""What a person had typed, by the labels of the fields: also when nobody can ask any more which form it was.

A form of a task brings the labels of its fields along, so that they are there when its session has ended meanwhile.
They are shown to who sent them and to nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from forms import Component, Form
from web.security import FIELD

#: The hidden field that carries the labels.
LABELS_FIELD = "field_labels"
#: Fields of pages of ours that are no forms of tasks.
_OWN_LABELS = {
    "answer": "答复",
    "basis": "依据",
    "comment": "意见",
    "contact": "联系方式",
    "document_number": "发文字号",
    "issued_on": "印发日期",
    "name": "姓名或单位名称",
    "note": "说明",
    "reason": "理由",
    "text": "全文",
    "title": "标题",
    "working_days": "工作日数",
    "year": "年度",
}
_NEVER_SHOWN = frozenset(
    {
        FIELD,
        LABELS_FIELD,
        "password",
        "completion_key",
        "field_key",
        "next",
        "confirm",
        "revision",
        "digest",
        "file",
        "path",
    }
)
_ROW = re.compile(r"\[\d*\]")
_LONGEST = 100_000


def write_labels(form: Form) -> str:
    """Return the labels of a form as its hidden field carries them: a name and its label on each line."""
    return "\n".join(f"{name}\t{' '.join(label.split())}" for name, label in _labels(form.components, "") if label)


def label_typed(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return label and text of what was typed, in order; never a token or a password."""
    labels = {**_OWN_LABELS, **_read_labels(pairs)}
    shown = [(name, text) for name, text in pairs if text.strip() and name not in _NEVER_SHOWN]
    return tuple(
        (labels.get(_plain(name), f"第 {number} 项"), text) for number, (name, text) in enumerate(shown, start=1)
    )


def _read_labels(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    sent = next((text for name, text in pairs if name == LABELS_FIELD), "")[:_LONGEST]
    found = (line.partition("\t") for line in sent.splitlines())
    return {name: label for name, _, label in found if label}


def _plain(name: str) -> str:
    """Return the name of a field without the numbers of its rows."""
    return _ROW.sub("", name)


def _labels(components: Iterable[Component], prefix: str) -> Iterator[tuple[str, str]]:
    for part in components:
        if part.key:
            yield prefix + part.key, part.label
        inner = f"{prefix}{part.key}." if part.kind == "dynamiclist" else prefix
        yield from _labels(part.components, inner)
