"""The attributes of one component, as form-js writes them, read with every fault kept.

Meaning that form-js does not know comes through its custom `properties`, which hold strings. Only known ones are taken:
a misspelt property would otherwise be a rule that nobody applies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from forms import patterns
from forms.codes import CHECKS
from forms.components import CompiledExpression, CompileExpression, Limits, Material, Option
from forms.errors import ValueRefused
from forms.expressions import compile_text

PROPERTIES: Final = frozenset(
    {"stamp", "basis", "mark", "supplied_by", "min", "max", "accept", "when", "max_characters_cn", "unit"}
    | {"placeholder_form", "pattern_message", "label", "personal_data", "publish", "note"}
    | {"check", "rule", "rule_message"}
)
_RULES: Final = frozenset({"required", "min", "max", "minLength", "maxLength", "pattern", "validationType"})
#: Attributes that form-js would act on and this package does not: better refused than silently without effect.
_UNSUPPORTED: Final = {
    "valuesExpression": "选项不能用表达式给出，请用固定选项或 valuesKey",
    "columnsExpression": "表格的列不能用表达式给出，请逐列写明",
    "disallowPassedDates": "不支持“禁止过去的日期”",
    "increment": "不支持“步长”，请用小数位数和最小、最大值",
}
MARKS: Final = frozenset({"source", "reading", "platform"})
_YES: Final = frozenset({"required", "true", "yes", "是", "待官方表样"})


@dataclass(slots=True, kw_only=True)
class Reading:
    """What is known while a file is read: how to compile, which names there are, and the faults found so far."""

    compile_expression: CompileExpression
    names: frozenset[str]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, component: str, message: str) -> None:
        """Keep a fault."""
        self.problems.append((component, message))


@dataclass(frozen=True, slots=True)
class Source:
    """One component's JSON object, with its faults going to the reading."""

    json: Mapping[str, Any]
    id: str
    reading: Reading

    def refuse(self, message: str) -> None:
        """Keep a fault of this component."""
        self.reading.refuse(self.id, message)

    def part(self, name: str) -> Mapping[str, Any]:
        """Return a nested object, empty when absent."""
        value = self.json.get(name) or {}
        if not isinstance(value, Mapping):
            self.refuse(f"“{name}”应是一个对象")
            return {}
        return value

    def text(self, name: str) -> str:
        """Return a text that people will read; templates and expressions are refused in it."""
        value = self.json.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or value.startswith("=") or "{{" in value:
            self.refuse(f"“{name}”应是普通文字，不能是表达式或模板")
            return ""
        return value.strip()

    def own(self, name: str) -> str:
        """Return a custom property, "" when absent."""
        value = self.part("properties").get(name)
        return "" if value is None else str(value).strip()

    def flag(self, name: str) -> bool:
        """Return a custom property that says yes or nothing."""
        return self.own(name) in _YES

    def count(self, value: object, what: str) -> int | None:
        """Return a whole number of 0 or more, None when absent."""
        number = self.number(value, what)
        if number is None:
            return None
        if number < 0 or number != number.to_integral_value():
            self.refuse(f"“{what}”应是不小于 0 的整数")
            return None
        return int(number)

    def number(self, value: object, what: str) -> Decimal | None:
        """Return a number, None when absent."""
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool) or not number.is_finite():
            self.refuse(f"“{what}”应是数字")
            return None
        return number

    def expression(self, text: object, what: str) -> CompiledExpression | None:
        """Return a compiled expression, None when absent or at fault."""
        if text is None or text == "":
            return None
        if not isinstance(text, str):
            self.refuse(f"“{what}”应是以 = 开头的表达式")
            return None
        try:
            return compile_text(self.reading.compile_expression, text, self.reading.names)
        except ValueRefused as refused:
            self.refuse(f"“{what}”的{refused.sentence}")
            return None

    def dynamic(self, value: object, what: str) -> CompiledExpression | None:
        """Return the expression of an attribute that may be either a constant or, with a leading "=", an expression."""
        is_expression = isinstance(value, str) and value.strip().startswith("=")
        return self.expression(value, what) if is_expression else None


def check_attributes(source: Source) -> None:
    """Refuse what would have an effect in form-js and has none here, and properties that nobody knows."""
    for name, message in _UNSUPPORTED.items():
        if source.json.get(name):
            source.refuse(message)
    for name in source.part("validate").keys() - _RULES:
        source.refuse(f"不支持校验规则“{name}”")
    for name in sorted(source.part("properties").keys() - PROPERTIES):
        source.refuse(f"不认识自定义属性“{name}”，可用：{'、'.join(sorted(PROPERTIES))}")
    if source.json.get("type") == "button" and source.json.get("action", "submit") != "submit":
        source.refuse("按钮只支持“提交”，重置按钮会清空已填内容，请删除")
    if (mark := source.own("mark")) and mark not in MARKS:
        source.refuse(f"标记“{mark}”应是 source、reading、platform 之一")


