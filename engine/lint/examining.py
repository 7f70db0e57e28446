"""Every rule over a folder, and the report they make up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from engine.calendars import WorkingCalendar
from engine.lint.branching import check_branching
from engine.lint.coverage import check_coverage
from engine.lint.dates import check_dates
from engine.lint.duties import check_duties
from engine.lint.expressions import check_expressions
from engine.lint.findings import Finding, Report, Severity
from engine.lint.messages import check_messages
from engine.lint.readability import check_readability
from engine.lint.reading import check_reading
from engine.lint.soundness import check_soundness
from engine.lint.subject import Subject, finding_of, read_subject
from engine.lint.tables import check_tables
from engine.lint.timing import check_timing
from engine.lint.unused import check_unused
from engine.lint.vocabulary import Vocabulary, read_vocabulary

#: Each looks at one kind of thing. The order says nothing.
_CHECKS: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    check_soundness,
    check_duties,
    check_messages,
    check_timing,
    check_dates,
    check_coverage,
    check_unused,
    check_readability,
)
#: These ask what is known of the names that expressions use.
_CHECKS_OF_NAMES: tuple[Callable[[Subject, Vocabulary], Iterable[Finding]], ...] = (
    check_branching,
    check_expressions,
    check_reading,
    check_tables,
)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


def examine(
    files: Mapping[str, bytes],
    *,
    name: str | None = None,
    now: datetime | None = None,
    covered: Collection[str] | None = None,
    calendar: WorkingCalendar | None = None,
) -> Report:
    """Check a folder.

    Args:
        files: path inside the folder -> content.
        name: name of the directory, when there is one; it must be the procedure's id.
        now: the present instant; without it nothing is said about times gone by.
        covered: ids of the elements that some scenario passes, when scenarios were played; without it only their end
            events are compared.
        calendar: the working days; without it, or without the instant, nothing is said about the dates of the year.
    """
    passed = None if covered is None else frozenset(covered)
    subject = read_subject(files, name=name, now=now, covered=passed, calendar=calendar)
    findings = sorted(dict.fromkeys(_all(subject)), key=_place)
    return Report(findings=tuple(findings), folder=subject.folder)


def _all(subject: Subject) -> Iterator[Finding]:
    yield from (finding_of(problem, Severity.ERROR) for problem in subject.draft.problems)
    yield from (finding_of(problem, Severity.WARNING) for problem in subject.draft.warnings)
    for check in _CHECKS:
        yield from check(subject)
    vocabulary = read_vocabulary(subject)
    for check_of_names in _CHECKS_OF_NAMES:
        yield from check_of_names(subject, vocabulary)


def _place(finding: Finding) -> tuple[int, str, int, str, str]:
    return _ORDER[finding.severity], finding.file, finding.line or 0, finding.element, finding.rule
