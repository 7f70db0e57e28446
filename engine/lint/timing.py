"""Times that are fixed in a diagram: without a zone, or gone by already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from lxml.etree import _Element as XmlNode

from engine.clock import local
from engine.language.wording import quoted
from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_at
from engine.runtime.checks_timers import fixed_time
from engine.runtime.diagram import Level
from engine.runtime.dialects import timer_text
from engine.runtime.documents import event_kind
from engine.runtime.expressions import texts_of
from engine.runtime.moments import due_after

#: A time of day on a day, as ISO writes it; the end says where the zone would stand.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d|@\w+)?")


def check_timing(subject: Subject) -> Iterator[Finding]:
    """Yield what can be said of times before any case runs."""
    for level in subject.levels:
        for node, what, feel in texts_of(level):
            yield from _check_zone(level, node, feel, "timer" if what == "定时" else "")
        for node in level.nodes.values():
            if event_kind(node) == "timer":
                unit, body = timer_text(node)
                yield from _check_zone(level, node, body, "timer")
                if subject.now is not None and unit != "timeCycle":
                    yield from _check_past(level, node, body, subject.now)


def _check_zone(level: Level, node: XmlNode, feel: str, part: str) -> Iterator[Finding]:
    for found in _MOMENT.finditer(feel):
        if found["zone"] is None:
            message = (
                f"时间{quoted(found[0])}没有写时区，系统按北京时间理解；请写成“{found[0]}+08:00”，以免换系统时误读。"
            )
            yield found_at("no_zone", level, node, message, part)


def _check_past(level: Level, node: XmlNode, body: str, now: datetime) -> Iterator[Finding]:
    fixed = fixed_time(body)
    if isinstance(fixed, str) and fixed.startswith(("P", "-P")):
        return
    if isinstance(fixed, str | date):
        try:
            due_at = due_after(fixed, now)
        except ValueError:  # reported by the reader of the diagram
            return
        if due_at < now:
            when = local(due_at).strftime("%Y-%m-%d %H:%M")
            message = f"定时写死在 {when}，已经过去，以后的办件一到这里就触发；请改用窗口、时限或以后的日期。"
            yield found_at("time_gone", level, node, message, "timer")
