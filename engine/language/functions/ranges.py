"""Built-in functions on ranges: the relations of Allen, where a point counts as the range that holds only it."""

from __future__ import annotations

import re

from engine.language.errors import NoValue
from engine.language.functions.registry import built_in
from engine.language.numbers import DECIMAL128
from engine.language.temporal_text import read_date, read_date_time, read_duration, read_temporal, read_time
from engine.language.values import Range, compare

_RANGE = re.compile(r"\s*([\[\](])(.*?)\.\.(.*)([\[\])])\s*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_TEXT = re.compile(r'"([^"\\]*)"')
_TEMPORAL = re.compile(r'(@|date and time\(|date\(|time\(|duration\()\s*"([^"]*)"\s*(\)?)')
_READERS = {
    "@": read_temporal,
    "date(": read_date,
    "time(": read_time,
    "date and time(": read_date_time,
    "duration(": read_duration,
}


def _is(sign: str, left: object, right: object) -> bool:
    answer = compare(sign, left, right)
    if answer is None:
        raise NoValue
    return answer


def _same(left: object, right: object) -> bool:
    return _is("<=", left, right) and _is(">=", left, right)


def _ends_before(left: Range, right: Range) -> bool:
    """Tell whether `left` ends where `right` has not begun."""
    if _is("<", left.high, right.low):
        return True
    return _same(left.high, right.low) and not (left.has_high and right.has_low)


def _starts_earlier(left: Range, right: Range) -> bool:
    if _is("<", left.low, right.low):
        return True
    return _same(left.low, right.low) and left.has_low and not right.has_low


def _ends_later(left: Range, right: Range) -> bool:
    if _is(">", left.high, right.high):
        return True
    return _same(left.high, right.high) and left.has_high and not right.has_high


def _is_part(inner: Range, outer: Range) -> bool:
    return not _starts_earlier(inner, outer) and not _ends_later(inner, outer)


@built_in("before(range1: range, range2: range)")
@built_in("before(point1: range, point2: range)")
@built_in("before(point: range, range: range)")
@built_in("before(range: range, point: range)")
def before(left: Range, right: Range) -> bool:
    """Tell whether the first ends before the second begins."""
    return _ends_before(left, right)


@built_in("after(range1: range, range2: range)")
@built_in("after(point1: range, point2: range)")
def after(left: Range, right: Range) -> bool:
    """Tell whether the first begins after the second ends."""
    return _ends_before(right, left)


@built_in("after(point: range, range: range)")
def point_after(point: Range, interval: Range) -> bool:
    """Tell whether the point lies behind the range."""
    return _ends_before(interval, point)


@built_in("after(range: range, point: range)")
def range_after(interval: Range, point: Range) -> bool:
    """Tell whether the range begins behind the point."""
    return _ends_before(point, interval)


@built_in("meets(range1: only range, range2: only range)")
def meets(left: Range, right: Range) -> bool:
    """Tell whether the first ends exactly where the second begins."""
    return left.has_high and right.has_low and _same(left.high, right.low)


@built_in("met by(range1: only range, range2: only range)")
def met_by(left: Range, right: Range) -> bool:
    """Tell whether the first begins exactly where the second ends."""
    return meets(right, left)


@built_in("overlaps(range1: only range, range2: only range)")
def overlaps(left: Range, right: Range) -> bool:
    """Tell whether the two have a point in common."""
    return not _ends_before(left, right) and not _ends_before(right, left)


@built_in("overlaps before(range1: only range, range2: only range)")
def overlaps_before(left: Range, right: Range) -> bool:
    """Tell whether the first begins earlier and ends inside the second."""
    return _starts_earlier(left, right) and not _ends_before(left, right) and not _ends_later(left, right)


@built_in("overlaps after(range1: only range, range2: only range)")
def overlaps_after(left: Range, right: Range) -> bool:
    """Tell whether the first ends later and begins inside the second."""
    return _ends_later(left, right) and not _ends_before(right, left) and not _starts_earlier(left, right)


@built_in("includes(range: only range, point: range)")
@built_in("includes(range1: only range, range2: range)")
def includes(outer: Range, inner: Range) -> bool:
    """Tell whether all of the second lies in the first."""
    return _is_part(inner, outer)


@built_in("during(point: range, range: only range)")
@built_in("during(range1: range, range2: only range)")
def during(inner: Range, outer: Range) -> bool:
    """Tell whether all of the first lies in the second."""
    return _is_part(inner, outer)


@built_in("starts(point: range, range: only range)")
@built_in("starts(range1: range, range2: only range)")
def starts(inner: Range, outer: Range) -> bool:
    """Tell whether both begin together and the first ends no later."""
    return _same(inner.low, outer.low) and inner.has_low is outer.has_low and not _ends_later(inner, outer)


@built_in("started by(range: only range, point: range)")
@built_in("started by(range1: only range, range2: range)")
def started_by(outer: Range, inner: Range) -> object:
    """Tell whether both begin together and the second ends no later."""
    return starts(inner, outer)


@built_in("finishes(point: range, range: only range)")
@built_in("finishes(range1: range, range2: only range)")
def finishes(inner: Range, outer: Range) -> bool:
    """Tell whether both end together and the first begins no earlier."""
    return _same(inner.high, outer.high) and inner.has_high is outer.has_high and not _starts_earlier(inner, outer)


@built_in("finished by(range: only range, point: range)")
@built_in("finished by(range1: only range, range2: range)")
def finished_by(outer: Range, inner: Range) -> object:
    """Tell whether both end together and the second begins no earlier."""
    return finishes(inner, outer)


@built_in("coincides(range1: range, range2: range)")
@built_in("coincides(point1: range, point2: range)")
def coincides(left: Range, right: Range) -> bool:
    """Tell whether the two are the same."""
    are_bounded_alike = (left.has_low, left.has_high) == (right.has_low, right.has_high)
    return _same(left.low, right.low) and _same(left.high, right.high) and are_bounded_alike


@built_in("range(from: string)")
def range_from(text: str) -> Range:
    """Read a range whose ends are plain values."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise NoValue
    low, high = _end(match[2].strip()), _end(match[3].strip())
    has_low, has_high = match[1] == "[", match[4] == "]"
    if (low is None and has_low) or (high is None and has_high):
        raise NoValue
    return make_range(low, high, has_low, has_high)


def make_range(low: object, high: object, has_low: bool, has_high: bool) -> Range:
    """Return the range between two ends, of which one may be missing.

    Raises:
        NoValue: both are missing, they cannot be compared, or they stand in the wrong order.
    """
    if low is None and high is None:
        raise NoValue
    if low is not None and high is not None and compare("<=", low, high) is not True:
        raise NoValue
    return Range(low, high, has_low and low is not None, has_high and high is not None)


def _end(text: str) -> object:
    if text in ("", "null"):
        return None
    if _NUMBER.fullmatch(text):
        return DECIMAL128.create_decimal(text)
    match = _TEXT.fullmatch(text)
    if match:
        return match[1]
    match = _TEMPORAL.fullmatch(text)
    if match is None or (match[1] == "@") == bool(match[3]):
        raise NoValue
    return _READERS[match[1]](match[2])
