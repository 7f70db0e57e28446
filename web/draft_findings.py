"""Findings of the checks as the studio shows them: by file, each with the way to the editor at its element."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from engine.lint import RULES, Finding, Severity
from web.studio import list_tabs

#: Folder, or whole name of a file -> what people call it, and the page that edits it.
_KINDS = {
    "forms": ("表单", "form"),
    "decisions": ("决策表", "table"),
    "documents": ("文书模板", "overview"),
    "scenarios": ("推演用例", "simulation"),
    "windows.yaml": ("窗口与时限", "windows"),
    "procedure.yaml": ("事项基本信息", "text"),
    "README.md": ("事项说明", "text"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding."""

    finding: Finding
    rule: str
    #: Where it can be mended.
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings of one file."""

    file: str
    #: What people call the kind of file.
    kind: str
    #: What must or should be looked at.
    rows: tuple[Row, ...]
    #: What may be passed over.
    hints: tuple[Row, ...]


def group_findings(findings: Iterable[Finding], draft_id: int) -> tuple[Group, ...]:
    """Return the findings by file, in their order: files with errors come first."""
    pages = {tab.name for tab in list_tabs(draft_id)}
    by_file: dict[str, list[Row]] = {}
    for finding in findings:
        row = Row(finding=finding, rule=RULES[finding.rule].label, url=editor_url(draft_id, finding, pages))
        by_file.setdefault(finding.file, []).append(row)
    return tuple(_group(file, rows) for file, rows in by_file.items())


def _group(file: str, rows: list[Row]) -> Group:
    hints = tuple(row for row in rows if row.finding.severity is Severity.HINT)
    others = tuple(row for row in rows if row.finding.severity is not Severity.HINT)
    return Group(file=file, kind=_kind(file)[0], rows=others, hints=hints)


def _kind(file: str) -> tuple[str, str]:
    if file.endswith(".bpmn"):
        return "流程图", "diagram"
    return _KINDS.get(file) or _KINDS.get(file.partition("/")[0], ("文件", "overview"))


def editor_url(draft_id: int, finding: Finding, pages: Collection[str]) -> str:
    """Return the page that edits what a finding is about, at its element."""
    file, element, page = finding.file, finding.element, _kind(finding.file)[1]
    if page == "text":
        return f"/studio/drafts/{draft_id}/text?{urlencode({'file': file})}"
    if page not in pages or page == "overview":
        return f"/studio/drafts/{draft_id}"
    query = {"file": file} | ({"element": element} if element else {})
    return f"/studio/drafts/{draft_id}/{page}?{urlencode(query)}"
