"""What an answer of the right kind must still satisfy; each rule says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from forms.components import Component, Limits
from forms.patterns import matches
from forms.texts import count_characters_cn, count_units

_TEXT_KINDS: Final = frozenset({"textfield", "textarea"})


def check_limits(component: Component, value: object) -> tuple[str, ...]:
    """Return a sentence for every limit that the value breaks, with `{name}` for the field's label."""
    if component.kind == "number" and isinstance(value, int | float):
        return tuple(_check_number(component, Decimal(repr(value))))
    if component.kind in _TEXT_KINDS and isinstance(value, str):
        return (*_check_length(component.limits, value), *_check_pattern(component, value))
    return ()


def _check_number(component: Component, number: Decimal) -> Iterator[str]:
    limits, unit = component.limits, component.unit
    if limits.minimum is not None and number < limits.minimum:
        yield f"{{name}}不能小于 {show_number(limits.minimum)}{unit}，请核对。"
    if limits.maximum is not None and number > limits.maximum:
        yield f"{{name}}不能大于 {show_number(limits.maximum)}{unit}，请核对。"


def _check_length(limits: Limits, text: str) -> Iterator[str]:
    length = count_units(text)
    if limits.min_length is not None and length < limits.min_length:
        yield f"{{name}}至少填写 {limits.min_length} 个字，现有 {length} 个，请补充。"
    if limits.max_length is not None and length > limits.max_length:
        yield f"{{name}}最多填写 {limits.max_length} 个字，现有 {length} 个，请删减。"
    if limits.max_characters_cn is not None and (counted := count_characters_cn(text)) > limits.max_characters_cn:
        yield f"{{name}}应在 {limits.max_characters_cn} 字以内，现有 {counted} 字，请删减。"


def _check_pattern(component: Component, text: str) -> Iterator[str]:
    limits = component.limits
    if limits.pattern and not matches(limits.pattern, text):
        say = limits.pattern_message or component.description or "请按要求的格式重新填写。"
        yield f"{{name}}的格式不正确：{say.rstrip('。')}。"


def show_number(number: Decimal) -> str:
    """Return a number in plain notation without needless zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
