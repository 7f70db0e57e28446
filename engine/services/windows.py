"""缩短与延期: changing a round's windows, and letting running cases follow at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from engine import runtime
from engine.access import Action, may
from engine.applicants import RoundContext, round_context, round_owners, shortening_level, stored_window, windows_for
from engine.calendars import COHORTS, LevelWindow, check_shortened, window_of_days
from engine.clock import local
from engine.errors import BadRequest, NotAllowed, NotFound
from engine.recording import WINDOW_EXTENDED, WINDOW_GRACE, read_window
from engine.store import cases, cycles, notices, organisations, rounds, timers
from engine.store.cases import CaseRecord
from engine.store.history import Journal
from engine.store.organisations import OrganisationTree
from engine.system import System
from engine.views import Actor, ExtensionRequest

LONGEST_TEXT = 2000


def shorten_window(
    system: System, actor: Actor, round_id: int, window_id: str, *, first_day: date, last_day: date
) -> None:
    """A lower level sets its own, shorter window; running drafts below it follow at once.

    Raises:
        NotFound: no such round or window.
        NotAllowed: the actor's office sets no window in this procedure.
        BadRequest: the window is longer than the one above, or ends before it begins.
    """
    now = system.clock.now()
    with system.database.transaction() as connection:
        one, tree = _locked(system, connection, round_id)
        upper = _window_set_by(one, window_id, round_owners(one.folder, tree).organisation_ids)
        if upper is None:
            raise NotFound(window=window_id)
        level = shortening_level(one.folder, tree, actor)
        if level is None:
            raise NotAllowed("您的单位不是本轮次的审核单位，不能设定窗口。")
        if last_day < first_day:
            raise BadRequest("截止日期不能早于开始日期。")
        opens_at, closes_at = window_of_days(first_day, last_day)
        own = replace(upper, organisation_id=actor.organisation_id, level=level, opens_at=opens_at, closes_at=closes_at)
        problems = check_shortened(upper, own)
        if problems:
            raise BadRequest("".join(problems))
        rounds.upsert_window(connection, rounds.window_values(round_id, own, actor.name, now))
        _apply_windows(system, connection, actor, round_id)


def order_extension(system: System, actor: Actor, round_id: int, request: ExtensionRequest) -> int:
    """延期: move a window's close for a cohort; sealed drafts of the cohort are opened again.

    Returns:
        How many running cases it reached.

    Raises:
        NotFound: no such round.
        NotAllowed: the actor's office did not set this window.
        BadRequest: a text is missing, the cohort is unknown or empty, or the new close is not later.
    """
    now = system.clock.now()
    _refuse_bad_request(request)
    with system.database.transaction() as connection:
        one, tree = _locked(system, connection, round_id)
        if one.folder.procedure.cycle is not None:
            return _extend_cycles(system, connection, actor, (one, tree), request)
        window = _window_set_by(one, request.window_id, frozenset({actor.organisation_id}))
        if window is None or not _may_extend(actor, one, tree):
            raise NotAllowed("只有设定该窗口的单位可以延期。")
        if request.new_close_at <= max(window.closes_at, now):
            raise BadRequest("新的截止时间应晚于原截止时间和当前时间。")
        order_id = rounds.insert_extension(connection, _order_values(round_id, window, request, actor, now))
        reached = _apply_windows(system, connection, actor, round_id)
        rounds.count_reached(connection, order_id, reached)
    return reached


def _extend_cycles(
    system: System,
    connection: Connection,
    actor: Actor,
    known: tuple[RoundContext, OrganisationTree],
    request: ExtensionRequest,
) -> int:
    """Extend a window that each holder of a title has for itself, where the holder has not filed and it is still open.

    A window that is over is not opened again: lateness is before a person then, who may decide to let it pass.
    """
    (one, tree), now = known, system.clock.now()
    cycle = one.folder.procedure.cycle
    if cycle is None or cycle.window != request.window_id or not _may_extend(actor, one, tree):
        raise NotAllowed("只有组织这一事项的单位可以延期。")
    named = frozenset(request.organisations)
    open_now = [
        row
        for row in cycles.unfiled(connection, one.row.procedure_id, now)
        if row.closes_at < request.new_close_at and (not named or row.organisation_id in named)
    ]
    if not open_now:
        raise BadRequest("没有尚未提交、需要延到这一时间的办件：新的截止时间应晚于原截止时间；已经截止的按逾期办理。")
    window = replace(_cycle_window(one, request.window_id, actor), closes_at=open_now[0].closes_at)
    order_id = rounds.insert_extension(connection, _order_values(one.row.id, window, request, actor, now))
    for row in open_now:
        case = cases.read_case(connection, row.instance_id, lock=True)
        longer = {**case.windows[request.window_id], "closes_at": request.new_close_at.isoformat()}
        _follow(system, connection, actor, case, {**case.windows, request.window_id: longer})
        cycles.move_close(connection, row.id, row.closes_at, request.new_close_at)
    rounds.count_reached(connection, order_id, len(open_now))
    return len(open_now)


def _cycle_window(one: RoundContext, window_id: str, actor: Actor) -> LevelWindow:
    """Return the window of a cycle as an order names it; its instants are those of no case."""
    rule, long_ago = one.folder.windows[window_id], datetime.min.replace(tzinfo=UTC)
    return LevelWindow(
        window_id=rule.id,
        organisation_id=actor.organisation_id,
        level=rule.level,
        opens_at=long_ago,
        closes_at=long_ago,
        name=rule.name,
    )


def _refuse_bad_request(request: ExtensionRequest) -> None:
    _refuse_bad_text("延期原因", request.reason)
    _refuse_bad_text("发文字号", request.document_number)
    if request.cohort not in COHORTS or (request.cohort == "organisations") != bool(request.organisations):
        raise BadRequest("请选择延期适用的范围；选择“指定单位”时请至少勾选一个单位。")


def _order_values(
    round_id: int, window: LevelWindow, request: ExtensionRequest, actor: Actor, now: datetime
) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "window_id": request.window_id,
        "organisation_id": actor.organisation_id,
        "level": window.level,
        "cohort": request.cohort,
        "organisations": list(request.organisations),
        "original_close_at": window.closes_at,
        "new_close_at": request.new_close_at,
        "reason": request.reason.strip(),
        "document_number": request.document_number.strip(),
        "issued_at": now,
        "issued_by": actor.name,
        "reached_cases": 0,
    }


def _may_extend(actor: Actor, one: RoundContext, tree: OrganisationTree) -> bool:
    if shortening_level(one.folder, tree, actor) is not None:
        return True
    return may(actor, Action.EXTEND_WINDOW, round_owners(one.folder, tree))


def _refuse_bad_text(name: str, text: str) -> None:
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        raise BadRequest(f"请填写{name}（{LONGEST_TEXT} 字以内）。")


def _locked(system: System, connection: Connection, round_id: int) -> tuple[RoundContext, OrganisationTree]:
    row = rounds.read_round(connection, round_id, lock=True)
    return round_context(system, connection, row), organisations.read_tree(connection)


def _window_set_by(one: RoundContext, window_id: str, organisation_ids: frozenset[str]) -> LevelWindow | None:
    for window in one.windows:
        if window.window_id == window_id and window.organisation_id in organisation_ids:
            closes = [
                order.new_close_at
                for order in one.extensions
                if (order.window_id, order.organisation_id, order.cohort)
                == (window_id, window.organisation_id, "everyone")
            ]
            return replace(window, closes_at=max([window.closes_at, *closes]))
    return None


def _apply_windows(system: System, connection: Connection, actor: Actor, round_id: int) -> int:
    """Let every running case of the round follow the windows as they stand now; return how many changed."""
    one, tree = _locked(system, connection, round_id)
    changed = 0
    for case in cases.cases_of_round(connection, round_id, lock=True):
        windows = windows_for(one, tree, case.applicant_id, case.started_at)
        stored = {window_id: stored_window(window, tree) for window_id, window in windows.items()}
        if stored != case.windows:
            changed += 1
            _follow(system, connection, actor, case, stored)
    return changed


def _follow(
    system: System, connection: Connection, actor: Actor, case: CaseRecord, stored: Mapping[str, Mapping[str, str]]
) -> None:
    now = system.clock.now()
    journal = Journal.of(case, now, actor)
    for window_id, window in stored.items():
        if window == case.windows.get(window_id):
            continue
        closes_at = read_window(window)[1]
        timers.move_window(connection, case.id, window_id, closes_at, closes_at + WINDOW_GRACE)
        moved = f"{window['name']}调整为{local(closes_at):%Y-%m-%d %H:%M}截止"
        _tell_applicant(system, connection, case, moved)
        journal.add("window_changed", comment=moved, details={"window": window_id, "closes_at": window["closes_at"]})
        if closes_at > now:
            _reopen(system, connection, case, window_id, now)
    cases.update_case(connection, case.id, {"windows": stored, **journal.write(connection)})


def _tell_applicant(system: System, connection: Connection, case: CaseRecord, moved: str) -> None:
    row = {
        "instance_id": case.id,
        "organisation_id": case.applicant_id,
        "role": "",
        "title": moved,
        "body": f"{case.title}（{case.number}）的{moved}，请留意办理时间。",
        "sent_at": system.clock.now(),
    }
    system.jobs.defer_deliver_notices(connection, notices.insert_notices(connection, [row]))


def _reopen(system: System, connection: Connection, case: CaseRecord, window_id: str, now: datetime) -> None:
    """Let a case that waits for an extension be told of it: as a row, so that it happens though a process dies."""
    definition = system.folder(connection, case.definition_id).definition
    tokens = runtime.read_tokens(definition, case.engine_state)
    if all(definition.elements[token.element_id].message != WINDOW_EXTENDED for token in tokens):
        return
    row = {
        "instance_id": case.id,
        "token_id": "",
        "element_id": "",
        "name": "",
        "due_at": now,
        "release_at": now,
        "window_id": window_id,
        "message": WINDOW_EXTENDED,
        "state": "waiting",
    }
    timers.insert_timers(connection, [row])
