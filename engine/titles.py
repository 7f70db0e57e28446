"""称号: the words for its state, and the arithmetic of stars, terms and the window of its renewal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from engine.calendars import expiry, renewal_window
from engine.clock import local

#: Stars of a yearly evaluation, the most being the best.
FEWEST_STARS, MOST_STARS = 1, 3
LONGEST_TERM_YEARS = 99
#: 平台默认值: how long before the expiry a renewal may be applied for, where no procedure says otherwise (I-24).
RENEWAL_MONTHS = 3


class TitleStatus(StrEnum):
    """What a title is worth now. Owners write these words in diagrams."""

    VALID = "有效"
    #: 复核中·称号延续: applied for in time, so it goes on past its expiry until the decision (I-23).
    UNDER_REVIEW = "复核中"
    RECTIFYING = "整改中"
    WITHDRAWN = "退出"
    REVOKED = "撤销"


#: A holder has one title of a kind among these at most.
LIVE = (TitleStatus.VALID, TitleStatus.UNDER_REVIEW, TitleStatus.RECTIFYING)


def one_star_streak(stars: Mapping[int, int]) -> int:
    """Return how many evaluated years up to the last one ended with a single star.

    A year without an evaluation neither breaks the streak nor makes it longer (procedures P03, 解释).

    Args:
        stars: year -> stars, for the years that were evaluated.
    """
    streak = 0
    for year in sorted(stars, reverse=True):
        if stars[year] != FEWEST_STARS:
            break
        streak += 1
    return streak


def years_not_evaluated(stars: Mapping[int, int]) -> tuple[int, ...]:
    """Return the years between the first and the last evaluation that have none: people decide what they mean."""
    if not stars:
        return ()
    return tuple(year for year in range(min(stars), max(stars)) if year not in stars)


def first_expiry(granted_on: date, term_years: int | None) -> date | None:
    """Return the last day of a title's first term, or None for one without a term. Store it; never count it again."""
    return None if term_years is None else expiry(granted_on, term_years)


def renewed_expiry(expires_on: date, term_years: int) -> date:
    """Return the last day of the term that begins the day after `expires_on`.

    The old last day takes the place of the grant: it is not counted (民法典 201), so nothing is lost between the terms
    and the day of the decision does not move the next expiry.
    """
    return expiry(expires_on, term_years)


def renewal_opens_at(expires_on: date | None, months: int = RENEWAL_MONTHS) -> datetime | None:
    """Return when a renewal may first be applied for, or None for a title without a term."""
    return None if expires_on is None else renewal_window(expires_on, months)[0]


class Holding(Protocol):
    """A title as it is stored."""

    kind: Any
    granted_on: Any
    expires_on: Any
    status: Any
    last_stars: Any
    last_evaluated_year: Any
    one_star_streak: Any


def title_fact(row: Holding | None, months: int = RENEWAL_MONTHS) -> dict[str, Any] | None:
    """Return what expressions read as `title`: the applicant's title in force, or null.

    Args:
        row: the stored title.
        months: how long before its expiry a renewal may be applied for.
    """
    if row is None:
        return None
    opens_at = renewal_opens_at(row.expires_on, months)
    return {
        "kind": row.kind,
        "granted_on": row.granted_on,
        "expires_on": row.expires_on,
        "status": row.status,
        "stars_last": row.last_stars,
        "evaluated_last": row.last_evaluated_year,
        "one_star_streak": row.one_star_streak,
        "renewal_opens_on": local(opens_at).date() if opens_at else None,
    }
