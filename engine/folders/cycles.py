"""`cycle` in `procedure.yaml`: which cases the clock begins by itself, for whom, and when it reminds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.folders.documents import Day, Section
from engine.titles import RENEWAL_MONTHS

RENEWAL, YEARLY = "renewal", "yearly"
#: 平台默认值: days before the last day of the window on which a holder who has not filed is reminded.
REMINDERS: Mapping[str, tuple[int, ...]] = {RENEWAL: (90, 60, 30, 14, 7, 1), YEARLY: (30, 14, 7, 1)}
DEFAULT_WINDOW = "filing"
_LONGEST_MONTHS = 24
_EARLIEST_REMINDER = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRule:
    """A case for each holder of a title: once a year, or when the title's term runs out."""

    #: renewal or yearly
    kind: str
    #: Kind of the title whose holders it is for.
    title: str
    #: renewal: how many months before the expiry the window opens.
    months: int
    #: renewal: whether a last day that is no working day moves to the next one (民法典 203).
    rolls: bool
    #: yearly: the day on which the case begins; None for the window's own first day.
    opens: Day | None
    #: Id of the window in windows.yaml in which the holder files.
    window: str
    #: Days before the last day of the window, the most first.
    reminders: tuple[int, ...]


def read_cycle(document: Section) -> CycleRule | None:
    """Read the key `cycle`, or return None when it is not written."""
    section = document.section("cycle", required=False)
    if section is None:
        return None
    kind = section.text("kind", among=(RENEWAL, YEARLY))
    rule = CycleRule(
        kind=kind,
        title=section.text("holders_of" if kind == YEARLY else "title"),
        months=_read_months(section) if kind == RENEWAL else 0,
        rolls=section.flag("rolls") if kind == RENEWAL else False,
        opens=section.day("opens") if kind == YEARLY and "opens" in section else None,
        window=section.text("window", required=False) or DEFAULT_WINDOW,
        reminders=_read_reminders(section, REMINDERS.get(kind, ())),
    )
    section.finish()
    return rule


def _read_months(section: Section) -> int:
    return section.integer("months", 1, _LONGEST_MONTHS) if "months" in section else RENEWAL_MONTHS


def _read_reminders(section: Section, default: tuple[int, ...]) -> tuple[int, ...]:
    values = section.take("reminders", list, required=False)
    if values is None:
        return default
    if not all(type(value) is int and 0 <= value <= _EARLIEST_REMINDER for value in values):
        section.refuse("reminders", f"reminders 的每一项应为截止日前的天数（0 到 {_EARLIEST_REMINDER} 的整数）。")
        return default
    return tuple(sorted(set(values), reverse=True))


def check_cycle(rule: CycleRule | None, windows: Mapping[str, bool]) -> Iterator[str]:
    """Yield what does not fit between the cycle and the windows, as Chinese sentences.

    Args:
        rule: the cycle of procedure.yaml.
        windows: id of each window of windows.yaml -> whether its days follow from the expiry of a title.
    """
    renewed = rule.window if rule is not None and rule.kind == RENEWAL else ""
    for window_id, is_of_cycle in windows.items():
        if is_of_cycle and window_id != renewed:
            yield f"窗口“{window_id}”写了 of_cycle: true，但 procedure.yaml 的 cycle 不是以它为窗口的 renewal，请改正。"
    if rule is not None and rule.window not in windows:
        yield f"cycle 用到窗口“{rule.window}”，但 windows.yaml 里没有它，请补上。"
    elif renewed and not windows[renewed]:
        yield f"复核窗口“{renewed}”的日期由称号的有效期推算，请写 of_cycle: true，并删去 opens 和 closes。"
