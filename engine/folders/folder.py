"""A procedure's folder as a whole: read, checked across its files, ready to run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.calendars import LevelWindow
from engine.documents import Template
from engine.errors import DefinitionRefused, Problem
from engine.folders import procedure as procedure_file
from engine.folders import windows as windows_file
from engine.folders.archive import digest_of
from engine.folders.batches import check_batch, check_sheet
from engine.folders.checks import Draft, check_folder
from engine.folders.diagrams import Place, called_diagrams, read_calls, read_places
from engine.folders.documents import Section, read_document
from engine.folders.names import fact_names, kept_names
from engine.folders.procedure import Procedure, read_procedure
from engine.folders.templates import check_templates, read_named, read_templates, template_names
from engine.folders.windows import Schedule, TimeLimit, WindowRule, read_schedule, windows_for_year
from engine.language import compile_expression
from engine.runtime import Definition, read_definition
from forms import Form, FormDefinitionError, read_form

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A procedure that may be deployed. Immutable, shared by threads."""

    digest: str
    files: Mapping[str, bytes] = field(repr=False)
    procedure: Procedure
    definition: Definition
    #: File of each called diagram -> name of its process.
    called: Mapping[str, str]
    #: Id of each call activity -> file of the diagram it leads into.
    calls: Mapping[str, str]
    #: By the id of the user task.
    forms: Mapping[str, Form]
    windows: Mapping[str, WindowRule]
    #: By the id of the user task.
    time_limits: Mapping[str, TimeLimit]
    #: Form fields that become case variables: those some expression names, and those that several forms share.
    kept_names: frozenset[str]
    #: Facts of the engine that some expression names; those that cost a query are counted only then.
    fact_names: frozenset[str]
    #: Templates of documents that the diagrams name, by file name.
    templates: Mapping[str, Template] = field(repr=False)
    #: Templates of the summary sheets of its batches, by file name.
    sheets: Mapping[str, Template] = field(repr=False)
    #: Parameters of operations as written, by element: only literal texts may have placeholders.
    written: Mapping[str, Mapping[str, str]] = field(repr=False)
    #: What deserves a second look and does not keep the folder from being deployed.
    warnings: tuple[Problem, ...]

    def windows_for_year(self, year: int, *, organisation_id: str = "") -> tuple[LevelWindow, ...]:
        """Return the windows that a round of this year begins with."""
        return windows_for_year(self.windows.values(), year, organisation_id=organisation_id)


def read_folder(files: Mapping[str, bytes], *, operations: Collection[str], name: str | None = None) -> Folder:
    """Read and check a folder.

    Args:
        files: path inside the folder -> content.
        operations: names of the operations that a service task may call.
        name: name of the directory, when there is one; it must be the procedure's id.

    Raises:
        DefinitionRefused: with every problem of every file.
    """
    draft, folder = look_through(files, operations=operations, name=name)
    if folder is None:
        raise DefinitionRefused(tuple(dict.fromkeys(draft.problems)))
    return folder


def look_through(
    files: Mapping[str, bytes], *, operations: Collection[str], name: str | None = None
) -> tuple[Draft, Folder | None]:
    """Read and check a folder like `read_folder`; return what could be read, and the folder when nothing is wrong."""
    digest = digest_of(files)
    problems: list[Problem] = []
    draft = Draft(
        files=files,
        folder_name=name,
        operations=frozenset(operations),
        procedure=_read_document(files, procedure_file.FILE, read_procedure, problems),
        schedule=_read_document(files, windows_file.FILE, read_schedule, problems),
        definition=_read_diagrams(files, digest, problems),
        forms=_read_forms(files, problems),
        problems=problems,
    )
    check_folder(draft)
    places = read_places(files)
    templates, sheets = _read_templates(draft, places), _read_sheets(draft)
    if draft.problems or draft.procedure is None or draft.schedule is None or draft.definition is None:
        return draft, None
    read = (draft.procedure, draft.schedule, draft.definition)
    return draft, _assemble(draft, places, (templates, sheets), read)


def _read_templates(draft: Draft, places: tuple[Place, ...]) -> dict[str, Template]:
    templates = read_templates(draft.files, places, draft.problems)
    draft.problems.extend(check_templates(templates, draft.files, places, draft.forms))
    return templates


def _read_sheets(draft: Draft) -> dict[str, Template]:
    """Read the templates of summary sheets, and check the batches that use them."""
    procedure, definition = draft.procedure, draft.definition
    if procedure is None or definition is None:
        return {}
    sheets = read_named(draft.files, [rule.sheet for rule in procedure.batches.values() if rule.sheet], draft.problems)
    names = {name: [one for one, _ in template.names] for name, template in sheets.items()}
    lanes = {name for name, rule in procedure.lanes.items() if rule.office is not None and not rule.is_sealed}
    steps = {one.id for one in definition.elements.values() if one.kind == "userTask" and one.lane in lanes}
    fields = frozenset[str]().union(*(form.field_names for form in draft.forms.values()))
    for rule in procedure.batches.values():
        faults = [*check_batch(rule, steps, fields), *(check_sheet(rule, names) if rule.sheet else ())]
        for message in faults:
            draft.refuse(procedure_file.FILE, "batches", message)
    return sheets


def _assemble(
    draft: Draft,
    places: tuple[Place, ...],
    read_from: tuple[Mapping[str, Template], Mapping[str, Template]],
    read: tuple[Procedure, Schedule, Definition],
) -> Folder:
    (templates, sheets), (procedure, schedule, definition) = read_from, read
    offices = {rule.named for rule in procedure.lanes.values() if rule.named}
    asked_for = template_names(templates) | offices
    return Folder(
        digest=digest_of(draft.files),
        files=draft.files,
        procedure=procedure,
        definition=definition,
        called=called_diagrams(draft.files),
        calls=read_calls(draft.files),
        forms=draft.forms,
        windows=schedule.windows,
        time_limits=schedule.time_limits,
        kept_names=kept_names(definition, draft.forms, asked_for),
        fact_names=fact_names(definition, draft.forms, asked_for),
        templates=templates,
        sheets=sheets,
        written={place.id: place.parameters for place in places if place.operation},
        warnings=tuple(draft.warnings),
    )


def _read_document(
    files: Mapping[str, bytes], name: str, read: Callable[[Section], T], problems: list[Problem]
) -> T | None:
    if name not in files:
        problems.append(Problem(file=name, message=f"缺少 {name}，请补上。"))
        return None
    try:
        return read(read_document(files[name], name, problems))
    except DefinitionRefused as refusal:
        problems.extend(refusal.problems)
        return None


def _read_diagrams(files: Mapping[str, bytes], digest: str, problems: list[Problem]) -> Definition | None:
    try:
        return read_definition(files, digest=digest)
    except DefinitionRefused as refusal:
        problems.extend(refusal.problems)
        return None


def _read_forms(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Form]:
    forms: dict[str, Form] = {}
    for name, content in sorted(files.items()):
        directory, _, base = name.rpartition("/")
        if directory == "forms" and base.endswith(".form"):
            try:
                forms[base.removesuffix(".form")] = read_form(content, file=name, compile_expression=compile_expression)
            except FormDefinitionError as error:
                problems.extend(
                    Problem(file=name, element=component, message=message) for component, message in error.problems
                )
    return forms
