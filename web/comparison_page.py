"""What the page of a comparison shows: the list by part of the folder, and both diagrams with their marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from engine.comparing import AREAS, Change
from engine.drawing import draw
from engine.drawing.reading import read_diagram
from engine.errors import DefinitionRefused
from engine.services.draft_comparison import ComparedEditions, Edition
from engine.views import ElementMark

#: Kinds that are marked in the diagram of each side.
_MARKED = {"old": ("removed", "changed"), "new": ("added", "changed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two diagrams."""

    name: str
    title: str
    #: Drawn by the server, for people without scripts.
    picture: Markup
    #: Where a viewer gets the file; "" when this edition does not have it.
    address: str
    #: JSON: element -> added, removed or changed.
    marks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The changes of one part of the folder."""

    area: str
    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPage:
    """Everything that the page shows."""

    old_title: str
    new_title: str
    total: int
    #: All parts that changed, with the number of changes.
    areas: tuple[Group, ...]
    #: The parts that are shown.
    shown: tuple[Group, ...]
    area: str
    #: Diagrams that can be looked at: file, name, number of changes; those that changed come first.
    diagrams: tuple[tuple[str, str, int], ...]
    file: str
    sides: tuple[Side, ...]


def make_page(editions: ComparedEditions, addresses: Mapping[str, str], asked: Mapping[str, str]) -> ComparisonPage:
    """Return the page of a comparison.

    Args:
        editions: both editions and what differs.
        addresses: for `old` and `new` the address below which files of the edition are; "" where there is none.
        asked: the query: `area` shows one part only, `file` chooses the diagram.
    """
    changes = editions.comparison.changes
    groups = tuple(
        Group(area=area, label=label, changes=found) for area, label in AREAS.items() if (found := _of(changes, area))
    )
    area = asked.get("area", "") if asked.get("area") in {group.area for group in groups} else ""
    diagrams = _diagrams(editions)
    files = [name for name, _, _ in diagrams]
    file = asked.get("file", "") if asked.get("file") in files else next(iter(files), "")
    sides = (("old", editions.old), ("new", editions.new))
    return ComparisonPage(
        old_title=editions.old.title,
        new_title=editions.new.title,
        total=len(changes),
        areas=groups,
        shown=tuple(group for group in groups if area in ("", group.area)),
        area=area,
        diagrams=diagrams,
        file=file,
        sides=tuple(_side(name, one, file, changes, addresses[name]) for name, one in sides) if file else (),
    )


def _of(changes: Iterable[Change], area: str) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.area == area)


def _diagrams(editions: ComparedEditions) -> tuple[tuple[str, str, int], ...]:
    """Return every diagram with its name and the number of its changes."""
    counts = {name: 0 for one in (editions.old, editions.new) for name in sorted(one.files) if name.endswith(".bpmn")}
    for change in editions.comparison.of("diagram"):
        counts[change.file] = counts.get(change.file, 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (-bool(pair[1]), pair[0] != "process.bpmn", pair[0]))
    files = {**editions.old.files, **editions.new.files}
    return tuple((file, _name(file, files[file]), count) for file, count in ordered)


def _name(file: str, bpmn: bytes) -> str:
    try:
        return read_diagram(bpmn).name or file
    except DefinitionRefused:
        return file


def _side(name: str, edition: Edition, file: str, changes: Iterable[Change], address: str) -> Side:
    marks = {
        change.element: change.kind
        for change in changes
        if change.file == file and change.element and change.kind in _MARKED[name]
    }
    is_there = file in edition.files
    return Side(
        name=name,
        title=edition.title,
        picture=_picture(edition.files[file], marks, edition.title) if is_there else Markup(""),
        address=f"{address}/{file}" if is_there and address else "",
        marks=json.dumps(marks),
    )


def _picture(bpmn: bytes, marks: Mapping[str, str], title: str) -> Markup:
    painted = {element: ElementMark(element_id=element, state=state) for element, state in marks.items()}
    try:
        return Markup(draw(bpmn, marks=painted, title=f"{title}的流程图"))
    except DefinitionRefused:
        return Markup("")
