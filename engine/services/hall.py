"""申报大厅: the open rounds as one applicant sees them, and beginning a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Row

from engine import runtime
from engine.access import Action, OfficeScope, may
from engine.applicants import (
    RoundContext,
    applicant_facts,
    round_context,
    round_contexts,
    window_in_view,
    window_view,
    windows_for,
    with_histories,
)
from engine.calendars import LevelWindow
from engine.clock import local
from engine.editions import bring_due_into_force
from engine.eligibility import is_stopped, judge
from engine.errors import AlreadyApplied, BadRequest, NotAllowed, NotEligible, OutsideWindow
from engine.folders import Folder
from engine.opening import Opening, new_case, register_of
from engine.recording import CaseAction, record
from engine.store import cases, organisations, rounds, tasks
from engine.store.organisations import OrganisationRecord, OrganisationTree
from engine.system import System
from engine.views import Actor, HallEntry, RuleResult, Started

ONE_CASE_PER_ROUND = {
    "uq_process_instance_round_id_applicant_id": lambda: AlreadyApplied(
        "本单位在本轮次已有办件，请到“办件”中继续办理。"
    )
}


def list_hall(system: System, actor: Actor) -> tuple[HallEntry, ...]:
    """Return the rounds that the actor may begin a case in, latest first; none for other actors.

    What the clock begins by itself is not offered.
    """
    now = system.clock.now()
    with system.database.reading() as connection:
        tree = organisations.read_tree(connection)
        found = round_contexts(system, connection, rounds.list_rounds(connection))
        mine = [
            one
            for one in found
            if one.folder.procedure.cycle is None and may(actor, Action.START_CASE, _starters(one.folder, tree, actor))
        ]
        mine = with_histories(connection, mine, [actor.organisation_id])
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


def start_case(
    system: System, actor: Actor, round_id: int, *, about: str = "", received_at: datetime | None = None
) -> Started:
    """Begin a case in a round for the actor's organisation, or about another one.

    Args:
        system: the system.
        actor: who begins it.
        round_id: the round.
        about: the organisation that the case is about, where an office begins cases about others; it does not know
            of the case until a step or a notice reaches it.
        received_at: when the request arrived; by default now.

    Raises:
        NotFound: no such round.
        BadRequest: the procedure is about others, and `about` is none of them.
        NotAllowed: the actor's organisation or post does not apply in this procedure.
        NotEligible: a precondition is not met; `details["rules"]` holds every outcome with its clause.
        OutsideWindow: the round is not open for this applicant.
        AlreadyApplied: the organisation has a case in this round.
    """
    now = received_at or system.clock.now()
    try:
        return _start(system, actor, round_id, about, now, _remembered(system, round_id))
    except _OutdatedError:
        return _start(system, actor, round_id, about, now, None)


class _OutdatedError(Exception):
    """What was remembered of a round does not hold any more; the number that was taken by it is given back."""


def _start(
    system: System, actor: Actor, round_id: int, about: str, now: datetime, remembered: tuple[int, RoundContext] | None
) -> Started:
    with system.database.transaction(ONE_CASE_PER_ROUND) as connection:
        one, tree, taken = _known(system, connection, round_id, now, remembered)
        if not may(actor, Action.START_CASE, _starters(one.folder, tree, actor)):
            raise NotAllowed("本事项由其他类型的单位申请，您的单位或岗位不能发起。")
        if one.folder.procedure.cycle is not None:
            raise NotAllowed("本事项到期由系统自动发起，不需要自行发起；发起后会出现在待办里。")
        applicant = _party(one, tree, actor, about)
        (one,) = with_histories(connection, [one], [applicant.id])
        _refuse_ineligible(_judged(one, applicant))
        windows = windows_for(one, tree, applicant.id, None)
        _refuse_closed(windows, now)
        opening = Opening(applicant=applicant, started_by=actor.name, known_to=actor.organisation_id, at=now)
        case = new_case(connection, one, tree, opening, windows, taken)
        action = CaseAction.begin_first(system, connection, case, actor, now)
        record(action, runtime.start(action.context()), "case_started", is_last=True)
        return Started(case_id=action.case.id, task_id=action.task_for(actor))


def _remembered(system: System, round_id: int) -> tuple[int, RoundContext] | None:
    """Return what is remembered of a round, with its revision."""
    return system.remembered.peek(("round", round_id))


def _known(
    system: System,
    connection: Connection,
    round_id: int,
    now: datetime,
    remembered: tuple[int, RoundContext] | None,
) -> tuple[RoundContext, OrganisationTree, tuple[int, str] | None]:
    """Return a round and the directory, read anew only when they have changed, once all that is due is in force.

    Where the round is remembered, the statement that asks whether it has changed also takes id and number of the case.

    Raises:
        _OutdatedError: the round has changed, or a version is due; nothing may follow in this transaction.
    """
    taken = None
    if remembered is None:
        standing = rounds.read_standing(connection, round_id, now)
        if standing.has_due_order and bring_due_into_force(system, connection, now):
            standing = rounds.read_standing(connection, round_id, now)
    else:
        revision, one = remembered
        taken, standing = cases.next_case_of_round(connection, *register_of(one, now), round_id, now)
        if standing.has_due_order or standing.of_round != revision:
            raise _OutdatedError

    def read() -> RoundContext:
        return round_context(system, connection, rounds.read_round(connection, round_id))

    one = system.remembered.get(("round", round_id), standing.of_round, read)
    tree = system.remembered.get("directory", standing.of_directory, lambda: organisations.read_tree(connection))
    return one, tree, taken


def _party(one: RoundContext, tree: OrganisationTree, actor: Actor, about: str) -> OrganisationRecord:
    """Return whose case it will be."""
    if not one.folder.procedure.starters.about:
        return tree.organisations[actor.organisation_id]
    found = next((party for party in _parties(one.folder, tree, actor) if party.id == about), None)
    if found is None:
        raise BadRequest("请选择本办件所针对的单位。")
    return found


def _parties(folder: Folder, tree: OrganisationTree, actor: Actor) -> list[OrganisationRecord]:
    """Return the organisations that the actor's office may begin a case about: those in its own region."""
    region = tree.organisations[actor.organisation_id].region_code
    candidates = tree.of_kinds(folder.procedure.starters.about)
    return [one for one in candidates if region in tree.chain_of(one.region_code) and one.id != actor.organisation_id]


