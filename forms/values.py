"""From one posted value to the value that is kept: text, number, day, choice.

Kept values can be written as JSON: text as typed; numbers as `int` or as `float` of at most 15 significant digits (see
`forms.expressions.to_exact`); days as `2023-11-15`; times as `09:30:00`; instants as `2023-11-15T09:30:00+08:00`, since
all clocks of a form show 东八区; a checklist as the chosen values in the order of the options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Final

from forms.codes import read_code
from forms.components import Component
from forms.errors import ValueRefused
from forms.expressions import number_to_json
from forms.patterns import is_email, is_phone
from forms.texts import LINE_CAP, TEXT_CAP, check_text

_DIGITS: Final = 15
#: Input methods write full-width digits and signs; they mean the same number.
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．－−：／", "0123456789.--:/")
_NUMBER: Final = re.compile(r"[+-]?(\d{1,30})(?:\.(\d{0,30}))?", re.ASCII)
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME: Final = re.compile(r"(\d{2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_ZONE: Final = "+08:00"
_YEARS: Final = range(1900, 2101)


def parse_value(component: Component, raw: object) -> object:
    """Return the value to keep of an answer that is not blank.

    Raises:
        ValueRefused: it is not of the component's kind, with what to do.
    """
    return _PARSERS[component.kind](component, raw)


def text_cap(component: Component) -> int:
    """Return how many code points can be kept at most."""
    if component.limits.max_characters_cn is not None:
        return min(4 * component.limits.max_characters_cn, TEXT_CAP)
    return TEXT_CAP if component.kind == "textarea" else LINE_CAP


def _parse_text(component: Component, raw: object) -> str:
    text = check_text(raw, cap=text_cap(component), is_multiline=component.kind == "textarea")
    if component.limits.validation_type == "email":
        text = text.strip()
        if not is_email(text):
            raise ValueRefused("{name}不是正确的邮箱地址，请填写形如 name@example.cn 的地址。")
    if component.limits.validation_type == "phone":
        text = text.strip()
        if not is_phone(text):
            raise ValueRefused("{name}不是正确的电话号码，请填写 11 位手机号，或“区号-号码”形式的固定电话。")
    return read_code(component.limits.check, text) if component.limits.check else text


def _parse_number(component: Component, raw: object) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise ValueRefused("{name}应填写数字，例如 12 或 12.5。")
    text = (raw if isinstance(raw, str) else _plain(raw)).strip().translate(_HALF_WIDTH)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueRefused("{name}应填写数字，例如 12 或 12.5，不要加逗号、单位或其他符号。")
    whole, fraction = found[1].lstrip("0"), (found[2] or "").rstrip("0")
    if len(whole) + len(fraction) > _DIGITS:
        raise ValueRefused(f"{{name}}的数字过长，最多 {_DIGITS} 位，请核对或换一个单位。")
    digits = component.limits.decimal_digits
    if digits is not None and len(fraction) > digits:
        raise ValueRefused("{name}应填写整数。" if digits == 0 else f"{{name}}最多保留 {digits} 位小数。")
    return number_to_json(Decimal(text)) or 0


def _plain(number: float | Decimal) -> str:
    """Return a number that came as a number in plain notation, or a text that is no number when it is not finite."""
    try:
        return format(Decimal(repr(number) if isinstance(number, float) else number), "f")[:100]
    except InvalidOperation:
        return "?"


def _parse_moment(component: Component, raw: object) -> str:
    text = check_text(raw).strip().translate(_HALF_WIDTH)
    if component.subtype == "date":
        return _parse_date(text)
    if component.subtype == "time":
        return _parse_time(text)
    day, _, clock = text.removesuffix(_ZONE).replace(" ", "T").partition("T")
    return f"{_parse_date(day)}T{_parse_time(clock)}{_ZONE}"


def _parse_date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueRefused("{name}应填写日期，格式为 年-月-日，例如 2023-11-15。")
    year, month, day = (int(part) for part in found.groups())
    if year not in _YEARS:
        raise ValueRefused(f"{{name}}的年份应在 {_YEARS[0]} 至 {_YEARS[-1]} 之间，请核对。")
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise ValueRefused("{name}不是存在的日期，请核对月份和日子。") from error


def _parse_time(text: str) -> str:
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        hour, minute, second = (int(part or 0) for part in found.groups())
        return time(hour, minute, second).isoformat()
    except ValueError as error:
        raise ValueRefused("{name}应填写时间，格式为 时:分，例如 09:30。") from error


def _parse_choice(component: Component, raw: object) -> str:
    if isinstance(raw, str) and any(option.value == raw for option in component.options):
        return raw
    raise ValueRefused("{name}的选择不在可选范围内，请重新选择。")


def _parse_choices(component: Component, raw: object) -> list[str]:
    chosen = [raw] if isinstance(raw, str) else raw
    if not isinstance(chosen, list | tuple) or not all(isinstance(item, str) for item in chosen):
        raise ValueRefused("{name}的选择无法识别，请重新勾选。")
    wanted = {item for item in chosen if item}
    if wanted - {option.value for option in component.options}:
        raise ValueRefused("{name}中有不在可选范围内的选项，请重新勾选。")
    return [option.value for option in component.options if option.value in wanted]


def _parse_checkbox(component: Component, raw: object) -> bool:
    if raw in (True, "true", "on", "1"):
        return True
    if raw in (False, "false"):
        return False
    raise ValueRefused("{name}的勾选无法识别，请重新勾选。")


_PARSERS: Final[Mapping[str, Callable[[Component, object], object]]] = {
    "textfield": _parse_text,
    "textarea": _parse_text,
    "number": _parse_number,
    "datetime": _parse_moment,
    "select": _parse_choice,
    "radio": _parse_choice,
    "checklist": _parse_choices,
    "checkbox": _parse_checkbox,
}
