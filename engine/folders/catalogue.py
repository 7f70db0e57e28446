"""What the parts of a draft may refer to: lanes, forms, decisions, diagrams, templates, names.

A draft may be half finished, so every file is read for what it says and nothing is refused here; what is wrong with it
is the business of the checks. Nothing is compiled: an editor asks for this whenever it opens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.errors import DefinitionRefused, Problem
from engine.folders import procedure as procedure_file
from engine.folders import windows as windows_file
from engine.folders.diagrams import Place, read_places
from engine.folders.documents import read_document
from engine.runtime.documents import BPMN, Problems, read_documents, tag

_DEEPEST = 12
#: Kinds of components whose keys belong to their rows, not to the case.
_ROWS = "dynamiclist"
#: How the kinds of steps end in BPMN.
_STEPS = ("Task", "Event", "Gateway", "subProcess", "transaction", "callActivity")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramEntry:
    """One diagram."""

    file: str
    process_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormEntry:
    """One form of a task."""

    file: str
    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEntry:
    """One decision of a table."""

    file: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntry:
    """One step of a diagram."""

    id: str
    name: str
    #: BPMN's word for it, e.g. userTask.
    kind: str
    #: Name of the innermost lane that names it, or "".
    lane: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEntry:
    """A name that expressions may use."""

    name: str
    label: str
    #: Kind of the form's component that asks for it, or "" when it is computed.
    kind: str
    #: Where it comes from: id of the form or of the step.
    source: str
    #: What may be chosen there: value and label.
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that one part of a draft may name of another."""

    diagrams: tuple[DiagramEntry, ...]
    #: Lane id -> its rule as written.
    lanes: Mapping[str, Mapping[str, Any]]
    #: Lane id -> what the diagrams call it.
    lane_names: Mapping[str, str]
    #: File of each diagram -> the ids that no other diagram may use; lanes are the same lane wherever they are drawn.
    ids: Mapping[str, tuple[str, ...]]
    #: Ids of the forms and time limits that belong to no element of any diagram.
    orphans: tuple[str, ...]
    #: Window id -> its name.
    windows: Mapping[str, str]
    #: Id of a user task -> its limit as written.
    time_limits: Mapping[str, Mapping[str, Any]]
    forms: tuple[FormEntry, ...]
    decisions: tuple[DecisionEntry, ...]
    #: Names of the draft's own templates.
    templates: tuple[str, ...]
    title_kinds: tuple[str, ...]
    names: tuple[NameEntry, ...]


def list_parts(files: Mapping[str, bytes]) -> Catalogue:
    """Read what there is of a folder."""
    settings, schedule = (_content(files, name) for name in (procedure_file.FILE, windows_file.FILE))
    places = read_places(files)
    forms = {name: form for name, content in sorted(files.items()) if (form := read_form(name, content)) is not None}
    limits = _sections(schedule.get("time_limits"))
    entries = tuple(_form_entry(name, form) for name, form in forms.items() if "/shared/" not in name)
    owned = {entry.key for entry in entries} | limits.keys()
    return Catalogue(
        diagrams=tuple(diagrams_in(files)),
        lanes=_sections(settings.get("lanes")),
        lane_names={place.id: place.name for place in places if place.kind == "lane" and place.name},
        ids=_ids(places),
        orphans=tuple(sorted(owned - {place.id for place in places})),
        windows={name: str(rule.get("name") or name) for name, rule in _sections(schedule.get("windows")).items()},
        time_limits=limits,
        forms=entries,
        decisions=tuple(_decisions(files)),
        templates=tuple(sorted(name.partition("/")[2] for name in files if name.startswith("documents/"))),
        title_kinds=tuple(_title_kinds(settings, places)),
        names=tuple(_once([*_fields(forms), *_computed(places)])),
    )


def _ids(places: Iterable[Place]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for place in places:
        if place.kind != "lane":
            found.setdefault(place.file, []).append(place.id)
    return {file: tuple(ids) for file, ids in found.items()}


def _content(files: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    problems: list[Problem] = []
    try:
        return read_document(files.get(name, b"{}"), name, problems).content
    except DefinitionRefused:
        return {}


def _sections(value: object) -> dict[str, Mapping[str, Any]]:
    found = value.items() if isinstance(value, dict) else ()
    return {str(key): entry for key, entry in found if isinstance(entry, dict)}


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str) and text]


