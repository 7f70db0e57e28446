"""Windows, time limits and the cycle of a draft: what its files say, and what a page's fields make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from werkzeug.datastructures import MultiDict

from engine.errors import DefinitionRefused, Problem
from engine.folders import procedure as procedure_file
from engine.folders import windows as windows_file
from engine.folders.cycles import DEFAULT_WINDOW, RENEWAL, YEARLY, check_cycle
from engine.folders.diagrams import read_places
from engine.folders.documents import Section, read_document
from engine.folders.editing import remove_value, set_value
from engine.folders.procedure import Procedure, read_procedure
from engine.folders.timetable import Timetable, countable
from engine.folders.windows import Schedule, read_schedule
from engine.runtime import Definition, read_definition

WINDOWS, PROCEDURE = windows_file.FILE, procedure_file.FILE
_EMPTY: Final = b"windows: {}\ntime_limits: {}\n"
T = TypeVar("T")
#: What a page's form carries.
Fields = MultiDict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that may have a time limit."""

    id: str
    name: str
    lane: str
    is_task: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What the files of a draft say about time."""

    #: The documents as written, faults and all; empty where a file cannot be read.
    windows: Mapping[str, Any]
    limits: Mapping[str, Any]
    cycle: Mapping[str, Any]
    is_standing: bool
    title_kinds: tuple[str, ...]
    steps: tuple[Step, ...]
    #: None where the file cannot be read.
    timetable: Timetable | None
    problems: tuple[Problem, ...]


def read_dates(files: Mapping[str, bytes]) -> Dates:
    """Read what a folder says about time, as far as it can be read."""
    problems: list[Problem] = []
    schedule_text, procedure_text = _content(files, WINDOWS), _content(files, PROCEDURE)
    schedule = _read(files, WINDOWS, read_schedule, problems)
    procedure = _read(files, PROCEDURE, read_procedure, problems)
    definition = _definition(files)
    steps = tuple(_steps(files, definition, schedule))
    if schedule is not None and procedure is not None:
        problems += _compare(procedure, schedule)
    return Dates(
        windows=_mapping(schedule_text.get("windows")),
        limits=_mapping(schedule_text.get("time_limits")),
        cycle=_mapping(procedure_text.get("cycle")),
        is_standing=procedure_text.get("rounds") == procedure_file.STANDING,
        title_kinds=procedure.title_kinds if procedure else (),
        steps=steps,
        timetable=_timetable(schedule, procedure, steps) if schedule else None,
        problems=tuple(problems),
    )


def _content(files: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    """Return a document as written; why it cannot be read is said once, by `_read`."""
    try:
        return read_document(files.get(name, b""), name, []).content
    except DefinitionRefused:
        return {}


def _read(files: Mapping[str, bytes], name: str, read: Callable[[Section], T], problems: list[Problem]) -> T | None:
    try:
        return read(read_document(files.get(name, b""), name, problems))
    except DefinitionRefused as refusal:
        problems.extend(refusal.problems)
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _definition(files: Mapping[str, bytes]) -> Definition | None:
    try:
        return read_definition(files, digest="")
    except DefinitionRefused:
        return None


def _steps(files: Mapping[str, bytes], definition: Definition | None, schedule: Schedule | None) -> Iterator[Step]:
    """Yield the user tasks, and the timers that have a limit; a diagram with faults still has its tasks."""
    limits = schedule.time_limits if schedule else {}
    if definition is None:
        tasks = [place for place in read_places(files) if place.kind == "userTask"]
        yield from (Step(id=place.id, name=place.name, lane="", is_task=True) for place in tasks)
        return
    for element in definition.elements.values():
        is_task = element.kind == "userTask"
        if is_task or element.id in limits:
            yield Step(id=element.id, name=element.name, lane=element.lane, is_task=is_task)


def _timetable(schedule: Schedule, procedure: Procedure | None, steps: tuple[Step, ...]) -> Timetable:
    return Timetable(
        schedule=countable(schedule),
        procedure=procedure,
        lanes={step.id: step.lane for step in steps},
        names={step.id: step.name for step in steps},
    )


def _compare(procedure: Procedure, schedule: Schedule) -> Iterator[Problem]:
    windows = {window.id: window.is_of_cycle for window in schedule.windows.values()}
    for message in check_cycle(procedure.cycle, windows):
        yield Problem(file=PROCEDURE, element="cycle", message=message)
    if procedure.cycle is not None and not procedure.is_standing:
        message = "按周期发起的事项没有年度轮次，请把轮次改为“常设”。"
        yield Problem(file=PROCEDURE, element="cycle", message=message)


def put_window(content: bytes, fields: Fields) -> bytes:
    """Return `windows.yaml` with a window as the fields say; one that is not there is added."""
    content, window_id = content or _EMPTY, _field(fields, "id")
    written = _mapping(_mapping(read_document(content, WINDOWS, []).content.get("windows")).get(window_id))
    return set_value(content, ["windows", window_id], _window(fields, written))


def _window(fields: Fields, written: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = {"name": _field(fields, "name")}
    if _field(fields, "of_cycle"):
        value["of_cycle"] = True
    else:
        value["opens"], value["closes"] = _day(fields, "opens"), _day(fields, "closes")
        if "inclusive" in written or not _field(fields, "inclusive"):
            value["inclusive"] = bool(_field(fields, "inclusive"))
    if gates := fields.getlist("gates"):
        value["gates"] = gates
    return {**value, **{name: _field(fields, name) for name in ("basis", "mark", "level")}}


def drop_window(content: bytes, fields: Fields) -> bytes:
    """Return `windows.yaml` without a window."""
    return remove_value(content, ["windows", _field(fields, "id")])


def put_limits(content: bytes, fields: Fields) -> bytes:
    """Return `windows.yaml` with the limits of the fields; a step whose number of days is empty loses its limit."""
    content = content or _EMPTY
    for element in fields.getlist("element"):
        days = _field(fields, f"working_days-{element}")
        if not days:
            content = remove_value(content, ["time_limits", element])
            continue
        limit = {name: _field(fields, f"{name}-{element}") for name in ("after", "basis", "mark")}
        content = set_value(content, ["time_limits", element], {"working_days": _number(days), **limit})
    return content


def put_cycle(content: bytes, fields: Fields) -> bytes:
    """Return `procedure.yaml` with its rounds and its cycle as the fields say."""
    rounds = _field(fields, "rounds")
    if rounds == procedure_file.STANDING or "rounds" in read_document(content, PROCEDURE, []).content:
        content = set_value(content, ["rounds"], rounds or procedure_file.YEARLY)
    kind = _field(fields, "kind")
    return set_value(content, ["cycle"], _cycle(kind, fields)) if kind else remove_value(content, ["cycle"])


def _cycle(kind: str, fields: Fields) -> dict[str, Any]:
    value: dict[str, Any] = {"kind": kind}
    if kind == RENEWAL:
        value |= {"title": _field(fields, "title"), "months": _number(_field(fields, "months"))}
        value |= {"rolls": True} if _field(fields, "rolls") else {}
    if kind == YEARLY:
        value["holders_of"] = _field(fields, "title")
        value |= {"opens": _day(fields, "begins")} if _field(fields, "begins_month") else {}
    value["window"] = _field(fields, "window") or DEFAULT_WINDOW
    reminders = _field(fields, "reminders").replace("，", ",").replace("、", ",")
    return value | ({"reminders": [_number(one.strip()) for one in reminders.split(",")]} if reminders else {})


def put_source(content: bytes, fields: Fields) -> bytes:
    """Return a whole file as it was typed, in the line ends that it had."""
    text = fields.get("text", "").replace("\r\n", "\n")
    return text.replace("\n", "\r\n").encode() if b"\r\n" in content else text.encode()


def _field(fields: Fields, name: str) -> str:
    """Return a field without the blanks around it; a paste may bring line ends, which a line does not have."""
    return " ".join(fields.get(name, "").split())


def _day(fields: Fields, name: str) -> dict[str, Any]:
    return {part: _number(_field(fields, f"{name}_{part}")) for part in ("month", "day")}


def _number(text: str) -> int | str:
    """Return a whole number; what is none stays a text, which the reader of the file refuses at its place."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def find_new_problems(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return the faults that an edit would bring."""
    known = {(problem.file, problem.element, problem.message) for problem in read_dates(before).problems}
    found = read_dates(after).problems
    return tuple(problem for problem in found if (problem.file, problem.element, problem.message) not in known)
