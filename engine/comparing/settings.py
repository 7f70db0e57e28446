"""Two editions of `procedure.yaml` and `windows.yaml`: windows, limits, lanes and conditions by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.comparing.changes import Change, Detail, Thing, brief, compare_things, differences, one_sentence
from engine.comparing.texts import compare_contents
from engine.errors import DefinitionRefused
from engine.folders.documents import read_document

#: Keys whose entries have names of their own -> the sort of thing that each is.
_NAMED = {
    "windows": "窗口",
    "time_limits": "办理时限",
    "lanes": "泳道规则",
    "eligibility": "申请条件",
    "documents": "参考文件",
    "batches": "批量办理",
}
_WORDS = {
    "name": "名称",
    "title": "标题",
    "label": "名称",
    "summary": "简介",
    "publicity": "公开方式",
    "basis": "依据",
    "mark": "标记",
    "opens": "开始日",
    "closes": "截止日",
    "inclusive": "含截止当日",
    "gates": "受窗口限制的步骤",
    "level": "设定层级",
    "of_cycle": "按周期",
    "working_days": "工作日数",
    "after": "起算",
    "role": "岗位角色",
    "office": "单位",
    "sealed": "密封填写",
    "sets_windows": "可缩短窗口",
    "rule": "判断式",
    "message": "不符合时的提示",
    "overridable_by": "可由谁放行",
    "judged": "由审核人判断",
    "starters": "谁可以申请",
    "region": "适用地区",
    "code": "区划代码",
    "numbering": "编号",
    "cycle": "周期",
    "rounds": "轮次",
    "title_kind": "称号种类",
    "file": "文件",
    "number": "文号",
    "sheet": "汇总表模板",
    "rows": "汇总表的行",
}
_MARKS = {"source": "依据", "reading": "解释", "platform": "平台默认"}


def compare_settings(file: str, old: bytes, new: bytes, *, area: str, names: Mapping[str, str]) -> Iterator[Change]:
    """Yield what is different in a settings file.

    Args:
        file: its path.
        old: its content before; "" when it was not there.
        new: its content now; "" when it is not there.
        area: windows or procedure.
        names: what people call the elements of the diagrams, by id.
    """
    before, after = _read(file, old), _read(file, new)
    if before is None or after is None:
        yield from compare_contents(file, old, new, area=area)
        return
    for key, sort in _NAMED.items():
        things = [_things(key, sort, one.get(key), names) for one in (before, after)]
        changes = compare_things(things[0], things[1], area=area, file=file)
        yield from (_shortened(change) for change in changes) if key == "time_limits" else changes
    rest = [_texts({key: value for key, value in one.items() if key not in _NAMED}) for one in (before, after)]
    for detail in differences(rest[0], rest[1]):
        sentence = one_sentence("事项", detail) if area == "procedure" else one_sentence("窗口与时限", detail)
        yield Change(
            kind="changed",
            area=area,
            file=file,
            element=detail[0],
            name=detail[0],
            sentence=sentence,
            details=(detail,),
        )


def _read(file: str, content: bytes) -> Mapping[str, Any] | None:
    try:
        return read_document(content, file, []).content if content else {}
    except DefinitionRefused:
        return None


def _things(key: str, sort: str, entries: object, names: Mapping[str, str]) -> dict[str, Thing]:
    if isinstance(entries, list):
        # Reference documents have no ids of their own.
        pairs = [(str(one.get("id") or one.get("title") or ""), one) for one in entries if isinstance(one, dict)]
    else:
        pairs = [(str(name), one) for name, one in entries.items()] if isinstance(entries, dict) else []
    found = {}
    for name, entry in pairs:
        properties = _texts(entry) if isinstance(entry, dict) else {"内容": _text(entry)}
        called = names.get(name) or properties.get("名称") or name
        found[f"{key}.{name}"] = Thing(sort=sort, name=brief(called), properties=properties)
    return found


def _texts(entry: Mapping[str, Any]) -> dict[str, str]:
    return {_WORDS.get(str(key), str(key)): _text(value) for key, value in entry.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        if value.keys() == {"month", "day"}:
            return f"{value['month']}月{value['day']}日"
        return "，".join(f"{_WORDS.get(str(key), str(key))}：{_text(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "；".join(map(_text, value))
    return "" if value is None else _MARKS.get(str(value), str(value))


def _shortened(change: Change) -> Change:
    """Say a changed limit the way officials do: 由 5 个工作日改为 10 个工作日."""
    days = next((detail for detail in change.details if detail[0] == _WORDS["working_days"]), None)
    if change.kind != "changed" or days is None:
        return change
    said = f"“{change.name}”的办理时限由 {days[1]} 个工作日改为 {days[2]} 个工作日"
    others = [what for what, _, _ in change.details if what != days[0]]
    more = f"，{'、'.join(others)}也有修改" if others else ""
    details: tuple[Detail, ...] = change.details
    return Change(
        kind=change.kind,
        area=change.area,
        file=change.file,
        element=change.element,
        name=change.name,
        sentence=f"{said}{more}。",
        details=details,
    )