def _title_kinds(settings: Mapping[str, Any], places: Iterable[Place]) -> list[str]:
    cycle = settings.get("cycle")
    written = [*_texts(settings.get("title_kind")), *_texts(cycle.get("title") if isinstance(cycle, dict) else None)]
    granted = [place.parameters.get("kind", "") for place in places if place.operation.endswith("_title")]
    return list(dict.fromkeys([*written, *(kind for kind in granted if kind and not kind.startswith("="))]))


def is_diagram(file: str) -> bool:
    """Tell whether a file is a diagram by its name."""
    return file.endswith(".bpmn")


def diagrams_in(files: Mapping[str, bytes]) -> Iterator[DiagramEntry]:
    """Yield the diagrams that can be read."""
    for document in read_documents(files, Problems()):
        for process in document.processes()[:1]:
            process_id = process.get("id") or ""
            yield DiagramEntry(file=document.file, process_id=process_id, name=process.get("name") or process_id)


def steps_in(content: bytes, file: str) -> Iterator[StepEntry]:
    """Yield the steps of one diagram in the order of its file."""
    for document in read_documents({file: content}, Problems()):
        lanes = {
            (name.text or "").strip(): lane.get("name") or lane.get("id") or ""
            for lane in document.root.iter(f"{BPMN}lane")
            for name in lane.iterfind(f"{BPMN}flowNodeRef")
        }
        for node in document.root.iter():
            if tag(node).endswith(_STEPS) and node.get("id"):
                step_id = node.get("id") or ""
                name = " ".join((node.get("name") or "").split())
                yield StepEntry(id=step_id, name=name, kind=tag(node), lane=lanes.get(step_id, ""))


def read_form(name: str, content: bytes) -> dict[str, Any] | None:
    """Return what a form says; None when the file is no form, or cannot be read."""
    if not (name.startswith("forms/") and name.endswith(".form")):
        return None
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _form_entry(name: str, form: Mapping[str, Any]) -> FormEntry:
    key = name.removeprefix("forms/").removesuffix(".form")
    title = form.get("title")
    return FormEntry(file=name, key=key, title=title if isinstance(title, str) else "")


def _fields(forms: Mapping[str, Mapping[str, Any]]) -> Iterator[NameEntry]:
    for name, form in forms.items():
        source = name.removeprefix("forms/").removesuffix(".form")
        for part in _parts(form.get("components"), _DEEPEST):
            key, label, kind = (part.get(word) for word in ("key", "label", "type"))
            if isinstance(key, str) and key:
                words = label if isinstance(label, str) else ""
                choices = tuple(_choices(part.get("values")))
                yield NameEntry(name=key, label=words, kind=str(kind), source=source, choices=choices)


def _choices(values: object) -> Iterator[tuple[str, str]]:
    for one in values if isinstance(values, list) else ():
        value, label = (one.get("value"), one.get("label")) if isinstance(one, dict) else (None, None)
        if isinstance(value, str) and isinstance(label, str):
            yield value, label


def _parts(components: object, depth: int) -> Iterator[Mapping[str, Any]]:
    for part in components if isinstance(components, list) and depth else ():
        if isinstance(part, dict):
            yield part
            if part.get("type") != _ROWS:
                yield from _parts(part.get("components"), depth - 1)


def _computed(places: Iterable[Place]) -> Iterator[NameEntry]:
    for place in places:
        for name in sorted(place.sets):
            yield NameEntry(name=name, label=place.name, kind="", source=place.id)


def _once(names: Iterable[NameEntry]) -> Iterator[NameEntry]:
    seen: set[str] = set()
    for entry in names:
        if entry.name not in seen:
            seen.add(entry.name)
            yield entry


def _decisions(files: Mapping[str, bytes]) -> Iterator[DecisionEntry]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    for file, content in sorted(files.items()):
        if not (file.startswith("decisions/") and file.endswith(".dmn")):
            continue
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        for node in root:
            if isinstance(node.tag, str) and etree.QName(node).localname == "decision":
                yield DecisionEntry(file=file, id=node.get("id") or "", name=node.get("name") or "")
