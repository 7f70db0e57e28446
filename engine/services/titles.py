"""称号登记: the register of titles, one title with all that happened to it, and entering one by hand."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Row

from engine.access import Action, OfficeScope, may
from engine.applicants import scope_of_office
from engine.calendars import add_months, day_start
from engine.clock import local
from engine.cycles import outline_of, plan_cycles
from engine.errors import BadRequest, ChangedMeanwhile, Conflict, NotAllowed
from engine.paging import read_cursor, write_cursor
from engine.store import cases, cycles, organisations, titles
from engine.store.organisations import OrganisationTree
from engine.system import System
from engine.titles import LIVE, RENEWAL_MONTHS, renewal_opens_at, years_not_evaluated
from engine.views import Actor
from engine.views.titles import (
    TitleCase,
    TitleCorrection,
    TitleCycle,
    TitleEntry,
    TitleEvent,
    TitleForm,
    TitlePage,
    TitleRow,
    TitleView,
)

SCOPES = ("live", "soon", "expired", "ended", "all")
LONGEST_TEXT, LONGEST_REASON = 200, 2000
#: Titles on the calendar of expiries: more than any office watches.
MOST_EXPIRIES = 1000
ONE_OF_A_KIND = {"uq_title_holder_id_kind": lambda: Conflict("该单位已持有这一称号，不能重复登记，请先查看。")}


def list_titles(
    system: System, actor: Actor, *, scope: str = "live", kind: str = "", search: str = "", cursor: str | None = None
) -> TitlePage:
    """Return a page of the register, the next expiry first.

    Args:
        system: the system.
        actor: who looks.
        scope: live, soon (expires within three months), expired (past its last day, and nobody is at it), ended or all.
        kind: a kind of title, or empty for all.
        search: words in the holder's name, the kind or the document number.
        cursor: `next_cursor` of the page before.

    Raises:
        BadRequest: the cursor is not one of ours.
    """
    _refuse_reader(actor)
    today = _today(system)
    conditions = [titles.in_scope(scope, today, add_months(today, RENEWAL_MONTHS))]
    if kind:
        conditions.append(titles.of_kind(kind))
    if search.strip():
        conditions.append(titles.matching(search.strip()))
    after = read_cursor(cursor)
    with system.database.reading() as connection:
        position = (local(after[0]).date(), after[1]) if after else None
        found = titles.list_titles(connection, conditions, position)
        total = titles.count_titles(connection, conditions)
        kinds = tuple(titles.list_kinds(connection))
        may_register = bool(_grantable(system, connection, actor)) or may(actor, Action.REGISTER_TITLE)
    last = found[titles.PAGE - 1] if len(found) > titles.PAGE else None
    return TitlePage(
        rows=tuple(_row(row, today) for row in found[: titles.PAGE]),
        total=total,
        next_cursor=write_cursor(day_start(last.sort_on), last.id) if last else None,
        kinds=kinds,
        may_register=may_register,
        may_read_findings=may(actor, Action.READ_FINDINGS),
    )


def list_expiries(system: System, actor: Actor, *, months: int = 12) -> tuple[tuple[date, tuple[TitleRow, ...]], ...]:
    """Return the titles in force that expire in the coming months: first day of each month, and its titles."""
    _refuse_reader(actor)
    today = _today(system)
    last = add_months(today, months)
    with system.database.reading() as connection:
        found = [_row(row, today) for row in titles.expiring(connection, today, last, MOST_EXPIRIES)]
    by_month: dict[date, list[TitleRow]] = {}
    for row in found:
        assert row.expires_on is not None
        by_month.setdefault(row.expires_on.replace(day=1), []).append(row)
    return tuple((month, tuple(rows)) for month, rows in by_month.items())


def read_title(system: System, actor: Actor, title_id: int) -> TitleView:
    """Return one title with its events, stars, windows, and those of its cases that the actor may know of.

    Raises:
        NotFound: no such title.
    """
    _refuse_reader(actor)
    now = system.clock.now()
    with system.database.reading() as connection:
        row = titles.read_title(connection, title_id)
        events = titles.read_events(connection, title_id)
        stars = titles.read_stars(connection, title_id)
        known = titles.cases_of_title(connection, row, cases.visible_to(actor))
        planned = cycles.cycles_of_holder(connection, row.holder_id, row.kind)
        may_correct = _may_correct(system, connection, actor, row)
    visible = {case.id for case in known}
    evaluated: dict[int, int | None] = {**dict.fromkeys(years_not_evaluated(stars)), **stars}
    names = list(TitleCase.__dataclass_fields__)[1:]
    return TitleView(
        row=_row(row, local(now).date()),
        granting_name=row.granting_name,
        registered_at=row.registered_at,
        renewal_opens_at=renewal_opens_at(row.expires_on) if row.status in LIVE else None,
        stars=tuple(sorted(evaluated.items(), reverse=True)),
        events=tuple(_event(event, visible) for event in events),
        cases=tuple(TitleCase(case_id=case.id, **{name: case._mapping[name] for name in names}) for case in known),
        cycles=tuple(_cycle(one, visible, now) for one in planned if one.title_id == row.id),
        may_correct=may_correct,
        sequence=row.last_sequence,
    )


def read_title_form(system: System, actor: Actor) -> TitleForm:
    """Return what the actor may choose when entering a title by hand.

    Raises:
        NotAllowed: the actor's office grants no title and the actor is no administrator.
    """
    with system.database.reading() as connection:
        return _form(system, connection, actor)


def register_title(system: System, actor: Actor, entry: TitleEntry) -> int:
    """Enter a title that was granted outside the platform; return its id.

    The last day is taken as it is typed: some sources name no day of the grant, or print one day less (I-22).

    Raises:
        NotAllowed: the actor's office does not grant this title and the actor is no administrator.
        BadRequest: something is missing, too long, or contradicts itself.
        Conflict: the holder has a title of this kind already.
    """
    now = system.clock.now()
    with system.database.transaction(ONE_OF_A_KIND) as connection:
        _refuse_bad_entry(entry, _form(system, connection, actor))
        row = titles.insert_title(
            connection,
            {
                "kind": entry.kind.strip(),
                "holder_id": entry.holder_id,
                "granted_on": entry.granted_on,
                "expires_on": entry.expires_on,
                "document_number": entry.document_number.strip(),
                "status": entry.status,
                "granted_by": entry.granted_by,
                "registered_at": now,
            },
        )
        days = {"granted_on": entry.granted_on, "expires_on": entry.expires_on}
        details = {name: day.isoformat() for name, day in days.items() if day is not None}
        event = titles.event_by(actor, now, "registered", reason=entry.reason.strip(), details=details)
        titles.change_title(connection, row, {}, event)
        plan_cycles(system, connection, now, kind=row.kind)
        return int(row.id)


def correct_title(system: System, actor: Actor, title_id: int, correction: TitleCorrection) -> None:
    """更正: put right what the register says of a title; what stood there before stays in its events.

    Also how a city's grade of 2017 becomes another title (晋级、退级): the decision is a person's (I-48).

    Raises:
        NotFound: no such title.
        NotAllowed: the actor's office did not grant it and the actor is no administrator.
        BadRequest: nothing changes, or something is missing, too long or contradicts itself.
        ChangedMeanwhile: something happened to the title since the page was read.
        Conflict: the holder has a title of the new kind already, or the old term is being renewed.
    """
    now = system.clock.now()
    with system.database.transaction(ONE_OF_A_KIND) as connection:
        titles.read_title(connection, title_id)
        row = titles.lock_title(connection, title_id)
        if not _may_correct(system, connection, actor, row):
            raise NotAllowed("称号由授予单位或管理员更正，您的单位没有授予这一称号。")
        if row.last_sequence != correction.sequence:
            raise ChangedMeanwhile("称号登记刚刚有了变化，请核对最新内容后再更正。")
        changes = _corrected(row, correction, _kinds_like(system, connection, row.kind))
        if "expires_on" in changes and cycles.is_renewed_now(connection, row.id, str(row.expires_on)):
            raise Conflict("复核已经开始，有效期由复核的决定改变；请在复核办件里办理。")
        cycles.forget_planned(connection, row.id)
        written = [[name, _text_of(row._mapping[name]), _text_of(value)] for name, value in changes.items()]
        event = titles.event_by(actor, now, "corrected", reason=correction.reason.strip(), details={"changes": written})
        titles.change_title(connection, row, changes, event)
        plan_cycles(system, connection, now, kind=correction.kind)


def list_kinds_for(system: System, actor: Actor, title_id: int) -> tuple[str, ...]:
    """Return the kinds that a title may be corrected to, its own first."""
    _refuse_reader(actor)
    with system.database.reading() as connection:
        return _kinds_like(system, connection, titles.read_title(connection, title_id).kind)


def _corrected(row: Row, correction: TitleCorrection, kinds: tuple[str, ...]) -> dict[str, str | date | None]:
    """Return the columns that change."""
    number = correction.document_number.strip()
    if correction.kind not in kinds:
        raise BadRequest("请选择称号种类。")
    if correction.granted_on and correction.expires_on and correction.expires_on < correction.granted_on:
        raise BadRequest("有效期至不能早于授予日，请核对。")
    if len(number) > LONGEST_TEXT:
        raise BadRequest(f"文号不能超过 {LONGEST_TEXT} 字。")
    if not 0 < len(correction.reason.strip()) <= LONGEST_REASON:
        raise BadRequest(f"请填写更正的依据和理由（{LONGEST_REASON} 字以内）。")
    given = {
        "kind": correction.kind,
        "granted_on": correction.granted_on,
        "expires_on": correction.expires_on,
        "document_number": number,
    }
    changes = {name: value for name, value in given.items() if value != row._mapping[name]}
    if not changes:
        raise BadRequest("没有改动任何内容，不需要更正。")
    return changes


def _text_of(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _kinds_like(system: System, connection: Connection, kind: str) -> tuple[str, ...]:
    """Return a kind and those that some procedure deals with together with it."""
    outlines = [outline_of(system, connection, one.definition_id) for one in cycles.versions_in_force(connection)]
    together = {other for one in outlines if kind in one.procedure.title_kinds for other in one.procedure.title_kinds}
    return (kind, *sorted(together - {kind}))


def _may_correct(system: System, connection: Connection, actor: Actor, row: Row) -> bool:
    if may(actor, Action.REGISTER_TITLE):
        return True
    return bool(row.granted_by == actor.organisation_id and _grantable(system, connection, actor))


def _refuse_reader(actor: Actor) -> None:
    if not may(actor, Action.READ_TITLES):
        raise NotAllowed


def _today(system: System) -> date:
    return local(system.clock.now()).date()


def _grantable(system: System, connection: Connection, actor: Actor) -> list[str]:
    """Return the kinds of title that the actor's office grants, as the diagrams in force say."""
    tree = organisations.read_tree(connection)
    return sorted(
        {kind for kind, scope in _grants(system, connection, tree) if may(actor, Action.REGISTER_TITLE, scope)}
    )


