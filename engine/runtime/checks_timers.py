"""What can be said about the time of a timer before any case runs: texts and expressions that read no variable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lxml.etree import _Element as XmlNode

from engine.language import FeelError, compile_expression
from engine.language.wording import quoted
from engine.runtime.diagram import Diagram
from engine.runtime.dialects import timer_text
from engine.runtime.documents import Problems
from engine.runtime.moments import due_after, is_literal, parse_cycle

#: Durations are tried out from here.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def check_timers(diagram: Diagram, problems: Problems) -> None:
    """Report times that could never be reckoned, and lengths below zero."""
    for level, node in diagram.nodes():
        if fault := fault_of(node):
            problems.add(level.file, node, fault)


def fault_of(node: XmlNode) -> str:
    """Return what is wrong with the time of a timer that says the same in every case, or ""."""
    unit, body = timer_text(node)
    fixed = fixed_time(body)
    if fixed is None:
        return ""
    try:
        _try_out(unit, fixed)
    except ValueError as error:
        where = "" if quoted(body) in str(error) else quoted(body)
        return f"定时事件的时间{where}无法使用：{error}。"
    return ""


def is_over_at_once(node: XmlNode) -> bool:
    """Say whether a timer would not hold up every round of a loop: no length, or a fixed day that will have passed."""
    unit, body = timer_text(node)
    fixed = None if unit == "timeCycle" else fixed_time(body)
    if fixed is None:
        return False
    try:
        length = _length(fixed)
    except ValueError:  # reported as a time that cannot be used
        return False
    return length is None or length <= timedelta(0)


def fixed_time(body: str) -> object:
    """Return what the body of a timer says when it says the same in every case; None when it has to be computed."""
    if not body or is_literal(body):
        return body or None
    try:
        expression = compile_expression(body)
        is_constant = not (expression.names or expression.possible_names)
        found = expression.evaluate({}) if is_constant else None
    except FeelError:  # reported with the other expressions
        return None
    # A constant that is null is no time either.
    return False if is_constant and found is None else found


def _try_out(unit: str, fixed: object) -> None:
    """Compute a time from some day.

    Raises:
        ValueError: there is none.
    """
    if unit == "timeCycle":
        parse_cycle(str(fixed))
        return
    length = _length(fixed)
    if length is not None and length < timedelta(0):
        raise ValueError("时长小于零")


def _length(fixed: object) -> timedelta | None:
    """Return how long a duration is, counted from some day; None for an instant.

    Raises:
        ValueError: it is neither.
    """
    due_at = due_after(fixed, _SOME_DAY)
    is_length = isinstance(fixed, timedelta) or (isinstance(fixed, str) and fixed.startswith(("P", "-P")))
    return due_at - _SOME_DAY if is_length else None
