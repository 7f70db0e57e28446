"""Two editions of a form: fields by their keys, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine.comparing.changes import Change, Thing, brief, compare_things
from engine.comparing.texts import compare_contents

_SORTS = {
    "text": "说明文字",
    "textfield": "单行文字",
    "textarea": "多行文字",
    "number": "数字",
    "datetime": "日期时间",
    "select": "下拉选择",
    "radio": "单选",
    "checklist": "多选",
    "checkbox": "勾选",
    "dynamiclist": "可增减的列表",
    "group": "分组",
    "table": "表格",
    "expression": "计算显示",
    "filepicker": "材料",
    "separator": "分隔线",
    "spacer": "空白",
    "button": "按钮",
}
_WORDS = {
    "label": "名称",
    "description": "填写说明",
    "text": "文字",
    "subtype": "日期种类",
    "defaultValue": "默认值",
    "disabled": "停用",
    "readonly": "只读",
    "valuesKey": "选项来源",
    "valuesExpression": "选项来源",
    "expression": "计算式",
    "decimalDigits": "小数位数",
    "validate.required": "必填",
    "validate.min": "最小值",
    "validate.max": "最大值",
    "validate.minLength": "最少字数",
    "validate.maxLength": "最多字数",
    "validate.pattern": "格式",
    "validate.validationType": "格式种类",
    "conditional.hide": "隐藏条件",
    "properties.stamp": "加盖公章",
    "properties.min": "最少份数",
    "properties.max": "最多份数",
    "properties.accept": "文件种类",
    "properties.when": "必交条件",
    "properties.supplied_by": "由谁出具",
    "properties.max_characters_cn": "字数上限",
    "properties.check": "校验",
    "properties.rule": "校验规则",
    "properties.rule_message": "不符合时的提示",
    "properties.unit": "单位",
    "properties.pattern_message": "格式不符的提示",
    "properties.basis": "依据",
    "properties.mark": "标记",
    "properties.label": "显示名称",
    "layout.columns": "宽度",
}
#: Parts of the file that say nothing about what is asked.
_SILENT = frozenset({"id", "key", "type", "components", "layout.row", "path", "values"})
_FILE = frozenset(
    {"schemaVersion", "exporter", "components", "type", "id", "executionPlatform", "executionPlatformVersion"}
)
_OF_FORM = {"title": "标题", "version": "版次"}


def compare_forms(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """Yield what is different in a form; "" stands for a file that is not there."""
    before, after = _read(old), _read(new)
    if before is None or after is None or not old or not new:
        yield from _whole(file, old, new, before, after)
        return
    forms = [{"": Thing(sort="表单", name=_title(file, one), properties=_of_file(one))} for one in (before, after)]
    yield from compare_things(forms[0], forms[1], area="form", file=file)
    fields = [_fields(before), _fields(after)]
    yield from compare_things(fields[0], fields[1], area="form", file=file)
    yield from _reordered(file, list(fields[0]), list(fields[1]), fields[1])


def _whole(
    file: str, old: bytes, new: bytes, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[Change]:
    known = (after or {}) if not old else (before or {})
    if (old and new) or not known:
        yield from compare_contents(file, old, new, area="form")
        return
    kind, word = ("added", "新增") if new else ("removed", "删除")
    fields = _fields(known)
    details = tuple((one.sort, "", one.name) if new else (one.sort, one.name, "") for one in fields.values())
    name = _title(file, known)
    sentence = f"{word}表单“{name}”（{len(fields)} 项）。"
    yield Change(kind=kind, area="form", file=file, name=name, sentence=sentence, details=details)


def _read(content: bytes) -> Mapping[str, Any] | None:
    try:
        found = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _title(file: str, form: Mapping[str, Any]) -> str:
    return str(form.get("title") or file.rpartition("/")[2].removesuffix(".form"))


def _of_file(form: Mapping[str, Any]) -> dict[str, str]:
    own = {name: value for name, value in form.items() if name not in _FILE and not isinstance(value, list | dict)}
    return {_OF_FORM.get(name, name): _said(value) for name, value in own.items()}


def _fields(form: Mapping[str, Any]) -> dict[str, Thing]:
    return dict(_walk(form.get("components"), ""))


def _walk(components: object, around: str) -> Iterator[tuple[str, Thing]]:
    for place, part in enumerate(components if isinstance(components, list) else ()):
        if not isinstance(part, dict):
            continue
        key = str(part.get("key") or part.get("path") or part.get("id") or f"{around}{place}")
        full = f"{around}{key}"
        yield full, _thing(part, full, around)
        yield from _walk(part.get("components"), f"{full}.")


def _thing(part: Mapping[str, Any], key: str, around: str) -> Thing:
    sort = _SORTS.get(str(part.get("type")), str(part.get("type")))
    name = brief(str(part.get("label") or part.get("text") or key))
    properties = {"种类": sort}
    for path, value in _leaves(part, ""):
        if path not in _SILENT and (said := _said(value)):
            properties[_WORDS.get(path, path)] = said
    if isinstance(part.get("values"), list):
        properties["选项"] = "、".join(_option(one) for one in part["values"])
    place = f"（在“{around.rstrip('.')}”里）" if around else ""
    return Thing(sort=f"{sort}字段" if part.get("key") else sort, name=name, properties=properties, place=place)


def _leaves(part: Mapping[str, Any], around: str) -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{around}{name}.")
        elif f"{around}{name}" not in _SILENT:
            yield f"{around}{name}", value


def _option(option: object) -> str:
    return f"{option.get('label')}（{option.get('value')}）" if isinstance(option, dict) else str(option)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


def _reordered(file: str, old: list[str], new: list[str], things: Mapping[str, Thing]) -> Iterator[Change]:
    before = [key for key in old if key in new]
    after = [key for key in new if key in old]
    if before != after:
        names = tuple((things[key].name, "", "") for key in after)
        yield Change(kind="moved", area="form", file=file, sentence="字段的先后次序有调整。", details=names)
