"""Every way the engine says no.

    EngineError
    ├── NotFound                  404
    ├── NotAllowed                403
    │   └── NotEligible           403, names the rule and its clause
    ├── SignInRefused             401, carries the seconds to wait
    ├── NotSignedIn               401
    ├── Conflict                  409
    │   ├── TaskAlreadyCompleted  who and when
    │   ├── TaskAlreadyClaimed    who and when
    │   ├── InstanceNotOpen
    │   ├── OutsideWindow         when it opened and closed
    │   ├── AlreadyApplied
    │   └── ChangedMeanwhile
    ├── BadRequest                400, a value outside what the action takes
    ├── FileRefused               422
    ├── DefinitionRefused         422, every problem with file and element
    ├── Unavailable               503, the database is not there just now
    └── ExecutionError            500, becomes an incident; names the element

The docstring of a class is its default message for logs; `sentence` is what a person reads (Chinese: what happened,
and what to do next). No HTTP here: `web` maps classes to status codes once.
"""

from __future__ import annotations

from dataclasses import dataclass


class EngineError(Exception):
    """The engine refused."""

    #: What the person reads when no better sentence is given.
    default_sentence = "系统未能完成这一操作，请稍后再试。"

    def __init__(self, sentence: str | None = None, **details: object) -> None:
        """Keep the sentence for people and the details for logs and pages."""
        self.sentence = sentence or self.default_sentence
        self.details = details
        super().__init__(f"{type(self).__doc__} {self.sentence} {details or ''}".strip())


class NotFound(EngineError):
    """The object does not exist, or this person may not know that it does."""

    default_sentence = "没有找到您要的内容。它可能已被删除，或不在您的办理范围内。"


class NotAllowed(EngineError):
    """The policy says no."""

    default_sentence = "您的岗位没有办理这一事项的权限。如需办理，请联系本单位管理员。"


class NotEligible(NotAllowed):
    """A precondition of the procedure is not met."""

    default_sentence = "不符合申请条件。"


class NotSignedIn(EngineError):
    """There is no live session behind the request."""

    default_sentence = "登录已失效，请重新登录。您已暂存的内容不会丢失。"


class SignInRefused(EngineError):
    """The login name and password do not open an account now."""

    default_sentence = "登录名或密码不正确。"


class Conflict(EngineError):
    """The object is not in a state that allows this action."""

    default_sentence = "情况已发生变化，请刷新页面后再办理。"


class TaskAlreadyCompleted(Conflict):
    """Somebody completed the task first."""


class TaskAlreadyClaimed(Conflict):
    """Somebody else claimed the task."""


class InstanceNotOpen(Conflict):
    """The case has ended or is suspended."""

    default_sentence = "该办件已办结或已挂起，不能再办理。"


class OutsideWindow(Conflict):
    """The request arrived before the window opened or after it closed."""


class AlreadyApplied(Conflict):
    """The applicant already has a case in this round."""


class LimitReached(Conflict):
    """Together with other cases of the round, the holder would pass a limit."""

    default_sentence = "合并计算已超过本轮次的限额，没有提交。"


class ChangedMeanwhile(Conflict):
    """The object changed between reading and writing."""


class BadRequest(EngineError):
    """A value is outside what the action takes."""

    default_sentence = "提交的内容不完整或格式不正确，请检查后重新提交。"


class Unavailable(EngineError):
    """The database does not answer, or every connection is taken."""

    default_sentence = "系统暂时繁忙，请稍候片刻再试。您已暂存的内容不会丢失。"


class FileRefused(EngineError):
    """An uploaded file is not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of an owner's folder."""

    #: Path inside the folder, e.g. `process.bpmn`.
    file: str
    #: Element, component or key the fault belongs to; empty when it is the file itself.
    element: str = ""
    #: The element's visible name, when it has one.
    name: str = ""
    #: One Chinese sentence: what is wrong and how to mend it.
    message: str
    line: int | None = None
    #: The part of the element that is meant, where an editor can offer to mend it: id, form, role, lane_rule; else "".
    field: str = ""

    def __str__(self) -> str:
        """Render as one line for the command line."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        element = f" [{self.element}{' ' + self.name if self.name else ''}]" if self.element else ""
        return f"{where}{element} {self.message}"


class DefinitionRefused(EngineError):
    """An owner's folder cannot be deployed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep every problem, so that the owner can mend all of them at once."""
        self.problems = problems
        super().__init__("事项文件夹有问题，未发布：" + "；".join(str(problem) for problem in problems))


class ExecutionError(EngineError):
    """The diagram could not go on."""

    default_sentence = "流程无法继续，已记为异常并报告管理员。您填写的内容已保存。"

    def __init__(self, sentence: str | None = None, *, element_id: str = "", **details: object) -> None:
        """Name the element at which the diagram stopped."""
        self.element_id = element_id
        super().__init__(sentence, element_id=element_id, **details)
