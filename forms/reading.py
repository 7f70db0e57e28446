"""From the file that the form editor writes to a `Form`. Every fault is found before the file is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

import orjson

from forms.attributes import Reading, Source, check_attributes, read_limits, read_material, read_options
from forms.components import (
    ANSWER_KINDS,
    KINDS,
    ROW_CAP,
    CompiledExpression,
    CompileExpression,
    Component,
    Expressions,
    Form,
    walk,
    walk_deep,
)
from forms.errors import FormDefinitionError, ValueRefused
from forms.expressions import FACT_NAMES, ROW_NAMES
from forms.prose import Block, read_prose

_SIZE_CAP: Final = 1_000_000
_COMPONENT_CAP: Final = 1_000
_DEPTH_CAP: Final = 8
#: A key is a name in FEEL, a part of an address in a page, and a column heading; underscores in front are the page's.
_KEY: Final = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,63}")
_KEYED: Final = KINDS - {"group", "text", "table", "separator", "spacer", "button"}
_RULED: Final = ANSWER_KINDS | {"dynamiclist"}


def read_form(text: bytes | str, *, file: str, compile_expression: CompileExpression) -> Form:
    """Read the file of a form.

    Args:
        text: form-js JSON.
        file: path of the file, for messages; its stem becomes the form's key.
        compile_expression: compiles FEEL, given the text without "=" and the names of all fields. Its errors carry
            `message` (a Chinese sentence) and perhaps `position`.

    Raises:
        FormDefinitionError: with every fault, by component.
    """
    root = _parse(text, file)
    reading = Reading(compile_expression=compile_expression, names=frozenset(_find_keys(root, 0)))
    source = Source(root, "", reading)
    components = _read_components(source, 0)
    everything = tuple(walk_deep(components))
    if len(everything) > _COMPONENT_CAP:
        reading.refuse("", f"组件过多，最多 {_COMPONENT_CAP} 个")
    if reading.problems:
        raise FormDefinitionError(reading.problems, file=file)
    return Form(
        key=PurePosixPath(file).name.rsplit(".", 1)[0],
        title=_root_text(source, "title"),
        version=_root_text(source, "version"),
        is_placeholder=bool(_root_text(source, "placeholder_form")) or any(part.is_placeholder for part in everything),
        components=components,
        expression_names=frozenset(
            name for part in everything for expression in part.expressions.all() for name in expression.names
        ),
    )


def _parse(text: bytes | str, file: str) -> Mapping[str, Any]:
    if len(text) > _SIZE_CAP:
        raise FormDefinitionError([("", f"文件过大，最多 {_SIZE_CAP} 字节")], file=file)
    try:
        root = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"不是正确的 JSON（第 {error.lineno} 行第 {error.colno} 列），请用表单编辑器重新导出"
        raise FormDefinitionError([("", message)], file=file) from error
    if not isinstance(root, dict) or not isinstance(root.get("components"), list):
        raise FormDefinitionError([("", "不是表单：缺少 components 列表")], file=file)
    return root


def _find_keys(parent: Mapping[str, Any], depth: int) -> Iterator[str]:
    children = parent.get("components")
    for child in children if isinstance(children, list) and depth <= _DEPTH_CAP else ():
        if isinstance(child, Mapping):
            for name in (child.get("key"), child.get("path"), child.get("valuesKey")):
                if isinstance(name, str) and name:
                    yield name
            yield from _find_keys(child, depth + 1)


def _root_text(source: Source, name: str) -> str:
    """Return a custom text of the whole form: beside `components`, or in `properties` there."""
    value = source.json.get(name)
    return source.own(name) if value is None else str(value)


def _read_components(parent: Source, depth: int) -> tuple[Component, ...]:
    children = parent.json.get("components")
    if not isinstance(children, list):
        parent.refuse("缺少 components 列表")
        return ()
    if depth > _DEPTH_CAP:
        parent.refuse(f"嵌套过深，最多 {_DEPTH_CAP} 层")
        return ()
    found = []
    for number, child in enumerate(children, start=1):
        if isinstance(child, Mapping):
            name = str(child.get("id") or child.get("key") or f"{child.get('type')}#{number}")
            found.append(_read_component(Source(child, name, parent.reading), depth))
        else:
            parent.refuse(f"第 {number} 个组件不是对象")
    components = tuple(part for part in found if part is not None)
    if depth == 0 or parent.json.get("type") == "dynamiclist":
        _check_keys(parent.reading, components)
    return components


def _check_keys(reading: Reading, components: tuple[Component, ...]) -> None:
    """Refuse a name, or an id, that two components of one scope share."""
    keys: set[str] = set()
    ids: set[str] = set()
    for part in walk(components):
        if part.key and part.key in keys:
            reading.refuse(part.id, f"名称（key）“{part.key}”重复")
        if part.id in ids:
            reading.refuse(part.id, f"组件编号（id）“{part.id}”重复")
        keys.add(part.key)
        ids.add(part.id)


def _read_component(source: Source, depth: int) -> Component | None:
    kind = source.json.get("type")
    if kind not in KINDS:
        source.refuse(f"不支持组件类型“{kind}”，可用：{'、'.join(sorted(KINDS))}")
        return None
    check_attributes(source)
    limits, dynamic = read_limits(source)
    common = Component(
        id=source.id,
        kind=kind,
        key=_read_key(source, kind),
        label=_read_label(source, kind),
        description=source.text("description"),
        columns=_read_columns(source),
        is_required=source.part("validate").get("required") is True,
        is_disabled=source.json.get("disabled") is True,
        is_readonly=source.json.get("readonly") is True,
        default=source.json.get("defaultValue"),
        unit=source.own("unit") or str(source.part("appearance").get("suffixAdorner") or ""),
        basis=source.own("basis"),
        mark=source.own("mark"),
        is_placeholder=source.flag("placeholder_form"),
        limits=limits,
        rule_message=_read_rule_message(source),
        expressions=_read_expressions(source, dynamic),
    )
    return _read_special(source, common, depth)


def _read_expressions(source: Source, dynamic: dict[str, CompiledExpression | None]) -> Expressions:
    value_name = {"expression": "expression", "table": "dataSource"}.get(source.json["type"])
    if value_name and not source.json.get(value_name):
        source.refuse(f"缺少 {value_name}")
    return Expressions(
        hide=source.expression(source.part("conditional").get("hide"), "隐藏条件"),
        readonly=source.dynamic(source.json.get("readonly"), "只读条件"),
        when=source.expression(source.own("when"), "when"),
        rule=source.expression(source.own("rule"), "rule"),
        value=source.expression(source.json.get(value_name), value_name) if value_name else None,
        **dynamic | _read_least_files(source),
    )


def _read_least_files(source: Source) -> dict[str, CompiledExpression | None]:
    """Return the number of files that a checklist item needs, where it depends on what is filled in."""
    return {"minimum": source.dynamic(source.own("min"), "min")} if source.json["type"] == "filepicker" else {}


def _read_rule_message(source: Source) -> str:
    message = source.own("rule_message")
    if bool(message) != bool(source.own("rule")):
        source.refuse("rule 和 rule_message 要一起写：一个是条件，一个是不满足时告诉填表人的话")
    elif message and source.json["type"] not in _RULED:
        source.refuse("rule 只能用于填写的项目和可增行的列表")
    return message


def _read_special(source: Source, common: Component, depth: int) -> Component:
    """Add what only some kinds of component have."""
    match common.kind:
        case "select" | "radio" | "checklist":
            options, options_key = read_options(source)
            return replace(common, options=options, options_key=options_key)
        case "group":
            return replace(common, components=_read_components(source, depth + 1))
        case "dynamiclist":
            return _read_list(source, common, depth)
        case "filepicker":
            material = read_material(source)
            return replace(common, material=material, is_required=common.is_required or material.minimum > 0)
        case "datetime":
            return replace(common, subtype=_read_subtype(source))
        case "text":
            return replace(common, prose=_read_prose(source))
        case "table":
            return replace(common, headings=_read_headings(source))
    return common


def _read_list(source: Source, common: Component, depth: int) -> Component:
    children = _read_components(source, depth + 1)
    if any(part.kind == "filepicker" for part in walk_deep(children)):
        source.refuse("可增行的列表里不能放材料上传，请在列表外逐项设置")
    if any(part.is_readonly or part.expressions.readonly for part in walk_deep(children)):
        source.refuse("可增行的列表里不能放只读字段，请改用 expression 组件或移到列表外")
    least = source.count(source.own("min"), "min") or 0
    most = source.count(source.own("max"), "max")
    most = ROW_CAP if most is None else most
    if not least <= most <= ROW_CAP:
        source.refuse(f"行数应满足：下限不大于上限，上限不超过 {ROW_CAP}")
    starting = source.count(source.json.get("defaultRepetitions"), "defaultRepetitions")
    return replace(
        common,
        components=children,
        min_rows=max(least, 1 if common.is_required else 0),
        max_rows=most,
        default=1 if starting is None else min(starting, most),
        can_add_rows=source.json.get("allowAddRemove") is not False,
    )


def _read_key(source: Source, kind: str) -> str:
    if kind == "group" and source.json.get("path"):
        source.refuse("分组不支持“路径”（path），请清空")
    if kind not in _KEYED:
        return ""
    key = source.json.get("path" if kind == "dynamiclist" else "key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        source.refuse(f"名称（key）“{key}”应由字母、数字、下划线或汉字组成，以字母或汉字开头，不超过 64 个字符")
        return ""
    if key in FACT_NAMES | ROW_NAMES:
        source.refuse(f"名称（key）“{key}”是平台保留的名称，请换一个")
    return key


def _read_label(source: Source, kind: str) -> str:
    label = source.text("label") or source.own("label")
    if kind == "datetime":
        label = label or source.text("dateLabel") or source.text("timeLabel")
    if not label and kind in _KEYED - {"expression"}:
        source.refuse("缺少标签（label），办事人员需要知道填什么")
    return label


def _read_columns(source: Source) -> int:
    columns = source.part("layout").get("columns")
    if columns is None:
        return 16
    if not isinstance(columns, int) or not 1 <= columns <= 16:
        source.refuse("列宽（layout.columns）应在 1 至 16 之间")
        return 16
    return columns


def _read_subtype(source: Source) -> str:
    subtype = source.json.get("subtype") or "date"
    if subtype not in ("date", "time", "datetime"):
        source.refuse(f"不支持日期类型“{subtype}”，可用：date、time、datetime")
        return "date"
    return str(subtype)


def _read_prose(source: Source) -> tuple[Block, ...]:
    try:
        text = str(source.json.get("text") or "")
        if text.startswith("="):
            raise ValueRefused("说明文字不能是表达式，请改用 expression 组件。")
        return read_prose(text)
    except ValueRefused as refused:
        source.refuse(refused.sentence)
        return ()


def _read_headings(source: Source) -> tuple[tuple[str, str], ...]:
    columns = source.json.get("columns")
    if not isinstance(columns, list) or not columns:
        source.refuse("表格缺少列（columns）")
        return ()
    pairs = [(item.get("key"), item.get("label")) for item in columns if isinstance(item, Mapping)]
    if len(pairs) != len(columns) or not all(isinstance(key, str) and key and label for key, label in pairs):
        source.refuse("表格的每一列都应有 key 和 label")
        return ()
    return tuple((str(key), str(label)) for key, label in pairs)
