"""Operations that a service task may call: their names and parameters, as an owner reads them.

What each one does lives in `engine.recording.operations`; here is what can be checked before anything runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.folders.document_operations import (
    PUBLICATION_KINDS,
    check_document_call,
    check_package_call,
    check_publication_call,
)
from engine.folders.notices import check_notice
from engine.folders.procedure import Procedure
from engine.folders.title_operations import check_title_call
from engine.titles import TitleStatus

#: Gets the parameters as written and the procedure; yields Chinese sentences.
Check = Callable[[Mapping[str, str], Procedure], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation; its text is FEEL when it starts with `=`."""

    label: str
    is_required: bool = True
    #: The values that a literal text may have; empty when any may.
    among: tuple[str, ...] = ()
    #: What an owner writes there: a value, a longer text, recipients, a lane, a kind of title or a template.
    kind: Literal["value", "text", "recipients", "lane", "title_kind", "template"] = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the catalogue."""

    label: str
    #: What happens, for the owner who chooses it; what is quoted as it is stands between backticks.
    help: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    #: Whether any other parameter is a value under the name it has.
    takes_values: bool = False
    #: What only this operation has to ask of its parameters.
    check: Check | None = None


_KIND = Parameter(label="称号种类", kind="title_kind")
_SCHEME = Parameter(label="所依据的办法")
_NUMBER = Parameter(label="文号", is_required=False)
_REASON = Parameter(label="理由", kind="text")
_NOTE = Parameter(label="说明", is_required=False, kind="text")
#: Whose title or case it is, and the lane whose office decides.
_PARTY = Parameter(label="当事单位，不写为申请单位", is_required=False)
_BY = Parameter(label="作出决定的泳道，不写为该步骤所在泳道", is_required=False, kind="lane")

OPERATIONS: Mapping[str, Operation] = {
    "issue_receipt": Operation(
        label="出具收件回执",
        help="按编号规则生成收件回执，申请人可以下载、查验。提交以此为准。",
    ),
    "notify": Operation(
        label="发送通知",
        help="给收件方发站内通知。标题和正文里可以写 `{applicant.name}` 这样的名称。",
        parameters={
            "to": Parameter(label="收件方", kind="recipients"),
            "title": Parameter(label="标题"),
            "body": Parameter(label="正文", is_required=False, kind="text"),
        },
        check=check_notice,
    ),
    "count_towards_limit": Operation(
        label="核对数量",
        help="把同一对象在本轮次的数量合在一起核对，超过上限时整个提交不生效。放在提交之后、回执之前。",
        parameters={
            "name": Parameter(label="限额的名称，一个英文单词"),
            "key": Parameter(label="合并计算的对象，如统一社会信用代码"),
            "amount": Parameter(label="本件计多少"),
            "limit": Parameter(label="本轮次的上限"),
            "message": Parameter(label="超过时告诉办理人的话", kind="text"),
        },
    ),
    "grant_title": Operation(
        label="授予称号",
        help="在称号登记里记下授予和有效期，从此可以按称号判断和发起。",
        parameters={
            "kind": _KIND,
            "term_years": Parameter(label="有效期（年），不写为没有期限", is_required=False),
            "granted_on": Parameter(label="授予日，不写为当日", is_required=False),
            "document_number": _NUMBER,
            "reason": _NOTE,
            "party": _PARTY,
            "by": _BY,
        },
        check=check_title_call,
    ),
    "renew_title": Operation(
        label="继续授予称号",
        help="新的有效期从原有效期满的次日起算。",
        parameters={
            "kind": _KIND,
            "term_years": Parameter(label="有效期（年）"),
            "document_number": _NUMBER,
            "reason": _NOTE,
            "party": _PARTY,
        },
        check=check_title_call,
    ),
    "change_title": Operation(
        label="改变称号状态",
        help="改变申请单位所持称号的状态，并记下理由。",
        parameters={
            "kind": _KIND,
            "status": Parameter(label="状态", among=tuple(TitleStatus)),
            "reason": _REASON,
            "party": _PARTY,
        },
    ),
    "record_stars": Operation(
        label="登记星级",
        help="记下某一年度的评估星级；没有评估的年度既不打断也不增加连续一星。",
        parameters={
            "kind": _KIND,
            "year": Parameter(label="评估年度"),
            "stars": Parameter(label="星级"),
            "reason": _NOTE,
            "party": _PARTY,
        },
        check=check_title_call,
    ),
    "record_finding": Operation(
        label="登记认定",
        help="记下弄虚作假一类的认定，其他事项的申请条件可以读到。",
        parameters={"scheme": _SCHEME, "ground": Parameter(label="认定事由"), "party": _PARTY, "by": _BY},
        check=check_title_call,
    ),
    "lift_finding": Operation(
        label="撤销认定",
        help="撤销以前登记的认定，并记下理由。",
        parameters={"scheme": _SCHEME, "ground": _REASON, "party": _PARTY},
    ),
    "make_document": Operation(
        label="制发文书",
        help="用模板生成文书并编号、送达；模板里的名称由下面的值和流程里的名称填写。",
        parameters={
            "template": Parameter(label="模板的文件名", kind="template"),
            "title": Parameter(label="标题"),
            "series": Parameter(label="发文字号的文种，如函，不写则不编号", is_required=False),
            "number": Parameter(label="已经由人填写的发文字号，写了就不另外编号", is_required=False),
            "to": Parameter(label="送达对象", is_required=False, kind="recipients"),
            "addressee": Parameter(label="主送机关的写法，不写为送达对象的名称", is_required=False),
        },
        takes_values=True,
        check=check_document_call,
    ),
    "publish": Operation(
        label="公开发布",
        help="公示、公告或通报。期满后等待消息 `msg_publication_ended` 的步骤继续；轮次不主动公开的只留在办件里。",
        parameters={
            "kind": Parameter(label="种类", is_required=False, among=PUBLICATION_KINDS),
            "title": Parameter(label="标题"),
            "body": Parameter(label="正文", kind="text"),
            "working_days": Parameter(label="公示的工作日数，不写为 5", is_required=False),
            "end_variable": Parameter(label="记下期满时刻的变量，延长公示时一并改", is_required=False),
            "document": Parameter(
                label="随同公布的文书的模板，文书在同一办件里制发", is_required=False, kind="template"
            ),
        },
        check=check_publication_call,
    ),
    "send_package": Operation(
        label="寄送材料包",
        help="把办件材料打包寄到轮次所设的邮箱，流程图里不写地址。",
        parameters={
            "mailbox": Parameter(label="轮次所设接收邮箱的代号"),
            "title": Parameter(label="邮件标题"),
            "body": Parameter(label="邮件正文", is_required=False, kind="text"),
        },
        check=check_package_call,
    ),
    "close_cases": Operation(
        label="终止其他办件",
        help="终止当事单位在办的这些事项；对方的流程图可以等待消息 `msg_case_closed` 自行收尾。",
        parameters={"procedures": Parameter(label="事项编号，用逗号分开"), "reason": _REASON, "party": _PARTY},
    ),
}


def check_call(name: str, given: Mapping[str, str], procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with a call of a known operation, as Chinese sentences."""
    operation = OPERATIONS[name]
    unknown_names = set() if operation.takes_values else given.keys() - operation.parameters.keys()
    for unknown in sorted(unknown_names):
        known = "、".join(operation.parameters) or "（没有参数）"
        yield f"操作“{operation.label}”没有参数“{unknown}”，可以写：{known}。"
    for key, parameter in operation.parameters.items():
        value = given.get(key, "").strip()
        if not value and parameter.is_required:
            yield f"操作“{operation.label}”缺少参数 {key}（{parameter.label}），请填写。"
        elif value and parameter.among and not value.startswith("=") and value not in parameter.among:
            yield f"参数 {key}（{parameter.label}）只能是：{'、'.join(parameter.among)}。"
    if operation.check is not None:
        yield from operation.check(given, procedure)
