"""Windows at several levels: one call, several dates, and the orders that move them.

A window is set by the ministry and may be shortened, never lengthened, level by level; an extension order (顺延) moves
the close of the level that issued it, for a cohort. A window of an applicant is what remains of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from engine.clock import local

#: Highest first; an organisation may stand at two.
LEVELS = ("国家", "省级", "地市级", "镇街·园区", "企业·个人")

#: Whom an extension order reaches.
COHORTS = ("everyone", "has_draft", "organisations")


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelWindow:
    """A window as one organisation set it, or as it stands for one applicant."""

    window_id: str
    #: Who set it.
    organisation_id: str
    #: One of LEVELS: the level at which the organisation set it.
    level: str
    opens_at: datetime
    #: Excluded.
    closes_at: datetime
    name: str
    basis: str = ""
    #: source, reading or platform
    mark: str = "source"

    def __post_init__(self) -> None:
        """Refuse a level nobody knows and instants without a zone."""
        if self.level not in LEVELS:
            raise ValueError(f"unknown level {self.level!r}")
        if self.opens_at.tzinfo is None or self.closes_at.tzinfo is None:
            raise ValueError("a window takes aware instants only")

    def is_open(self, instant: datetime) -> bool:
        """Return whether a request received at `instant` is inside the window."""
        return self.opens_at <= instant < self.closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """顺延: an order that moves the close of the issuer's window for a cohort."""

    window_id: str
    #: Who issued it.
    organisation_id: str
    #: One of COHORTS.
    cohort: str
    #: Ids of the applicants reached when the cohort is `organisations`.
    organisations: tuple[str, ...] = ()
    new_close_at: datetime
    issued_at: datetime
    #: The close that stood when the order was issued; `has_draft` means a draft begun before it.
    original_close_at: datetime

    def __post_init__(self) -> None:
        """Refuse a cohort nobody knows."""
        if self.cohort not in COHORTS:
            raise ValueError(f"unknown cohort {self.cohort!r}")

    def reaches(self, applicant_id: str, draft_begun_at: datetime | None) -> bool:
        """Return whether the order is for this applicant."""
        if self.cohort == "has_draft":
            return draft_begun_at is not None and draft_begun_at < self.original_close_at
        return self.cohort == "everyone" or applicant_id in self.organisations


def check_shortened(upper: LevelWindow, lower: LevelWindow) -> tuple[str, ...]:
    """Return what is wrong with a lower level's window, as Chinese sentences; empty when it only shortens.

    Args:
        upper: the window above, as it stands with its extensions.
        lower: what the lower level wants to set.
    """
    problems = []
    if LEVELS.index(lower.level) <= LEVELS.index(upper.level):
        problems.append(f"{lower.level}单位不能改{upper.level}单位设定的{upper.name}，只能由下级单位缩短。")
    if lower.opens_at < upper.opens_at:
        problems.append(
            f"开始时间（{_text(lower.opens_at)}）早于上级规定的{_text(upper.opens_at)}，只能推后，不能提前。"
        )
    if lower.closes_at > upper.closes_at:
        problems.append(
            f"截止时间（{_text(lower.closes_at)}）晚于上级规定的{_text(upper.closes_at)}，只能提前，不能推后。"
        )
    if lower.closes_at <= lower.opens_at:
        problems.append("截止时间不晚于开始时间，窗口内没有可以申报的时间。")
    return tuple(problems)


def effective_window(
    windows: Sequence[LevelWindow],
    extensions: Sequence[Extension],
    *,
    chain: Sequence[str],
    applicant_id: str,
    draft_begun_at: datetime | None,
) -> LevelWindow:
    """Return the window that counts for one applicant.

    Args:
        windows: one window as each organisation set it; those of offices outside the chain do not matter.
        extensions: the orders on it, in any order of time.
        chain: ids of the offices above the applicant that may set windows, highest first, then the applicant's own.
        applicant_id: whose window it is.
        draft_begun_at: when the applicant began a draft, or None.

    Returns:
        The window of the most specific office of the chain, with the orders that reach the applicant. A lower level's
        order never passes the close of the level above.

    Raises:
        ValueError: no office of the chain has set the window.
    """
    own = [window for window in windows if window.organisation_id in chain]
    if not own:
        raise ValueError("no office of the chain has set this window")
    own.sort(key=lambda window: (chain.index(window.organisation_id), LEVELS.index(window.level)))
    reaching = [order for order in extensions if order.reaches(applicant_id, draft_begun_at)]
    return reduce(_narrow, [_extend(window, reaching) for window in own])


def _extend(window: LevelWindow, orders: Sequence[Extension]) -> LevelWindow:
    """Apply the issuer's own orders; an order never brings the close forward, that is what shortening is for."""
    closes = [
        order.new_close_at
        for order in orders
        if (order.window_id, order.organisation_id) == (window.window_id, window.organisation_id)
    ]
    return replace(window, closes_at=max((window.closes_at, *closes)))


def _narrow(upper: LevelWindow, lower: LevelWindow) -> LevelWindow:
    return replace(
        lower,
        opens_at=max(upper.opens_at, lower.opens_at),
        closes_at=min(upper.closes_at, lower.closes_at),
    )


def _text(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"
