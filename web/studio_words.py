"""The catalogue of a draft as its editors read it: every choice with its words in Chinese."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from engine.calendars import LEVELS
from engine.folders import OPERATIONS
from engine.folders.catalogue import Catalogue, NameEntry
from engine.folders.clauses import SourceDocument
from engine.folders.operations import Operation, Parameter
from engine.folders.organisations import KINDS, ROLES
from engine.services.catalogue import CatalogueView
from web import labels

ORGANISATION_KINDS = MappingProxyType(
    {
        "ministry": "国家部门",
        "government": "人民政府",
        "iit_department": "工业和信息化主管部门",
        "leading_group": "领导小组",
        "town_government": "镇街人民政府",
        "park_committee": "园区管委会",
        "association": "行业协会",
        "federation": "行业联合会",
        "enterprise": "企业",
        "citizen": "个人",
        "park": "园区",
        "district_department": "区级主管部门",
        "town_department": "镇街主管部门",
        "expert": "评审专家",
    }
)
#: Messages that the engine itself sends to a case.
SYSTEM_MESSAGES = MappingProxyType(
    {
        "msg_withdraw": "申请人撤回",
        "msg_window_extended": "窗口延期",
        "msg_publication_ended": "公示期满",
        "msg_objection": "收到异议",
        "msg_case_closed": "其他办件的决定终止本件",
    }
)
#: What the engine tells every expression: name -> (words, kind of value).
FACTS = MappingProxyType(
    {
        "now": ("现在", "日期时间"),
        "applicant.name": ("申报单位名称", "文字"),
        "applicant.kind": ("申报单位种类", "文字"),
        "applicant.levels": ("申报单位层级", "列表"),
        "applicant.region": ("申报单位区划代码", "文字"),
        "applicant.city_level": ("城市级别", "文字"),
        "applicant.id": ("申报单位编号", "文字"),
        "round.year": ("轮次年度", "数字"),
        "round.title": ("轮次名称", "文字"),
        "title.kind": ("现持称号的种类", "文字"),
        "title.granted_on": ("称号授予日", "日期"),
        "title.expires_on": ("称号有效期满日", "日期"),
        "title.status": ("称号状态", "文字"),
        "title.stars_last": ("最近一次星级", "数字"),
        "title.evaluated_last": ("最近评估年度", "数字"),
        "title.one_star_streak": ("连续一星年数", "数字"),
        "experts": ("可以邀请的专家", "列表"),
    }
)
#: Kind of a form's component -> kind of its value.
VALUE_KINDS = MappingProxyType(
    {
        "textfield": "文字",
        "textarea": "文字",
        "number": "数字",
        "checkbox": "是或否",
        "radio": "选项",
        "select": "选项",
        "checklist": "多个选项",
        "taglist": "多个选项",
        "datetime": "日期",
        "dynamiclist": "列表",
        "filepicker": "材料",
        "expression": "算出的值",
    }
)


def describe_catalogue(view: CatalogueView) -> dict[str, Any]:
    """Return the catalogue as the editors' JSON."""
    parts = view.parts
    return {
        "roles": _choices(ROLES, labels.ROLES),
        "kinds": _choices(KINDS, ORGANISATION_KINDS),
        "levels": [{"value": level, "label": level} for level in LEVELS],
        "operations": [_operation(name, operation, parts) for name, operation in OPERATIONS.items()],
        "lanes": {name: {**rule, "label": parts.lane_names.get(name, name)} for name, rule in parts.lanes.items()},
        "ids": parts.ids,
        "orphans": parts.orphans,
        "diagrams": [{"file": one.file, "process_id": one.process_id, "name": one.name} for one in parts.diagrams],
        "forms": [{"file": one.file, "key": one.key, "title": one.title} for one in parts.forms],
        "decisions": [{"file": one.file, "id": one.id, "name": one.name} for one in parts.decisions],
        "windows": [{"id": name, "name": words} for name, words in parts.windows.items()],
        "time_limits": parts.time_limits,
        "templates": list(_templates(view)),
        "messages": [{"id": name, "label": words} for name, words in SYSTEM_MESSAGES.items()],
        "title_kinds": parts.title_kinds,
        "clauses": list(_clauses(view.sources)),
        "names": list(_names(parts)),
    }


def _choices(values: Iterable[str], words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": words[value]} for value in values]


def _operation(name: str, operation: Operation, parts: Catalogue) -> dict[str, Any]:
    return {
        "name": name,
        "label": operation.label,
        "help": operation.help,
        "takes_values": operation.takes_values,
        "parameters": [_parameter(key, one, parts) for key, one in operation.parameters.items()],
    }


def _parameter(name: str, parameter: Parameter, parts: Catalogue) -> dict[str, Any]:
    label, _, remark = parameter.label.partition("，")
    return {
        "name": name,
        "label": label,
        "help": remark,
        "kind": parameter.kind,
        "required": parameter.is_required,
        "choices": parts.title_kinds if parameter.kind == "title_kind" else parameter.among,
    }


def _templates(view: CatalogueView) -> Iterator[dict[str, str]]:
    for name in view.parts.templates:
        yield {"file": name, "label": name}
    for name in view.shared_templates:
        if name not in view.parts.templates:
            yield {"file": name, "label": f"{name}（共用模板）"}


def _clauses(sources: Iterable[SourceDocument]) -> Iterator[dict[str, str]]:
    for source in sources:
        # The first of the document's names is the longest, and the one that a citation is best written with.
        for clause in source.clauses:
            yield {"name": source.names[0], "place": clause.place, "says": clause.says}


def _names(parts: Catalogue) -> Iterator[dict[str, Any]]:
    for entry in parts.names:
        kind = VALUE_KINDS.get(entry.kind, "")
        told = {"name": entry.name, "label": _origin(entry), "type": kind, "source": entry.source}
        yield {**told, "comparisons": list(_comparisons(entry))} if entry.choices or entry.kind == "checkbox" else told
    for window, words in parts.windows.items():
        yield {"name": f"windows.{window}.opens_at", "label": f"{words}开始", "type": "日期时间"}
        yield {"name": f"windows.{window}.closes_at", "label": f"{words}截止", "type": "日期时间"}
    for element in parts.time_limits:
        yield {"name": f"deadlines.{element}", "label": "办理到期时", "type": "日期时间"}
    for name, (words, kind) in FACTS.items():
        yield {"name": name, "label": words, "type": kind}


def _comparisons(entry: NameEntry) -> Iterator[dict[str, str]]:
    """Yield the expressions that ask for one answer, each with the answer as people read it."""
    if entry.kind == "checkbox":
        yield {"text": f"{entry.name} = true", "label": "已勾选"}
    for value, label in entry.choices:
        quoted = json.dumps(value, ensure_ascii=False)
        is_list = entry.kind == "checklist"
        text = f"list contains({entry.name}, {quoted})" if is_list else f"{entry.name} = {quoted}"
        yield {"text": text, "label": f"含{label}" if is_list else label}


def _origin(entry: NameEntry) -> str:
    if entry.kind:
        return entry.label
    return f"由“{entry.label}”算出" if entry.label else "由流程算出"
