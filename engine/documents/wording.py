"""How a value is written in an official document (GB/T 9704-2012: Arabic dates without leading zeros)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from engine.clock import local

#: What stands in a document where a value is missing, so that nobody overlooks it.
MISSING = "〔未填〕"
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: Characters that no XML file can hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEEPEST = 8


def write_value(value: object, depth: int = 0) -> str:
    """Return the words for a value; one that is missing says so."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        moment = local(value)
        return f"{write_day(moment.date())}{moment:%H:%M}"
    if isinstance(value, date):
        return write_day(value)
    if isinstance(value, Decimal | int | float):
        return _write_number(Decimal(str(value)))
    if isinstance(value, Mapping | list | tuple):
        return _write_many(value, depth) if depth < _DEEPEST else MISSING
    return _write_text("" if value is None else str(value))


def write_day(day: date) -> str:
    """Return a day as `2023年11月5日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def _write_number(number: Decimal) -> str:
    if not number.is_finite():
        return MISSING
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_many(value: Mapping[object, object] | list[object] | tuple[object, ...], depth: int) -> str:
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{write_value(entry, depth + 1)}" for key, entry in value.items()) or MISSING
    return "、".join(write_value(entry, depth + 1) for entry in value) or MISSING


def _write_text(text: str) -> str:
    clean = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if match := _ISO_DAY.fullmatch(clean):
        year, month, day = (int(part) for part in match.groups())
        return f"{year}年{month}月{day}日"
    return clean or MISSING
