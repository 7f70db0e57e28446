"""批量办理: a step of a round taken for many cases at once, and the 汇总表 that an office sends with them.

Each case is still decided by an action of its own (`services.tasks.complete_task`); here is only what is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from engine.clock import local
from engine.documents import Fonts, FontsMissing, TemplateRefused, print_document, write_filled
from engine.errors import Conflict, NotFound
from engine.folders import Folder
from engine.folders.batches import YEAR, BatchRule
from engine.language import FeelError
from engine.presenting import MARKS, inbox_row
from engine.sealing import Seals
from engine.store import batches, organisations, rounds, tasks
from engine.store.batches import StepOfRound
from engine.store.cases import CaseRecord
from engine.store.organisations import OrganisationTree
from engine.system import System
from engine.views import Actor
from engine.views.batches import BatchGroup, BatchRow, BatchView

#: Cases in one summary sheet: more than any round has had.
MOST_CASES = 2000
LEVEL_NAMES = {"省级": "province", "地市级": "city"}


def list_batches(system: System, actor: Actor) -> tuple[BatchGroup, ...]:
    """Return the steps that the actor's office may take for several cases at once, the most urgent first."""
    with system.database.reading() as connection:
        found = batches.waiting_groups(connection, actor)
        names = ("round_id", "element_id", "step_name", "procedure_name", "round_title")
        groups: dict[tuple[int, str], BatchGroup] = {}
        for row in found:
            if row.element_id not in system.folder(connection, row.definition_id).procedure.batches:
                continue
            key, waiting = (row.round_id, row.element_id), row.waiting
            if key in groups:
                waiting += groups[key].waiting
            known = {name: row._mapping[name] for name in names}
            groups[key] = BatchGroup(**known, waiting=waiting, due_at=row.due_at)
    return tuple(groups.values())


def read_batch(system: System, actor: Actor, round_id: int, element_id: str) -> BatchView:
    """Return a step of a round with the cases that wait there for the actor's office.

    Raises:
        NotFound: no case of the round has come to this step of the actor's office, or it is not one for many cases.
    """
    now = system.clock.now()
    with system.database.reading() as connection:
        desk = _Desk.read(system, connection, actor, StepOfRound(round_id=round_id, element_id=element_id))
        found = tasks.list_open(connection, actor, [desk.step.has_task], None)
    form = desk.folder.forms.get(element_id)
    needs_files = form is not None and bool(form.file_fields)
    element = desk.folder.definition.elements[element_id]
    return BatchView(
        round_id=round_id,
        element_id=element_id,
        step_name=element.name,
        procedure_name=desk.folder.procedure.name,
        round_title=desk.round.title,
        basis=element.basis,
        mark=MARKS.get(element.mark, element.mark),
        documentation=element.documentation,
        rows=tuple(
            BatchRow(row=inbox_row(system, actor, one, now), completion_key=one.completion_key)
            for one in found[: tasks.PAGE]
        ),
        has_more=len(found) > tasks.PAGE,
        form=None if needs_files else form,
        context={"now": now, "round": {"year": desk.round.year, "title": desk.round.title}},
        needs_files=needs_files,
        sheet_title=desk.sheet_title if desk.rule.sheet else "",
        came_here=len(desk.cases),
    )


def write_sheet(
    system: System, actor: Actor, round_id: int, element_id: str, *, is_printed: bool = False
) -> tuple[str, bytes]:
    """Return name and content of the summary sheet: what the cases give that came to this step of the actor's office.

    Args:
        system: the system.
        actor: whose office it is.
        round_id: the round.
        element_id: the step.
        is_printed: as PDF, to be printed and sealed, instead of as a workbook.

    Raises:
        NotFound: as for `read_batch`, or the step has no sheet.
        Conflict: the owner's expression cannot be computed for a case, or the workbook cannot be printed here.
    """
    with system.database.reading() as connection:
        desk = _Desk.read(system, connection, actor, StepOfRound(round_id=round_id, element_id=element_id))
        if not desk.rule.sheet:
            raise NotFound("这一环节没有汇总表。")
        entries = desk.entries(connection)
    template = desk.folder.sheets[desk.rule.sheet]
    described = {
        "title": desk.sheet_title,
        "office": actor.organisation_name,
        "issued_on": local(system.clock.now()).date(),
    }
    content = write_filled(template.kind, template.content, template.fill({"document": described, "entries": entries}))
    if is_printed:
        return f"{desk.sheet_title}.pdf", _printed(system, template.kind, content, desk.sheet_title)
    return f"{desk.sheet_title}.{template.kind}", content


