"""What an applicant of a scenario has before it begins: titles with their stars, findings against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.calendars import day_start
from engine.store import findings, titles
from engine.titles import TitleStatus, one_star_streak


def hold_titles(connection: Connection, holder_id: str, held: Iterable[Mapping[str, Any]]) -> None:
    """Enter titles in the register, each with the stars of the years written."""
    for one in held:
        _hold(connection, holder_id, one, {int(year): stars for year, stars in one.get("stars", {}).items()})


def hold_findings(connection: Connection, party_id: str, held: Iterable[Mapping[str, Any]], case_id: int) -> None:
    """Enter findings against a party, as if they had been made in its case."""
    for one in held:
        values = {"organisation_id": party_id, "decided_by": party_id, "instance_id": case_id}
        decided_on = date.fromisoformat(one["decided_on"])
        findings.insert_finding(
            connection, {**values, "scheme": one["scheme"], "ground": one["ground"], "decided_on": decided_on}
        )


def _hold(connection: Connection, holder_id: str, one: Mapping[str, Any], stars: Mapping[int, int]) -> None:
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
        "last_stars": stars.get(last) if last is not None else None,
        "last_evaluated_year": last,
        "granted_by": holder_id,
        "registered_at": day_start(granted_on),
    }
    row = titles.insert_title(connection, values)
    for year, number in stars.items():
        event = titles.event_by(None, day_start(granted_on), "evaluated", year=year, stars=number)
        titles.change_title(connection, titles.lock_title(connection, row.id), {}, event)
