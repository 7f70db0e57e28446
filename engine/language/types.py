"""The types of FEEL: what `instance of` asks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.language.nodes import TypeName
from engine.language.scope import TypeCheck
from engine.language.temporal import MIDNIGHT_UTC, Date, DateTime, DaysTime, Time, YearsMonths
from engine.language.values import Function, Range, is_function

SIMPLE_TYPES: Mapping[str, type] = {
    "string": str,
    "number": Decimal,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "years and months duration": YearsMonths,
    "year month duration": YearsMonths,
    "days and time duration": DaysTime,
    "day time duration": DaysTime,
}


def is_instance(value: object, wanted: TypeName, is_of_type: TypeCheck) -> bool:
    """Tell whether a value is of a type; null is only of type Null."""
    if value is None:
        return wanted.name == "Null"
    kind = SIMPLE_TYPES.get(wanted.name)
    if kind is not None:
        return type(value) is kind
    if wanted.name in ("Any", "Null"):
        return wanted.name == "Any"
    match wanted.name:
        case "list":
            return isinstance(value, list) and _all_fit(value, wanted, is_of_type)
        case "range":
            return isinstance(value, Range) and _all_fit([value.low, value.high], wanted, is_of_type)
        case "context":
            return isinstance(value, dict) and _entries_fit(value, wanted, is_of_type)
        case "function":
            return is_function(value) and _function_fits(value, wanted)
    return is_of_type(value, wanted.name)


def _all_fit(values: list[object], wanted: TypeName, is_of_type: TypeCheck) -> bool:
    if not wanted.inner:
        return True
    skips_null = wanted.name == "range"
    return all((skips_null and value is None) or is_instance(value, wanted.inner[0], is_of_type) for value in values)


def _entries_fit(value: dict[str, object], wanted: TypeName, is_of_type: TypeCheck) -> bool:
    return all(
        key in value and (value[key] is None or is_instance(value[key], kind, is_of_type))
        for key, kind in zip(wanted.entries, wanted.inner, strict=True)
    )


def _function_fits(value: Function, wanted: TypeName) -> bool:
    if not wanted.is_detailed:
        return True
    return value.takes(len(wanted.inner))


def fitted(value: object, wanted: TypeName, is_of_type: TypeCheck) -> object:
    """Return the value as one of the wanted type, null when it is not.

    A list of one stands for its entry and an entry for the list of it; a date stands for its midnight in UTC.
    """
    if value is None or is_instance(value, wanted, is_of_type):
        return value
    candidates: list[object] = [[value]]
    if isinstance(value, list):
        candidates = value if len(value) == 1 else []
    elif isinstance(value, Date):
        candidates.append(DateTime(value, MIDNIGHT_UTC))
    return next((one for one in candidates if one is not None and is_instance(one, wanted, is_of_type)), None)
