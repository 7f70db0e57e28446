"""轮次: opening a yearly round of a procedure, and looking at rounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.applicants import RoundContext, round_contexts, round_owners, round_parties, shortening_level, window_view
from engine.calendars import LevelWindow, deadline_after, last_day, warnings_for_window, window_of_days
from engine.clock import local
from engine.editions import bring_due_into_force
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound
from engine.folders import Folder, WindowRule
from engine.store import cases, cycles, notices, organisations, procedures, rounds
from engine.store.organisations import OrganisationTree
from engine.system import System
from engine.views import Actor, ExceptionView, ExtensionView, RoundDraft, RoundNotice, RoundView, Window
from engine.views.rounds import GateLimit

LONGEST_TITLE = 200
ONE_MICROSECOND = timedelta(microseconds=1)
PUBLICITIES = ("主动公开", "依申请公开", "不公开")
ONE_ROUND_A_YEAR = {"uq_yearly_round_procedure_id_year": lambda: Conflict("该事项本年度的轮次已经发布，不能重复发布。")}


def list_rounds(system: System, actor: Actor) -> tuple[RoundView, ...]:
    """Return every round, latest first, with what the actor may do in each."""
    with system.database.reading() as connection:
        return _views(system, connection, rounds.list_rounds(connection), actor)


def read_round(system: System, actor: Actor, round_id: int) -> RoundView:
    """Return one round with what the actor may do in it.

    Raises:
        NotFound: no such round.
    """
    with system.database.reading() as connection:
        return _views(system, connection, [rounds.read_round(connection, round_id)], actor)[0]


def list_round_drafts(system: System, actor: Actor, *, year: int | None = None) -> tuple[RoundDraft, ...]:
    """Return what a new round of each procedure would look like that the actor may open and that has none this year.

    Args:
        system: the system.
        actor: who would open it.
        year: the year of the round; by default the present one in Asia/Shanghai.
    """
    wanted = year or local(system.clock.now()).year
    with system.database.reading() as connection:
        tree = organisations.read_tree(connection)
        taken = {row.procedure_id for row in rounds.list_rounds(connection) if row.year == wanted}
        drafts = []
        for version in procedures.current_versions(connection):
            folder = system.folder(connection, version.id)
            if folder.procedure.is_standing:
                continue
            if version.procedure_id not in taken and may(actor, Action.OPEN_ROUND, round_owners(folder, tree)):
                drafts.append(_draft(system, folder, actor.organisation_id, tree, wanted))
    return tuple(drafts)


def open_round(system: System, actor: Actor, notice: RoundNotice) -> int:
    """发布轮次: open a procedure's round of a year under the version in force; return its id.

    Raises:
        NotFound: no such procedure.
        NotAllowed: the actor's office does not open this procedure's rounds.
        BadRequest: a text is missing or too long, or a window is missing or ends before it begins.
        Conflict: the procedure has a round in this year.
    """
    now = system.clock.now()
    with system.database.transaction(ONE_ROUND_A_YEAR) as connection:
        bring_due_into_force(system, connection, now)
        definition_id = _current(connection, notice.procedure_id)
        folder = system.folder(connection, definition_id)
        tree = organisations.read_tree(connection)
        if not may(actor, Action.OPEN_ROUND, round_owners(folder, tree)):
            raise NotAllowed("本事项的轮次由上级主管部门发布。")
        _refuse_bad_notice(notice)
        windows = [
            _level_window(rule, actor.organisation_id, _interval(rule.name, notice.windows.get(rule.id)))
            for rule in folder.windows.values()
        ]
        round_id = rounds.insert_round(connection, _round_values(notice, definition_id, actor, now))
        for window in windows:
            rounds.upsert_window(connection, rounds.window_values(round_id, window, actor.name, now))
        _announce(system, connection, notice, windows, round_parties(folder, tree))
    return round_id


def _announce(
    system: System,
    connection: Connection,
    notice: RoundNotice,
    windows: Sequence[LevelWindow],
    parties: Sequence[tuple[str, str]],
) -> None:
    body = "；".join(
        f"{one.name}：{_day(one.opens_at)}至{last_day(one.closes_at):%Y年%m月%d日}24:00（含当日）" for one in windows
    )
    rows = [
        {
            "instance_id": None,
            "organisation_id": organisation_id,
            "role": role,
            "title": f"轮次已发布：{notice.title.strip()}",
            "body": f"{body}。{notice.document_number.strip()}",
            "sent_at": system.clock.now(),
        }
        for organisation_id, role in parties
    ]
    system.jobs.defer_deliver_notices(connection, notices.insert_notices(connection, rows))


def _day(instant: datetime) -> str:
    return f"{local(instant):%Y年%m月%d日}"


def _round_values(notice: RoundNotice, definition_id: int, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "procedure_id": notice.procedure_id,
        "definition_id": definition_id,
        "year": notice.year,
        "title": notice.title.strip(),
        "document_number": notice.document_number.strip(),
        "issued_on": notice.issued_on,
        "publicity": notice.publicity,
        "organisation_id": actor.organisation_id,
        "opened_by": actor.name,
        "opened_at": now,
    }


def _interval(name: str, days: tuple[date, date] | None) -> tuple[datetime, datetime]:
    if days is None or days[1] < days[0]:
        raise BadRequest(f"请填写{name}的开始日期和截止日期，截止日期不能早于开始日期。")
    return window_of_days(*days)


def _refuse_bad_notice(notice: RoundNotice) -> None:
    title = notice.title.strip()
    if not 0 < len(title) <= LONGEST_TITLE or len(notice.document_number) > LONGEST_TITLE:
        raise BadRequest(f"请填写通知标题（{LONGEST_TITLE} 字以内）；发文字号也不能超过 {LONGEST_TITLE} 字。")
    if notice.publicity not in PUBLICITIES:
        raise BadRequest("请选择公开方式。")


def _current(connection: Connection, procedure_id: str) -> int:
    for version in procedures.current_versions(connection):
        if version.procedure_id == procedure_id:
            return int(version.id)
    raise NotFound(procedure=procedure_id)


def _level_window(rule: WindowRule, organisation_id: str, interval: tuple[datetime, datetime]) -> LevelWindow:
    return LevelWindow(
        window_id=rule.id,
        organisation_id=organisation_id,
        level=rule.level,
        opens_at=interval[0],
        closes_at=interval[1],
        name=rule.name,
        basis=rule.basis,
        mark=rule.mark,
    )


def _draft(system: System, folder: Folder, organisation_id: str, tree: OrganisationTree, year: int) -> RoundDraft:
    windows = [
        _level_window(rule, organisation_id, window_of_days(*rule.days_of(year))) for rule in folder.windows.values()
    ]
    issued_on = local(system.clock.now()).date()
    warnings = [text for one in windows for text in warnings_for_window(one, issued_on, system.calendar)]
    return RoundDraft(
        procedure_id=folder.procedure.id,
        procedure_name=folder.procedure.name,
        publicity=folder.procedure.publicity,
        year=year,
        title=folder.procedure.title.format(year=year),
        windows=tuple(window_view(one, tree) for one in windows),
        warnings=tuple(warnings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Papers:
    """What views of rounds show besides the rounds, by round."""

    tree: OrganisationTree
    orders: Mapping[int, Sequence[Row]]
    exceptions: Mapping[int, Sequence[Row]]
    #: Of all cases where the actor oversees the round, else of those that the actor may know of.
    counts: Mapping[int, Mapping[str, int]]


def _views(system: System, connection: Connection, rows: Sequence[Row], actor: Actor) -> tuple[RoundView, ...]:
    found, tree = round_contexts(system, connection, rows), organisations.read_tree(connection)
    ids, overseen = [row.id for row in rows], [one.row.id for one in found if _oversees(one, tree, actor)]
    papers = _Papers(
        tree=tree,
        orders=_by_round(rounds.extension_rows(connection, ids)),
        exceptions=_by_round(rounds.exception_rows(connection, ids)),
        counts={
            **cases.counts_of_rounds(connection, sorted(set(ids) - set(overseen)), actor),
            **cases.counts_of_rounds(connection, overseen, None),
        },
    )
    return tuple(_view(system, connection, one, papers, actor) for one in found)


def _by_round(rows: Iterable[Row]) -> Mapping[int, Sequence[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row.round_id].append(row)
    return found


def _view(system: System, connection: Connection, one: RoundContext, papers: _Papers, actor: Actor) -> RoundView:
    now, row, tree = system.clock.now(), one.row, papers.tree
    warnings = [text for window in one.windows for text in warnings_for_window(window, row.issued_on, system.calendar)]
    actions = _actions(one, tree, actor)
    return RoundView(
        round_id=row.id,
        procedure_id=row.procedure_id,
        procedure_name=one.folder.procedure.name,
        year=row.year,
        title=row.title,
        document_number=row.document_number,
        issued_on=row.issued_on.isoformat() if row.issued_on else "",
        publicity=row.publicity,
        windows=tuple(window_view(window, tree) for window in one.windows),
        cycle_window=_cycle_window(connection, one, now) if "extend" in actions else None,
        gates=_gates(system, one),
        extensions=_extensions(papers.orders.get(row.id, ()), tree),
        exceptions=_exceptions(papers.exceptions.get(row.id, ()), actor, is_overseer=_oversees(one, tree, actor)),
        warnings=tuple(dict.fromkeys(warnings)),
        counts=papers.counts[row.id],
        state=_state(one, now),
        actions=actions,
    )


def _gates(system: System, one: RoundContext) -> tuple[GateLimit, ...]:
    """Return by when each office is to review; a case filed in time does not suffer when one is late (I-08)."""
    closes = {window.window_id: window.closes_at for window in reversed(one.windows)}
    definition, gates = one.folder.definition, []
    for limit in one.folder.time_limits.values():
        element, closes_at = definition.elements.get(limit.element), closes.get(limit.after.partition(".")[0])
        if element is None or closes_at is None:
            continue
        gates.append(
            GateLimit(
                step_name=element.name,
                lane_name=definition.lanes[element.lane].name if element.lane in definition.lanes else "",
                working_days=limit.working_days,
                due_at=deadline_after(closes_at - ONE_MICROSECOND, limit.working_days, system.calendar),
                basis=limit.basis,
                mark=limit.mark,
            )
        )
    return tuple(sorted(gates, key=lambda gate: gate.due_at))


def _cycle_window(connection: Connection, one: RoundContext, now: datetime) -> Window | None:
    cycle = one.folder.procedure.cycle
    open_now = cycles.unfiled(connection, one.row.procedure_id, now) if cycle is not None else ()
    if cycle is None or not open_now:
        return None
    rule, nearest = one.folder.windows[cycle.window], open_now[0]
    return Window(window_id=rule.id, name=rule.name, opens_at=nearest.opens_at, closes_at=nearest.closes_at)


def _oversees(one: RoundContext, tree: OrganisationTree, actor: Actor) -> bool:
    """Tell whether the actor may know how many applied: who opens such rounds, and who watches the system."""
    return may(actor, Action.OPEN_ROUND, round_owners(one.folder, tree)) or may(actor, Action.MONITOR)


def _state(one: RoundContext, now: datetime) -> str:
    if not one.windows:
        return "open"
    opens_at = min(window.opens_at for window in one.windows)
    closes_at = max([window.closes_at for window in one.windows] + [order.new_close_at for order in one.extensions])
    return "not_yet_open" if now < opens_at else "open" if now < closes_at else "closed"


def _actions(one: RoundContext, tree: OrganisationTree, actor: Actor) -> frozenset[str]:
    owners, actions = round_owners(one.folder, tree), set()
    if may(actor, Action.EXTEND_WINDOW, owners):
        actions |= {"extend", "except"}
    if shortening_level(one.folder, tree, actor) is not None:
        actions.add("shorten")
        if any(window.organisation_id == actor.organisation_id for window in one.windows):
            actions.add("extend")
    return frozenset(actions)


def _extensions(orders: Iterable[Row], tree: OrganisationTree) -> tuple[ExtensionView, ...]:
    names = [name for name in ExtensionView.__dataclass_fields__ if name != "cohort_name"]
    return tuple(
        ExtensionView(
            **{name: row._mapping[name] for name in names},
            cohort_name="、".join(tree.organisations[one].name for one in row.organisations),
        )
        for row in orders
    )


def _exceptions(rows: Iterable[Row], actor: Actor, *, is_overseer: bool) -> tuple[ExceptionView, ...]:
    """Return the exceptions that the actor may know of: all of them for an overseer, its own for an applicant."""
    names = list(ExceptionView.__dataclass_fields__)
    return tuple(
        ExceptionView(**{name: row._mapping[name] for name in names})
        for row in rows
        if is_overseer or row.organisation_id == actor.organisation_id
    )
