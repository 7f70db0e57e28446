"""The border to the expression language, which this package is handed and does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from forms.components import CompiledExpression, CompileExpression
from forms.errors import ValueRefused

#: Names that rows give to their surroundings, see `forms.visibility`.
ROW_NAMES: Final = frozenset({"parent", "i"})
#: Facts that the engine gives to every expression; a field of this name would hide them.
FACT_NAMES: Final = frozenset({"now", "applicant", "round", "windows", "deadlines"})


def compile_text(compile_expression: CompileExpression, text: str, names: frozenset[str]) -> CompiledExpression:
    """Compile one expression, with or without its leading "=".

    Raises:
        ValueRefused: the language does not accept it; says why and where.
    """
    source = text.strip().removeprefix("=").strip()
    if not source:
        raise ValueRefused("表达式是空的。")
    # The language's own error class is unknown here; its errors are known by the sentence they carry.
    try:
        return compile_expression(source, names | ROW_NAMES)
    except Exception as error:
        message = getattr(error, "message", None)
        if message is None:
            raise
        place = getattr(error, "position", None)
        where = "" if place is None else f"（第 {place + 1} 个字符处）"
        raise ValueRefused(f"表达式“{source[:80]}”有误{where}：{message}") from error


def evaluate(expression: CompiledExpression, context: Mapping[str, object]) -> object:
    """Return the expression's value, or None when it has none for this context, as FEEL itself does."""
    try:
        return expression.evaluate(context)
    except Exception as error:
        if getattr(error, "message", None) is None:
            raise
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the expressions of one place may name."""

    names: Mapping[str, object]

    def row(self, index: int) -> Scope:
        """Return the scope around a row of a list: what is outside is also `parent`, and its number is `i`."""
        return Scope(names={**self.names, "parent": self.names, "i": Decimal(index + 1)})


def to_exact(value: object) -> object:
    """Return a value out of JSON as the expression language wants it: every number a `Decimal`, exactly as written.

    A submission holds integers as `int` and other numbers as `float` of at most 15 significant digits, whose shortest
    decimal form is the number that was typed.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: to_exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_exact(item) for item in value]
    return value


def to_json(value: object) -> object:
    """Return the value of an expression as something JSON can hold; numbers as `to_exact` describes."""
    if isinstance(value, Decimal):
        return number_to_json(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def number_to_json(number: Decimal) -> int | float | None:
    """Return an exact number as `int` when it is whole and else as `float`; None when it is not finite."""
    if not number.is_finite():
        return None
    return int(number) if number == number.to_integral_value() else float(number)