def _grants(system: System, connection: Connection, tree: OrganisationTree) -> list[tuple[str, OfficeScope]]:
    found = []
    for version in cycles.versions_in_force(connection):
        outline = outline_of(system, connection, version.definition_id)
        for kind, lane_id in outline.grants:
            rule = outline.procedure.lanes.get(lane_id)
            if rule is not None and rule.office is not None:
                found.append((kind, scope_of_office(outline.procedure, tree, rule.role, rule.office)))
    return found


def _form(system: System, connection: Connection, actor: Actor) -> TitleForm:
    tree = organisations.read_tree(connection)
    is_administrator = may(actor, Action.REGISTER_TITLE)
    grants = _grants(system, connection, tree)
    kinds = {kind for kind, scope in grants if is_administrator or may(actor, Action.REGISTER_TITLE, scope)}
    if is_administrator:
        kinds |= set(titles.list_kinds(connection))
    elif not kinds:
        raise NotAllowed("称号由授予单位或管理员登记，您的单位不授予称号。")
    everybody = tuple((one.id, one.name) for one in tree.organisations.values())
    own = ((actor.organisation_id, actor.organisation_name),)
    return TitleForm(
        kinds=tuple(sorted(kinds)),
        takes_any_kind=is_administrator,
        holders=everybody,
        granting=everybody if is_administrator else own,
    )


