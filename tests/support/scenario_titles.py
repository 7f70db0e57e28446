"""Titles and findings that an applicant of a scenario has before it begins, and what the clock begins for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine.calendars import day_start
from engine.services import closings, cycles
from engine.store import findings, titles
from engine.system import System
from engine.titles import TitleStatus, one_star_streak


def hold_titles(connection: Connection, holder_id: str, held: Iterable[dict[str, Any]]) -> None:
    """Enter titles in the register, each with the stars of the years written."""
    for one in held:
        _hold(connection, holder_id, one, one.get("stars", {}))


def hold_findings(connection: Connection, party_id: str, held: Iterable[dict[str, Any]], case_id: int) -> None:
    """Enter findings against a party, as if they had been made in its case."""
    for one in held:
        values = {"organisation_id": party_id, "decided_by": party_id, "instance_id": case_id}
        decided_on = date.fromisoformat(one["decided_on"])
        findings.insert_finding(
            connection, {**values, "scheme": one["scheme"], "ground": one["ground"], "decided_on": decided_on}
        )


def _hold(connection: Connection, holder_id: str, one: dict[str, Any], stars: dict[int, int]) -> None:
    granted_on = date.fromisoformat(one["granted_on"])
    last = max(stars, default=None)
    values = {
        "kind": one["kind"],
        "holder_id": holder_id,
        "granted_on": granted_on,
        "expires_on": date.fromisoformat(one["expires_on"]) if "expires_on" in one else None,
        "document_number": "",
        "status": TitleStatus.VALID,
        "one_star_streak": one_star_streak(stars),
        "last_stars": stars.get(last),
        "last_evaluated_year": last,
        "granted_by": holder_id,
        "registered_at": day_start(granted_on),
    }
    row = titles.insert_title(connection, values)
    for year, number in stars.items():
        event = titles.event_by(None, day_start(granted_on), "evaluated", year=year, stars=number)
        titles.change_title(connection, titles.lock_title(connection, row.id), {}, event)


def take_cycle_steps(system: System) -> None:
    """Do what the pulse and the workers do for holders of titles at this moment."""
    cycles.release_cycles(system)
    with system.database.reading() as connection:
        query = "SELECT id FROM cycle_step WHERE state = 'waiting' AND due_at <= %s ORDER BY due_at, id"
        due = list(connection.exec_driver_sql(query, (system.clock.now(),)).scalars())
        orders = list(connection.exec_driver_sql("SELECT id FROM closing_order WHERE state = 'waiting'").scalars())
    for step_id in due:
        cycles.take_step(system, step_id)
    for order_id in orders:
        closings.close_case(system, order_id)


def begun_by_the_clock(system: System, procedure_id: str) -> tuple[int, datetime] | None:
    """Let the clock begin what it begins now; return the latest case of a procedure and when its window opened."""
    take_cycle_steps(system)
    query = (
        "SELECT instance_id, opens_at FROM title_cycle WHERE procedure_id = %s AND instance_id IS NOT NULL"
        " ORDER BY opens_at DESC LIMIT 1"
    )
    with system.database.reading() as connection:
        row = connection.exec_driver_sql(query, (procedure_id,)).one_or_none()
    return None if row is None else (row.instance_id, row.opens_at)
