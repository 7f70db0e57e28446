"""Titles that an applicant of a scenario has from before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.calendars import day_start
from engine.store import titles
from engine.titles import TitleStatus, one_star_streak


def hold_titles(connection: Connection, holder_id: str, held: Iterable[dict[str, Any]]) -> None:
    """Enter titles in the register, each with the stars of the years written."""
    for one in held:
        _hold(connection, holder_id, one, one.get("stars", {}))


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