def _printed(system: System, kind: str, content: bytes, title: str) -> bytes:
    try:
        fonts = Fonts(system.settings.fonts)
        return print_document(kind, content, fonts, title=title, made_at=system.clock.now())
    except FontsMissing as error:
        raise Conflict("服务器没有中文字体，不能生成 PDF，请下载电子表格。") from error
    except TemplateRefused as error:
        raise Conflict(" ".join(error.problems)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A step of a round as one office has it."""

    actor: Actor
    step: StepOfRound
    round: Row
    #: The version of the newest case; its rule and its form count.
    folder: Folder
    rule: BatchRule
    cases: list[CaseRecord]

    @classmethod
    def read(cls, system: System, connection: Connection, actor: Actor, step: StepOfRound) -> _Desk:
        found = batches.cases_of_step(connection, actor, step, MOST_CASES)
        if not found:
            raise NotFound("这一轮次还没有办件到过您单位的这一环节。")
        folder = system.folder(connection, found[-1].definition_id)
        rule = folder.procedure.batches.get(step.element_id)
        if rule is None:
            raise NotFound("这一环节不能批量办理，请在待办里逐件办理。")
        known = rounds.read_round(connection, step.round_id)
        return cls(actor=actor, step=step, round=known, folder=folder, rule=rule, cases=found)

    @property
    def sheet_title(self) -> str:
        return self.rule.title.replace(YEAR, str(self.round.year or ""))

    def entries(self, connection: Connection) -> list[object]:
        """Return the rows of the sheet, case by case."""
        submissions = batches.submissions_of(connection, [case.id for case in self.cases])
        tree, names = organisations.read_tree(connection), batches.region_names(connection)
        entries: list[object] = []
        for case in self.cases:
            places = _places(tree, names, case.applicant_id)
            entries += self._rows(case, self._readable(case, submissions[case.id]), places)
        return entries

    def _readable(self, case: CaseRecord, rows: Iterable[Row]) -> dict[str, Any]:
        """Return what was filled in last in each field; what experts wrote under seal goes into no sheet."""
        sealed = Seals.of(self.folder, self.actor, case, ()).sealed
        known: dict[str, Any] = {}
        for row in rows:
            if row.element_id not in sealed:
                known |= row.content
        return known

    def _rows(self, case: CaseRecord, known: Mapping[str, Any], places: Mapping[str, str]) -> list[object]:
        assert self.rule.rows is not None
        described = {"number": case.number, "submitted_at": case.submitted_at, **places}
        try:
            rows = self.rule.rows.evaluate({**known, **case.facts, "case": described})
        except FeelError as error:
            raise Conflict(
                f"办件{case.number}不能列入汇总表：{error.message}请流程负责人检查 batches 的 rows。"
            ) from error
        return rows if isinstance(rows, list) else [rows]


def _places(tree: OrganisationTree, names: Mapping[str, str], organisation_id: str) -> dict[str, str]:
    """Return the names of the regions around an organisation: `province`, and `city` where there is one."""
    chain = tree.chain_of(tree.organisations[organisation_id].region_code)
    found = {LEVEL_NAMES[tree.levels[code]]: names[code] for code in chain if tree.levels[code] in LEVEL_NAMES}
    return {"province": "", "city": "", **found}
