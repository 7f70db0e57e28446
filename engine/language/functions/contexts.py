"""Built-in functions on contexts."""

from __future__ import annotations

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.functions.registry import built_in


@built_in("get value(m: context, key: string)")
def get_value(entries: dict[str, object], key: str) -> object:
    """Return the value of an entry."""
    return entries.get(key)


@built_in("get value(context: context, keys: real list)")
def get_nested_value(entries: dict[str, object], keys: list[object]) -> object:
    """Return the value at the end of a path of keys."""
    value: object = entries
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            raise NoValue
        value = value.get(key)
    return value


@built_in("get entries(m: context)")
def get_entries(entries: dict[str, object]) -> list[dict[str, object]]:
    """Return the entries as a list of key and value."""
    return [{"key": key, "value": value} for key, value in entries.items()]


@built_in("context(entries: list)")
def context(entries: list[object]) -> dict[str, object]:
    """Return the context with these entries of key and value."""
    result: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            raise NoValue
        key = entry["key"]
        if not isinstance(key, str) or key in result:
            raise NoValue
        result[key] = entry["value"]
    return result


@built_in("context put(context: context, key: string, value: any)")
def context_put(budget: Budget, entries: dict[str, object], key: str, value: object) -> dict[str, object]:
    """Return the context with one entry set."""
    budget.spend(len(entries))
    return {**entries, key: value}


@built_in("context put(context: context, keys: real list, value: any)")
def context_put_nested(budget: Budget, entries: dict[str, object], keys: list[object], value: object) -> object:
    """Return the context with one entry set at the end of a path of keys."""
    if not keys or not isinstance(keys[0], str):
        raise NoValue
    budget.spend(len(entries) + len(keys))
    key, rest = keys[0], keys[1:]
    if not rest:
        return {**entries, key: value}
    inner = entries.get(key, {})
    if not isinstance(inner, dict):
        raise NoValue
    return {**entries, key: context_put_nested(budget, inner, rest, value)}


@built_in("context merge(contexts: list)")
def context_merge(budget: Budget, contexts: list[object]) -> dict[str, object]:
    """Return all entries of all contexts; later ones win."""
    merged: dict[str, object] = {}
    for one in contexts:
        if not isinstance(one, dict):
            raise NoValue
        budget.spend(len(one))
        merged.update(one)
    return merged