def read_limits(source: Source) -> tuple[Limits, dict[str, CompiledExpression | None]]:
    """Return the fixed limits, and those that are expressions by the names of `forms.components.Expressions`."""
    rules = source.part("validate")
    dynamic = {
        "minimum": source.dynamic(rules.get("min"), "最小值"),
        "maximum": source.dynamic(rules.get("max"), "最大值"),
        "min_length": source.dynamic(rules.get("minLength"), "最少字数"),
        "max_length": source.dynamic(rules.get("maxLength"), "最多字数"),
    }

    def fixed(name: str) -> object:
        value = rules.get(name)
        return None if isinstance(value, str) and value.strip().startswith("=") else value

    limits = Limits(
        minimum=source.number(fixed("min"), "最小值"),
        maximum=source.number(fixed("max"), "最大值"),
        min_length=source.count(fixed("minLength"), "最少字数"),
        max_length=source.count(fixed("maxLength"), "最多字数"),
        max_characters_cn=source.count(source.own("max_characters_cn"), "max_characters_cn"),
        decimal_digits=source.count(source.json.get("decimalDigits"), "小数位数"),
        pattern=_read_pattern(source, rules.get("pattern")),
        pattern_message=source.own("pattern_message"),
        validation_type=_read_validation_type(source, rules.get("validationType")),
        check=_read_check(source),
    )
    if limits.minimum is not None and limits.maximum is not None and limits.minimum > limits.maximum:
        source.refuse("最小值大于最大值")
    return limits, dynamic


def _read_pattern(source: Source, value: object) -> str:
    if value is None or value == "":
        return ""
    try:
        return patterns.check_pattern(str(value))
    except ValueRefused as refused:
        source.refuse(refused.sentence)
        return ""


def _read_validation_type(source: Source, value: object) -> str:
    if value in (None, "", "custom"):
        return ""
    if value not in ("email", "phone"):
        source.refuse(f"不支持校验类型“{value}”，可用：email、phone")
        return ""
    return str(value)


def _read_check(source: Source) -> str:
    check = source.own("check")
    if check and check not in CHECKS:
        source.refuse(f"不认识校验“{check}”，check 可以写：{'、'.join(CHECKS)}")
        return ""
    if check and source.json.get("type") != "textfield":
        source.refuse("check 只能用于单行文字（textfield）")
    return check


def read_options(source: Source) -> tuple[tuple[Option, ...], str]:
    """Return the fixed options, and the name in the context that holds them."""
    key = source.json.get("valuesKey") or ""
    values = source.json.get("values") or []
    if not isinstance(key, str) or not isinstance(values, list):
        source.refuse("选项（values）应是列表，valuesKey 应是名称")
        return (), ""
    try:
        options = make_options(values)
    except ValueRefused as refused:
        source.refuse(refused.sentence)
        options = ()
    if bool(values) == bool(key):
        source.refuse("请给出选项：values（固定选项）或 valuesKey（由平台提供）二者之一")
    return options, key


def make_options(values: object) -> tuple[Option, ...]:
    """Return options from a list of `{label, value}` or of texts.

    Raises:
        ValueRefused: something else is in the list, or a value occurs twice.
    """
    if not isinstance(values, list | tuple):
        raise ValueRefused("选项应是列表。")
    options = []
    for item in values:
        value, label = (item.get("value"), item.get("label")) if isinstance(item, Mapping) else (item, item)
        if not isinstance(value, str) or not value:
            raise ValueRefused("每个选项的值（value）应是不空的文字。")
        options.append(Option(value, str(label or value)))
    if len({option.value for option in options}) != len(options):
        raise ValueRefused("选项的值（value）有重复。")
    return tuple(options)


def read_material(source: Source) -> Material:
    """Return what is asked of the files of a checklist item."""
    least = None if source.own("min").startswith("=") else source.count(source.own("min"), "min")
    most = source.count(source.own("max"), "max")
    if most is None and not source.json.get("multiple"):
        most = 1
    listed = source.own("accept") or str(source.json.get("accept") or "")
    endings = re.split("[,，、]", listed)
    accept = tuple(ending.strip().lower() for ending in endings if ending.strip())
    if any(not item.startswith(".") or not item[1:].isalnum() for item in accept):
        source.refuse("可接受的文件类型请写扩展名，例如 .pdf,.docx")
    if least and most is not None and least > most:
        source.refuse("文件数的下限大于上限")
    return Material(
        minimum=least or 0,
        maximum=most,
        accept=accept,
        is_stamped=source.flag("stamp"),
        supplied_by=source.own("supplied_by"),
    )
