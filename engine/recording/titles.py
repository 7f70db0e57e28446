"""称号: granting, renewing and changing a title, and recording its stars, in the transaction of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from engine.cycles import plan_cycles
from engine.recording.action import CaseAction
from engine.recording.arguments import Arguments
from engine.runtime import Effect
from engine.store import titles
from engine.titles import (
    FEWEST_STARS,
    LONGEST_TERM_YEARS,
    MOST_STARS,
    TitleStatus,
    first_expiry,
    one_star_streak,
    renewed_expiry,
)

EARLIEST_YEAR, LATEST_YEAR = 1992, 2199


def grant_titles(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Enter new titles in the register; the last day is counted here, once.

    Raises:
        ExecutionError: the holder has a title of this kind, or a parameter is wrong.
    """
    for call in calls:
        given = Arguments(action, call)
        holder_id, kind = given.party(), given.words("kind")
        titles.lock_register(action.connection, holder_id, kind)
        if titles.find_title(action.connection, holder_id, kind, only_live=True) is not None:
            given.fail(f"该单位已持有“{kind}”，不能重复授予。")
        granted_on = given.day("granted_on") if given.has("granted_on") else given.today
        term_years = given.whole("term_years", 1, LONGEST_TERM_YEARS) if given.has("term_years") else None
        row = titles.insert_title(
            action.connection,
            {
                "kind": kind,
                "holder_id": holder_id,
                "granted_on": granted_on,
                "expires_on": first_expiry(granted_on, term_years),
                "document_number": given.text("document_number"),
                "status": TitleStatus.VALID,
                "granted_by": given.deciding_office(),
                "instance_id": action.case.id,
                "registered_at": action.at,
            },
        )
        _write(given, row, "granted", {}, details=_term(row.granted_on, row.expires_on, row.document_number))
        plan_cycles(action.system, action.connection, action.at, kind=kind)


def renew_titles(action: CaseAction, calls: Sequence[Effect]) -> None:
    """继续授予: begin a new term the day after the old one ends, whenever the decision is made.

    Raises:
        ExecutionError: there is no such title in force, it has no term, or a parameter is wrong.
    """
    for call in calls:
        given = Arguments(action, call)
        row = _found(given, only_live=True)
        if row.expires_on is None:
            given.fail(f"“{row.kind}”没有有效期，不需要继续授予。")
        expires_on = renewed_expiry(row.expires_on, given.whole("term_years", 1, LONGEST_TERM_YEARS))
        number = given.text("document_number")
        changes = {"expires_on": expires_on, "status": TitleStatus.VALID}
        if number:
            changes["document_number"] = number
        _write(given, row, "renewed", changes, details=_term(row.expires_on, expires_on, number))
        plan_cycles(action.system, action.connection, action.at, kind=row.kind)


def change_titles(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Give titles another status, with the reason; a decision found wrong brings an ended one back.

    Raises:
        ExecutionError: there is no such title, or a parameter is wrong.
    """
    for call in calls:
        given = Arguments(action, call)
        status, reason = given.words("status"), given.words("reason")
        if status not in tuple(TitleStatus):
            given.refuse("status", f"只能是：{'、'.join(TitleStatus)}")
        row = _found(given, only_live=False)
        _write(given, row, "status_changed", {"status": status}, reason=reason, details={"before": row.status})


def record_stars(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Enter the stars of a year; the streak of one-star years follows from all evaluated years.

    Raises:
        ExecutionError: there is no such title in force, or a parameter is wrong.
    """
    for call in calls:
        given = Arguments(action, call)
        row = _found(given, only_live=True)
        year = given.whole("year", EARLIEST_YEAR, LATEST_YEAR)
        stars = given.whole("stars", FEWEST_STARS, MOST_STARS)
        evaluated = {**titles.read_stars(action.connection, row.id), year: stars}
        last = max(evaluated)
        changes = {
            "one_star_streak": one_star_streak(evaluated),
            "last_stars": evaluated[last],
            "last_evaluated_year": last,
        }
        _write(given, row, "evaluated", changes, year=year, stars=stars)


def _found(given: Arguments, *, only_live: bool) -> Row:
    kind = given.words("kind")
    row = titles.find_title(given.action.connection, given.party(), kind, only_live=only_live)
    return row or given.fail(f"称号登记里没有该单位{'有效的' if only_live else ''}“{kind}”。")


def _write(given: Arguments, row: Row, kind: str, changes: Mapping[str, Any], **event: Any) -> None:
    """Change the title, add the event to its chain, and say it in the history of the case."""
    action = given.action
    event.setdefault("reason", given.text("reason"))
    written = titles.event_by(action.actor, action.at, kind, instance_id=action.case.id, **event)
    titles.change_title(action.connection, row, changes, written)
    details = {"title_id": row.id, "kind": row.kind, "status": changes.get("status", row.status)}
    action.journal.add(
        HISTORY_KINDS[kind],
        element=action.label(given.call.element_id),
        comment=event["reason"],
        details={**details, **{name: event[name] for name in ("year", "stars") if name in event}},
    )


#: Event of the title -> event of the case.
HISTORY_KINDS = {
    "granted": "title_granted",
    "renewed": "title_renewed",
    "status_changed": "title_changed",
    "evaluated": "title_evaluated",
}


def _term(begins: Any, ends: Any, number: str) -> dict[str, str]:
    """Return a term as an event keeps it."""
    days = {"from": begins, "expires_on": ends}
    return {**{name: day.isoformat() for name, day in days.items() if day is not None}, "document_number": number}
