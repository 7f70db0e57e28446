"""Example answers: a form filled in so that its owner sees how it looks when somebody has used it."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from forms.codes import uscc_check_character
from forms.components import Component, Form, walk
from forms.expressions import number_to_json

_TEXT: Final = "示例文字"
_LONG_TEXT: Final = "示例文字：写明情况、依据和结论。"
_EMAIL: Final = "example@example.com"
_PHONE: Final = "13800000000"
_CODE_BODY: Final = "11000000000000000"
#: A code whose check character is right, of an office that does not exist.
_CODES: Final = {"uscc": _CODE_BODY + uscc_check_character(_CODE_BODY)}
_NINE_O_CLOCK: Final = time(9, 0)


def make_sample(form: Form, today: date) -> dict[str, Any]:
    """Return a plausible answer for everything that can be filled in; lists get their fewest rows, at least one.

    Patterns and rules are the owner's own sentences: an answer here need not satisfy them.

    Args:
        form: the form.
        today: the day that dates are given.
    """
    return {part.key: _sample(part, today) for part in form.fields if part.is_answer or part.kind == "dynamiclist"}


def _sample(part: Component, today: date) -> Any:
    match part.kind:
        case "dynamiclist":
            rows = max(part.min_rows, 1)
            row = {inner.key: _sample(inner, today) for inner in walk(part.components) if inner.is_answer}
            return [dict(row) for _ in range(min(rows, part.max_rows))]
        case "number":
            return _sample_number(part)
        case "datetime":
            return _sample_day(part, today)
        case "select" | "radio":
            return part.options[0].value if part.options else None
        case "checklist":
            return [part.options[0].value] if part.options else []
        case "checkbox":
            return True
    return _sample_text(part)


def _sample_number(part: Component) -> int | float | None:
    low, high = part.limits.minimum, part.limits.maximum
    number = Decimal(12) if low is None else max(low, Decimal(1))
    return number_to_json(number if high is None else min(number, high))


def _sample_day(part: Component, today: date) -> str:
    if part.subtype == "time":
        return _NINE_O_CLOCK.isoformat(timespec="minutes")
    if part.subtype == "datetime":
        return datetime.combine(today, _NINE_O_CLOCK).isoformat(timespec="minutes")
    return today.isoformat()


def _sample_text(part: Component) -> str:
    kinds = {"email": _EMAIL, "phone": _PHONE}
    text = _CODES.get(part.limits.check) or kinds.get(part.limits.validation_type) or _TEXT
    if part.kind == "textarea":
        text = _LONG_TEXT
    least, most = part.limits.min_length or 0, part.limits.max_length
    text = text * (-(-least // len(text))) if least > len(text) else text
    return text if most is None else text[:most]
