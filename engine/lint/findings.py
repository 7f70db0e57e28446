"""What the checks say: findings, the report they make up, and the catalogue of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import Problem
from engine.folders import Folder


class Severity(StrEnum):
    """How much a finding matters."""

    #: Keeps the folder from being published.
    ERROR = "error"
    #: Deserves a second look before publishing.
    WARNING = "warning"
    #: May be passed over.
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue."""

    #: What it looks at, for people.
    label: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, or may be."""

    #: Id of the rule, a key of `RULES`.
    rule: str
    severity: Severity
    #: Path inside the folder.
    file: str
    #: Element of a diagram, component of a form, row of a table or key of a document; "" when it is the file itself.
    element: str = ""
    #: Its visible name, when it has one.
    name: str = ""
    #: The part of the element that is meant: condition, script, timer, parameters, form …; "" for all of it.
    field: str = ""
    #: One Chinese sentence: what is wrong and what to do.
    message: str
    line: int | None = None

    def __str__(self) -> str:
        """Render as one line for the command line."""
        return str(self.as_problem())

    def as_problem(self) -> Problem:
        """Return it as a reader of folders would have said it."""
        return Problem(file=self.file, element=self.element, name=self.name, message=self.message, line=self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the checks found, worst first."""

    findings: tuple[Finding, ...]
    #: The folder, ready to run; None when it cannot be read.
    folder: Folder | None

    @property
    def is_publishable(self) -> bool:
        """Whether nothing keeps the folder from being published."""
        return self.folder is not None and not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the folder from being published."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


_WARNING, _HINT = Severity.WARNING, Severity.HINT

RULES: Mapping[str, Rule] = {
    "diagram": Rule(label="流程图能不能运行"),
    "form": Rule(label="表单能不能使用"),
    "table": Rule(label="决策能不能使用"),
    "procedure": Rule(label="事项基本信息"),
    "windows": Rule(label="窗口与时限"),
    "document": Rule(label="文书模板"),
    "scenario": Rule(label="推演用例"),
    "file": Rule(label="文件夹里的文件"),
    "join_stuck": Rule(label="汇合处会不会永远等待"),
    "done_twice": Rule(label="步骤会不会重复办理", severity=_WARNING),
    "no_way_out": Rule(label="能不能办结"),
    "unproven": Rule(label="能不能办结（未能证明）", severity=_HINT),
    "no_default": Rule(label="分支有没有默认出线", severity=_WARNING),
    "overlapping_ways": Rule(label="分支条件有没有重叠", severity=_WARNING),
    "constant_condition": Rule(label="分支条件是不是固定不变", severity=_WARNING),
    "types": Rule(label="表达式里的值能不能比较和计算"),
    "unset_name": Rule(label="用到的内容前面有没有填写", severity=_WARNING),
    "no_zone": Rule(label="时间有没有时区", severity=_WARNING),
    "time_gone": Rule(label="定时是不是已经过去", severity=_WARNING),
    "message_never_comes": Rule(label="等待的消息会不会来", severity=_WARNING),
    "signal_lost": Rule(label="发出的信号有没有人接收", severity=_WARNING),
    "error_lost": Rule(label="引发的错误有没有人处理"),
    "rows_overlap": Rule(label="决策表的行有没有重叠"),
    "row_never_hits": Rule(label="决策表的行会不会命中", severity=_WARNING),
    "no_row_hits": Rule(label="决策表有没有遗漏的情形", severity=_WARNING),
    "dates": Rule(label="窗口和时限在今年的日历上", severity=_WARNING),
    "no_role": Rule(label="步骤由谁办理"),
    "empty_lane": Rule(label="泳道里有没有步骤", severity=_HINT),
    "no_time_limit": Rule(label="步骤有没有办理时限", severity=_HINT),
    "answer_unused": Rule(label="选择有没有作用", severity=_HINT),
    "form_unused": Rule(label="表单内容有没有人用", severity=_HINT),
    "template_unused": Rule(label="文书模板有没有步骤用", severity=_HINT),
    "decision_unused": Rule(label="决策有没有步骤用", severity=_HINT),
    "diagram_unused": Rule(label="流程图有没有步骤调用", severity=_WARNING),
    "end_without_scenario": Rule(label="每个结局有没有推演用例", severity=_WARNING),
    "not_covered": Rule(label="每一步有没有推演用例", severity=_HINT),
    "layout": Rule(label="图面是否清楚", severity=_HINT),
}
