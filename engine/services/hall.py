"""申报大厅: the open rounds as one applicant sees them, and beginning a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine import runtime
from engine.access import Action, OfficeScope, may
from engine.applicants import (
    RoundContext,
    applicant_facts,
    offices_for,
    round_context,
    stored_window,
    window_in_view,
    window_view,
    windows_for,
)
from engine.audit import GENESIS
from engine.calendars import LevelWindow
from engine.clock import local
from engine.eligibility import is_stopped, judge
from engine.errors import AlreadyApplied, NotAllowed, NotEligible, OutsideWindow
from engine.folders import Folder
from engine.recording import CaseAction, record
from engine.store import cases, numbers, organisations, rounds, tasks
from engine.store.organisations import OrganisationTree
from engine.system import System
from engine.views import Actor, HallEntry, RuleResult, Started

ONE_CASE_PER_ROUND = {
    "uq_process_instance_round_id_applicant_id": lambda: AlreadyApplied(
        "本单位在本轮次已有办件，请到“办件”中继续办理。"
    )
}


def list_hall(system: System, actor: Actor) -> tuple[HallEntry, ...]:
    """Return the rounds that the actor's organisation may apply in, latest first; none for other actors."""
    now = system.clock.now()
    with system.database.reading() as connection:
        tree = organisations.read_tree(connection)
        found = [round_context(system, connection, row) for row in rounds.list_rounds(connection)]
        mine = [one for one in found if may(actor, Action.START_CASE, _starters(one.folder, tree))]
        own = cases.case_of_applicant(connection, [one.row.id for one in mine], actor.organisation_id)
        open_tasks = {row.id: tasks.open_tasks(connection, row.id) for row in own.values()}
    entries = []
    for one in mine:
        case = own.get(one.row.id)
        task_id = next(
            (
                task.id
                for task in open_tasks.get(case.id if case else 0, ())
                if task.organisation_id == actor.organisation_id and task.role in actor.roles
            ),
            None,
        )
        entries.append(_entry(one, tree, actor, now, case, task_id))
    return tuple(entries)


def start_case(system: System, actor: Actor, round_id: int, *, received_at: datetime | None = None) -> Started:
    """Begin a case in a round for the actor's organisation.

    Raises:
        NotFound: no such round.
        NotAllowed: the actor's organisation or post does not apply in this procedure.
        NotEligible: a precondition is not met; `details["rules"]` holds every outcome with its clause.
        OutsideWindow: the round is not open for this applicant.
        AlreadyApplied: the organisation has a case in this round.
    """
    now = received_at or system.clock.now()
    with system.database.transaction(ONE_CASE_PER_ROUND) as connection:
        one = round_context(system, connection, rounds.read_round(connection, round_id))
        tree = organisations.read_tree(connection)
        if not may(actor, Action.START_CASE, _starters(one.folder, tree)):
            raise NotAllowed("本事项由其他类型的单位申请，您的单位或岗位不能发起。")
        _refuse_ineligible(judge(one.folder, _applicant(tree, actor), one.waived.get(actor.organisation_id, ())))
        windows = windows_for(one, tree, actor.organisation_id, None)
        _refuse_closed(windows, now)
        values = _case_values(connection, one, tree, actor, now, windows)
        action = CaseAction.begin(system, connection, cases.insert_case(connection, values), actor, now)
        record(action, runtime.start(action.context()), "case_started")
        return Started(case_id=action.case.id, task_id=action.task_for(actor))


def _starters(folder: Folder, tree: OrganisationTree) -> OfficeScope:
    starters = folder.procedure.starters
    return OfficeScope(role=starters.role, organisation_ids=frozenset(one.id for one in tree.of_kinds(starters.kinds)))


def _applicant(tree: OrganisationTree, actor: Actor) -> dict[str, Any]:
    return applicant_facts(tree.organisations[actor.organisation_id])


def _refuse_ineligible(results: tuple[RuleResult, ...]) -> None:
    failed = [result for result in results if result.outcome == "failed"]
    if failed:
        reasons = "；".join(f"{result.message}（依据：{result.basis}）" for result in failed)
        raise NotEligible(f"不能发起申请：{reasons}", rules=results)


def _refuse_closed(windows: Mapping[str, LevelWindow], now: datetime) -> None:
    window = window_in_view(windows.values(), now)
    if now < window.opens_at:
        raise OutsideWindow(f"{window.name}于{local(window.opens_at):%Y年%m月%d日%H:%M}开放，请届时再申报。")
    if now >= window.closes_at:
        raise OutsideWindow(f"{window.name}已于{local(window.closes_at):%Y年%m月%d日%H:%M:%S}（北京时间）截止。")


def _case_values(
    connection: Connection,
    one: RoundContext,
    tree: OrganisationTree,
    actor: Actor,
    now: datetime,
    windows: Mapping[str, LevelWindow],
) -> dict[str, Any]:
    procedure, year = one.folder.procedure, one.row.year
    number = numbers.next_number(connection, f"case:{procedure.id}:{year}")
    applicant = tree.organisations[actor.organisation_id]
    return {
        "number": procedure.numbering["case"].format(year=year, number=number),
        "definition_id": one.row.definition_id,
        "procedure_id": procedure.id,
        "procedure_name": procedure.name,
        "round_id": one.row.id,
        "title": f"{applicant.name} {year}年{procedure.name}",
        "applicant_id": applicant.id,
        "applicant_name": applicant.name,
        "offices": offices_for(one.folder, tree, applicant.id),
        "participants": [applicant.id],
        "state": "running",
        "engine_state": b"",
        "variables": {},
        "facts": {"applicant": applicant_facts(applicant), "round": {"year": year, "title": one.row.title}},
        "windows": {name: stored_window(window, tree) for name, window in windows.items()},
        "last_hash": GENESIS,
        "started_by": actor.name,
        "started_at": now,
    }


def _entry(
    one: RoundContext, tree: OrganisationTree, actor: Actor, now: datetime, case: Row | None, task_id: int | None
) -> HallEntry:
    draft_begun_at = case.started_at if case is not None else None
    windows = windows_for(one, tree, actor.organisation_id, draft_begun_at)
    window = window_in_view(windows.values(), now)
    results = judge(one.folder, _applicant(tree, actor), one.waived.get(actor.organisation_id, ()))
    state = "not_yet_open" if now < window.opens_at else "open" if now < window.closes_at else "closed"
    obstacle = ""
    if case is None and is_stopped(results):
        obstacle = next(result.message for result in results if result.outcome == "failed")
    procedure = one.folder.procedure
    return HallEntry(
        round_id=one.row.id,
        procedure_id=procedure.id,
        procedure_name=procedure.name,
        title=one.row.title,
        document_number=one.row.document_number,
        summary=procedure.summary,
        window=window_view(window, tree),
        state=state,
        rules=results,
        can_start=case is None and state == "open" and not is_stopped(results),
        case_id=case.id if case is not None else None,
        task_id=task_id,
        obstacle=obstacle,
    )
