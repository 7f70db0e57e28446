"""Windows, time limits and cycles that deserve a second look in the year that is coming."""

from __future__ import annotations

from collections.abc import Iterator

from engine.clock import local
from engine.folders.timetable import Timetable, find_cautions
from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_in


def check_dates(subject: Subject) -> Iterator[Finding]:
    """Yield what the calendar of this year says about the dates; nothing without a calendar or the present instant."""
    schedule, definition = subject.draft.schedule, subject.draft.definition
    if schedule is None or subject.calendar is None or subject.now is None:
        return
    elements = definition.elements.values() if definition else ()
    timetable = Timetable(
        schedule=schedule,
        procedure=subject.draft.procedure,
        lanes={element.id: element.lane for element in elements},
        names={element.id: element.name for element in elements},
    )
    for caution in find_cautions(timetable, local(subject.now).year, subject.calendar):
        yield found_in("dates", caution.file, ".".join(caution.keys), caution.message)
