"""Texts that are compared line by line, and files of which only the difference is known."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from engine.comparing.changes import Change, Detail
from engine.comparing.sheets import sheet_differences
from engine.documents.parts import TemplateRefused, open_parts, parse_xml
from engine.documents.word import W, filled_parts

#: Lines that a comparison lists.
_MOST_LINES = 40
#: Places of a workbook that a comparison lists, and those that its sentence names.
_MOST_CELLS = 200
_NAMED = 4
_MOST_COMPARED = 1_500
_TEXTS = (".md", ".txt", ".yaml", ".yml", ".csv", ".form", ".bpmn", ".dmn")


def compare_contents(file: str, old: bytes, new: bytes, *, area: str) -> Iterator[Change]:
    """Yield that a file came, went or changed, with the lines that differ where it has lines."""
    if not old or not new:
        kind, word = ("added", "新增") if new else ("removed", "删除")
        yield Change(kind=kind, area=area, file=file, name=file, sentence=f"{word}文件“{file}”。")
        return
    if file.endswith(".xlsx") and (found := sheet_differences(old, new)) is not None:
        yield from _sheets(file, found, area)
        return
    before, after = _lines(file, old), _lines(file, new)
    if before is None or after is None:
        sentence = f"文件“{file}”换成了另一个（{len(old)} 字节 → {len(new)} 字节）。"
        yield Change(kind="changed", area=area, file=file, name=file, sentence=sentence)
        return
    details = tuple(line_differences(before, after))
    said = f"文件“{file}”有 {len(details)} 处文字修改。" if details else f"文件“{file}”的格式有修改，文字不变。"
    yield Change(kind="changed", area=area, file=file, name=file, sentence=said, details=details[:_MOST_LINES])


def _sheets(file: str, details: Sequence[Detail], area: str) -> Iterator[Change]:
    listed = "、".join(what for what, _, _ in details[:_NAMED])
    more = f"等 {len(details)} 处" if len(details) > _NAMED else ""
    said = f"表格“{file}”的{listed}{more}有修改。" if details else f"表格“{file}”重新保存过，内容和格式不变。"
    yield Change(kind="changed", area=area, file=file, name=file, sentence=said, details=tuple(details[:_MOST_CELLS]))


def _lines(file: str, content: bytes) -> list[str] | None:
    if file.endswith(".docx"):
        try:
            return _paragraphs(content)
        except TemplateRefused:
            return None
    if not file.endswith(_TEXTS):
        return None
    try:
        return content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return None


def _paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of a Word document, those of its headers and footers included.

    Raises:
        TemplateRefused: it cannot be opened safely.
    """
    parts = open_parts(content)
    found = (one for name in filled_parts(parts) for one in parse_xml(parts[name]).iter(f"{W}p"))
    return ["".join(piece.text or "" for piece in paragraph.iter(f"{W}t")) for paragraph in found]


def line_differences(old: Sequence[str], new: Sequence[str]) -> Iterator[Detail]:
    """Yield runs of lines that differ: number of the line, before, after."""
    before, after = list(old[:_MOST_COMPARED]), list(new[:_MOST_COMPARED])
    matcher = difflib.SequenceMatcher(a=before, b=after)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            place = f"第 {first + 1} 行" if last > first else f"第 {first + 1} 行之前"
            yield place, "\n".join(before[start:end]), "\n".join(after[first:last])