def _judged(one: RoundContext, applicant: OrganisationRecord) -> tuple[RuleResult, ...]:
    waived, history = one.waived.get(applicant.id, ()), one.histories.get(applicant.id)
    return judge(one.folder, applicant_facts(applicant), waived, history)


def _starters(folder: Folder, tree: OrganisationTree, actor: Actor) -> OfficeScope:
    """Return who may begin cases, as far as it concerns the actor: its own organisation, when it is of such a kind."""
    starters, own = folder.procedure.starters, tree.organisations.get(actor.organisation_id)
    is_one = own is not None and own.kind in starters.kinds
    if is_one and folder.procedure.region is not None:
        is_one = tree.is_concerned(actor.organisation_id, folder.procedure.region.code)
    return OfficeScope(role=starters.role, organisation_ids=frozenset({actor.organisation_id} if is_one else ()))


def _refuse_ineligible(results: tuple[RuleResult, ...]) -> None:
    failed = [result for result in results if result.outcome == "failed"]
    if failed:
        reasons = "；".join(f"{result.message}（依据：{result.basis}）" for result in failed)
        raise NotEligible(f"不能发起申请：{reasons}", rules=results)


def _refuse_closed(windows: Mapping[str, LevelWindow], now: datetime) -> None:
    if not windows:
        return
    window = window_in_view(windows.values(), now)
    if now < window.opens_at:
        raise OutsideWindow(f"{window.name}于{local(window.opens_at):%Y年%m月%d日%H:%M}开放，请届时再申报。")
    if now >= window.closes_at:
        raise OutsideWindow(f"{window.name}已于{local(window.closes_at):%Y年%m月%d日%H:%M:%S}（北京时间）截止。")


def _entry(
    one: RoundContext, tree: OrganisationTree, actor: Actor, now: datetime, case: Row | None, task_id: int | None
) -> HallEntry:
    procedure = one.folder.procedure
    window = _window(one, tree, actor, case, now)
    parties = [(party.id, party.name) for party in _parties(one.folder, tree, actor)]
    results = () if procedure.starters.about else _judged(one, tree.organisations[actor.organisation_id])
    state = "open"
    if window is not None:
        state = "not_yet_open" if now < window.opens_at else "open" if now < window.closes_at else "closed"
    obstacle = ""
    if case is None and is_stopped(results):
        obstacle = next(result.message for result in results if result.outcome == "failed")
    may_begin_another = case is None or procedure.has_many_cases
    return HallEntry(
        round_id=one.row.id,
        procedure_id=procedure.id,
        procedure_name=procedure.name,
        title=one.row.title,
        document_number=one.row.document_number,
        summary=procedure.summary,
        window=window_view(window, tree) if window is not None else None,
        state=state,
        rules=results,
        can_start=may_begin_another and state == "open" and not is_stopped(results),
        parties=tuple(parties),
        case_id=case.id if case is not None else None,
        task_id=task_id,
        obstacle=obstacle,
    )


def _window(
    one: RoundContext, tree: OrganisationTree, actor: Actor, case: Row | None, now: datetime
) -> LevelWindow | None:
    """Return the window that counts for the actor now, or None in a round that is always open."""
    windows = windows_for(one, tree, actor.organisation_id, case.started_at if case is not None else None)
    return window_in_view(windows.values(), now) if windows else None
