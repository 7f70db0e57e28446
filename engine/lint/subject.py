"""What the rules look at: a folder, read as far as it can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lxml.etree import _Element as XmlNode

from engine.calendars import WorkingCalendar
from engine.errors import Problem
from engine.folders import OPERATIONS, Folder
from engine.folders.checks import Draft
from engine.folders.diagrams import Place, read_places
from engine.folders.folder import look_through
from engine.lint.findings import RULES, Finding, Severity
from engine.runtime.diagram import Diagram, Level, outline
from engine.runtime.documents import Problems, line_of, read_documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A folder while it is checked. A broken file is missing in what was read of it; the rest is there."""

    files: Mapping[str, bytes]
    draft: Draft
    folder: Folder | None
    #: The levels that would run; none when the diagrams cannot be read.
    levels: tuple[Level, ...]
    diagram: Diagram | None
    places: tuple[Place, ...]
    #: The present instant; without it nothing is said about times gone by.
    now: datetime | None = None
    #: Elements that some scenario passes, when scenarios were played.
    covered: frozenset[str] | None = None
    #: Working days; without them nothing is said about dates.
    calendar: WorkingCalendar | None = None
    #: Ids of called processes -> their process element.
    processes: Mapping[str, XmlNode] = field(default_factory=dict)


def read_subject(
    files: Mapping[str, bytes],
    *,
    name: str | None = None,
    now: datetime | None = None,
    covered: frozenset[str] | None = None,
    calendar: WorkingCalendar | None = None,
) -> Subject:
    """Read a folder, whatever is wrong with it."""
    draft, folder = look_through(files, operations=OPERATIONS, name=name)
    documents = read_documents(files, Problems())
    diagram = outline(documents, Problems())
    return Subject(
        files=files,
        draft=draft,
        folder=folder,
        levels=tuple(diagram.levels) if diagram else (),
        diagram=diagram,
        places=read_places(files),
        now=now,
        covered=covered,
        calendar=calendar,
        processes={process.get("id") or "": process for one in documents for process in one.processes()},
    )


def found_at(rule: str, level: Level, node: XmlNode, message: str, part: str = "") -> Finding:
    """Return a finding about an element or a flow of a diagram."""
    return Finding(
        rule=rule,
        severity=RULES[rule].severity,
        file=level.file,
        element=node.get("id") or "",
        name=" ".join((node.get("name") or "").split()),
        field=part,
        message=message,
        line=line_of(node),
    )


def found_in(rule: str, file: str, element: str, message: str, name: str = "") -> Finding:
    """Return a finding about a part of any other file."""
    severity = RULES[rule].severity
    return Finding(rule=rule, severity=severity, file=file, element=element, name=name, message=message)


def finding_of(problem: Problem, severity: Severity) -> Finding:
    """Return what the reader of the folder said."""
    return Finding(
        rule="no_role" if problem.field == "lane_rule" else _rule_of(problem.file),
        severity=severity,
        file=problem.file,
        element=problem.element,
        name=problem.name,
        field=problem.field,
        message=problem.message,
        line=problem.line,
    )


def _rule_of(file: str) -> str:
    named = {"procedure.yaml": "procedure", "windows.yaml": "windows"}
    folders = {"forms": "form", "decisions": "table", "documents": "document", "scenarios": "scenario"}
    if file.endswith(".bpmn"):
        return "diagram"
    return named.get(file) or folders.get(file.partition("/")[0], "file")
