"""What differs between two workbooks, cell by cell: texts, looks, merged cells, widths and the page."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from engine.comparing.changes import Detail, differences
from engine.documents import Grid, TemplateRefused, read_grids

_LETTERS = 26


def sheet_differences(old: bytes, new: bytes) -> list[Detail] | None:
    """Return every place that differs: where, before, after; None when one of them cannot be read."""
    try:
        before, after = read_grids(old), read_grids(new)
    except TemplateRefused:
        return None
    return list(_differences(before, after))


def _differences(before: Sequence[Grid], after: Sequence[Grid]) -> Iterator[Detail]:
    known = {grid.name: grid for grid in before}
    for grid in after:
        if grid.name in known:
            yield from _in_sheet(known.pop(grid.name), grid, prefix=grid.name if len(after) > 1 else "")
        else:
            yield f"工作表“{grid.name}”", "", _all_text(grid)
    for grid in known.values():
        yield f"工作表“{grid.name}”", _all_text(grid), ""


def _all_text(grid: Grid) -> str:
    return "\n".join(_line(row) for row in grid.rows) or "（空表）"


def _line(row: Sequence[str]) -> str:
    return "｜".join(row).rstrip("｜")


def _in_sheet(old: Grid, new: Grid, *, prefix: str) -> Iterator[Detail]:
    head = f"“{prefix}”" if prefix else ""
    matcher = difflib.SequenceMatcher(a=old.rows, b=new.rows, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal" or end - start == last - first:
            for one, other in zip(range(start, end), range(first, last), strict=True):
                yield from _in_row(old, new, one, other, head)
            continue
        # Rows that came or went: those that stay beside them are compared first.
        both = min(end - start, last - first)
        for offset in range(both):
            yield from _in_row(old, new, start + offset, first + offset, head)
        for index in range(start + both, end):
            yield f"{head}原第 {index + 1} 行", _line(old.rows[index]) or "（空行）", ""
        for index in range(first + both, last):
            yield f"{head}新第 {index + 1} 行", "", _line(new.rows[index]) or "（空行）"
    yield from ((head + what, before, after) for what, before, after in differences(old.settings, new.settings))


def _in_row(old: Grid, new: Grid, one: int, other: int, head: str) -> Iterator[Detail]:
    width = max(len(old.rows[one]), len(new.rows[other]))
    for column in range(width):
        place = f"{head}{_letters(column)}{other + 1}"
        texts = _at(old.rows[one], column), _at(new.rows[other], column)
        if texts[0] != texts[1]:
            yield place, *texts
        looks = _at(old.looks[one], column), _at(new.looks[other], column)
        if looks[0] != looks[1]:
            yield f"{place} 的样式", looks[0] or "（默认）", looks[1] or "（默认）"


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _letters(column: int) -> str:
    """Return what a column is called, counted from 0: A to Z, then AA."""
    before, last = divmod(column, _LETTERS)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
