"""What only the operations on documents, publications and packages have to ask of their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.documents import KINDS
from engine.folders.notices import EVERYBODY, read_recipients
from engine.folders.procedure import Procedure

#: 文种 part of a document's number, after the issuing body's own code.
_SERIES = re.compile(r"[\u4e00-\u9fff]{1,6}")
_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
PUBLICATION_KINDS = ("公示", "公告", "通报")
MOST_WORKING_DAYS = 60


def check_document_call(given: Mapping[str, str], procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with a call of `make_document`; its template is checked with the files."""
    template, series = given.get("template", "").strip(), given.get("series", "").strip()
    if template.rpartition(".")[2].lower() not in KINDS or "/" in template:
        yield "参数 template 应是 documents 文件夹里的文件名，如 acceptance.docx，不能是表达式。"
    if series and not series.startswith("=") and not _SERIES.fullmatch(series):
        yield f"参数 series 是发文字号里机关代字之后的文种，如“函”，一至六个汉字，现在是“{series}”。"
    if series and given.get("number", "").strip():
        yield "参数 series 由系统编号，number 是已经填写的文号，只能写其中一个。"
    for name in given:
        if not _WORD.fullmatch(name):
            yield f"参数“{name}”应由小写英文单词和下划线组成，模板里用同样的名称。"
    known = {EVERYBODY, *procedure.lanes, *(rule.role for rule in procedure.lanes.values())}
    for recipient in read_recipients(given.get("to", "")):
        if recipient and recipient not in known:
            yield f"送达对象“{recipient}”不是泳道或角色，可以写：{'、'.join(sorted(known))}。"


def check_publication_call(given: Mapping[str, str], _procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with a call of `publish`."""
    days = given.get("working_days", "").strip()
    if days and not days.startswith("=") and not (days.isdecimal() and 1 <= int(days) <= MOST_WORKING_DAYS):
        yield f"参数 working_days 应是 1 到 {MOST_WORKING_DAYS} 的整数，现在是“{days}”。"
    variable = given.get("end_variable", "").strip()
    if variable and not _WORD.fullmatch(variable):
        yield f"参数 end_variable 是流程变量的名称（小写英文单词），现在是“{variable}”。"


def check_package_call(given: Mapping[str, str], _procedure: Procedure) -> Iterator[str]:
    """Yield what is wrong with a call of `send_package`; an address never stands in a diagram."""
    mailbox = given.get("mailbox", "").strip()
    if mailbox and not _WORD.fullmatch(mailbox):
        yield f"参数 mailbox 是邮箱的代号（小写英文单词），地址在轮次里设置，现在是“{mailbox}”。"