def _refuse_bad_entry(entry: TitleEntry, form: TitleForm) -> None:
    kind, reason = entry.kind.strip(), entry.reason.strip()
    if not 0 < len(kind) <= LONGEST_TEXT or (kind not in form.kinds and not form.takes_any_kind):
        raise BadRequest("请选择称号种类。")
    if entry.holder_id not in dict(form.holders) or entry.granted_by not in dict(form.granting):
        raise BadRequest("请选择持有单位和授予单位。")
    if entry.status not in LIVE:
        raise BadRequest("请选择称号状态。")
    if entry.granted_on and entry.expires_on and entry.expires_on < entry.granted_on:
        raise BadRequest("有效期至不能早于授予日，请核对。")
    if len(entry.document_number.strip()) > LONGEST_TEXT:
        raise BadRequest(f"文号不能超过 {LONGEST_TEXT} 字。")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BadRequest(f"请填写登记依据和理由（{LONGEST_REASON} 字以内）。")


def _row(row: Row, today: date) -> TitleRow:
    is_live = row.status in LIVE
    names = ("kind", "holder_name", "granted_on", "expires_on", "document_number", "status", "one_star_streak")
    return TitleRow(
        **{name: row._mapping[name] for name in names},
        title_id=row.id,
        days_left=(row.expires_on - today).days if is_live and row.expires_on else None,
        is_live=is_live,
        stars=row.last_stars,
        evaluated_year=row.last_evaluated_year,
    )


def _event(row: Row, visible: set[int]) -> TitleEvent:
    names = ("at", "kind", "year", "stars", "status", "reason", "actor_name", "organisation_name")
    is_visible, expires_on = row.instance_id in visible, row.details.get("expires_on")
    return TitleEvent(
        **{name: row._mapping[name] for name in names},
        case_id=row.instance_id if is_visible else None,
        case_number=row.case_number if is_visible else "",
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        changes=tuple((name, before, after) for name, before, after in row.details.get("changes", ())),
    )


def _cycle(row: Row, visible: set[int], now: datetime) -> TitleCycle:
    is_visible = row.instance_id in visible
    return TitleCycle(
        procedure_name=row.procedure_name,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=_cycle_state(row, now),
        case_id=row.instance_id if is_visible else None,
        case_number=row.case_number if is_visible else "",
    )


def _cycle_state(row: Row, now: datetime) -> str:
    if row.case_submitted_at is not None:
        return "filed"
    if now < row.opens_at:
        return "planned"
    if now < row.closes_at:
        return "open"
    return "over" if row.case_ended_at is not None or row.instance_id is None else "late"
