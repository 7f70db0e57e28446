"""Diagrams that are hard to read: overlaps, lines through shapes, covered words."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import DefinitionRefused
from engine.layout import Readability, measure
from engine.lint.findings import Finding, Severity
from engine.lint.subject import Subject


def check_readability(subject: Subject) -> Iterator[Finding]:
    """Yield what a reader of the drawn diagrams would object to."""
    for file, content in subject.files.items():
        if file.endswith(".bpmn"):
            try:
                found = measure(content)
            except DefinitionRefused:  # said by the reader of the folder, or nothing is drawn yet
                continue
            yield from _findings(file, found)


def _findings(file: str, found: Readability) -> Iterator[Finding]:
    faults = set(found.faults)
    for one in found.findings:
        others = [found.names.get(one.other_id) or one.other_id] if one.other_id else []
        yield Finding(
            rule="layout",
            severity=Severity.WARNING if one in faults else Severity.HINT,
            file=file,
            element=one.element_id,
            name=found.names.get(one.element_id) or "",
            message=one.message + "".join(f"（另一个：{other}）" for other in others),
        )
