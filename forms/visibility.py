"""What a form shows at this moment: conditions, options, limits, rows and computed values, evaluated.

Conditions are FEEL over the context and over what is filled in. Hiding one field takes its value away from the
conditions of others, so the evaluation is repeated until nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from forms.attributes import make_options
from forms.components import ROW_CAP, CompiledExpression, Component, Form, Limits, walk
from forms.errors import ValueRefused
from forms.expressions import Scope, evaluate, to_exact, to_json
from forms.texts import is_blank
from forms.values import parse_value

#: Conditions that still change each other after so many rounds contradict each other; the last state stands.
_ROUNDS: Final = 8


def visible(form: Form, raw: Mapping[str, Any], context: Mapping[str, object]) -> tuple[Component, ...]:
    """Return the components that are shown now, each with its options, limits, rows and computed value filled in.

    Args:
        form: the form.
        raw: what is filled in so far, typed or cleaned; names that are no fields are ignored.
        context: what the expressions may name besides the fields; also the values of read-only fields.
    """
    if form.constant is not None:
        return form.constant
    asked = form.outer_names
    names = {key: to_exact(value) for key, value in context.items() if asked is None or key in asked}
    return _show_scope(form.components, raw, Scope(names=names))


def read_rows(raw: object) -> tuple[Mapping[str, Any], ...]:
    """Return the rows of a list as posted; what is no row counts as an empty one."""
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return ()
    return tuple(row if isinstance(row, Mapping) else {} for row in raw[: ROW_CAP + 1])


def _show_scope(components: tuple[Component, ...], raw: Mapping[str, Any], outer: Scope) -> tuple[Component, ...]:
    scope, hidden = _settle(components, raw, outer)
    return _show(components, raw, scope, hidden)


def _settle(components: tuple[Component, ...], raw: Mapping[str, Any], outer: Scope) -> tuple[Scope, frozenset[str]]:
    """Return what one scope names and which of its components are hidden, once these agree with each other."""
    conditions = [(part.id, part.expressions.hide) for part in walk(components) if part.expressions.hide]
    hidden: frozenset[str] = frozenset()
    for _ in range(_ROUNDS):
        scope = _name_values(components, raw, outer, hidden)
        found = frozenset(name for name, hide in conditions if evaluate(hide, scope.names) is True)
        if found == hidden:
            break
        hidden = found
    return _name_values(components, raw, outer, hidden) if found != hidden else scope, hidden


def _name_values(
    components: tuple[Component, ...], raw: Mapping[str, Any], outer: Scope, hidden: frozenset[str]
) -> Scope:
    """Return the scope in which every field has a name: hidden, blank and unreadable ones are null.

    Answers come first, then lists, then computed values, so that each may name the ones before it.
    """
    names = {**outer.names, **{part.key: None for part in walk(components) if part.key}}
    shown = _shown(components, hidden)
    for part in shown:
        if part.kind not in ("dynamiclist", "expression"):
            names[part.key] = _value_of(part, raw, outer.names)
    for part in shown:
        if part.kind == "dynamiclist":
            names[part.key] = _list_of(part, raw, names)
    for part in shown:
        if part.kind == "expression" and part.expressions.value is not None:
            names[part.key] = evaluate(part.expressions.value, names)
    return Scope(names=names)


def _shown(components: tuple[Component, ...], hidden: frozenset[str]) -> list[Component]:
    found = []
    for part in components:
        if part.id in hidden:
            continue
        if part.kind == "group":
            found += _shown(part.components, hidden)
        elif part.key and part.kind != "filepicker":
            found.append(part)
    return found


def _value_of(part: Component, raw: Mapping[str, Any], known: Mapping[str, object]) -> object:
    if not part.is_answer or _is_true(part.expressions.readonly, known):
        return known.get(part.key)
    return _read_answer(_with_options(part, known), raw.get(part.key))


def _list_of(part: Component, raw: Mapping[str, Any], names: Mapping[str, object]) -> list[dict[str, object]]:
    keys = [inner.key for inner in walk(part.components) if inner.key]
    values = []
    for index, row in enumerate(read_rows(raw.get(part.key))):
        scope, _ = _settle(part.components, row, Scope(names=names).row(index))
        values.append({key: scope.names[key] for key in keys})
    return values


def _read_answer(part: Component, raw: object) -> object:
    if is_blank(raw):
        return False if part.kind == "checkbox" else None
    try:
        return to_exact(parse_value(part, raw))
    except ValueRefused:
        return None


def _show(
    components: tuple[Component, ...], raw: Mapping[str, Any], names: Scope, hidden: frozenset[str]
) -> tuple[Component, ...]:
    shown = []
    for part in components:
        if part.id in hidden or part.kind == "button":
            continue
        if part.kind == "group":
            shown.append(replace(part, components=_show(part.components, raw, names, hidden)))
        else:
            shown.append(part if part.is_constant else _fill_in(part, raw, names))
    return tuple(shown)


def _fill_in(part: Component, raw: Mapping[str, Any], scope: Scope) -> Component:
    """Return the component with everything evaluated."""
    names = scope.names
    given = part.expressions
    if part.kind == "dynamiclist":
        return replace(part, rows=_show_rows(part, raw, scope), violation=_violation(part, names))
    if part.kind == "table":
        return replace(part, cells=_read_cells(part, names))
    if part.kind == "expression":
        return replace(part, computed=to_json(names.get(part.key)))
    if part.kind == "filepicker":
        return _fill_material(part, names)
    is_readonly = part.is_readonly or _is_true(given.readonly, names)
    return replace(
        _with_options(part, names),
        is_readonly=is_readonly,
        computed=to_json(names.get(part.key)) if is_readonly else None,
        limits=_fill_limits(part, names),
        violation="" if is_readonly else _violation(part, names),
    )


def _fill_material(part: Component, names: Mapping[str, object]) -> Component:
    given, material, is_required = part.expressions, part.material, part.is_required
    if given.minimum is not None:
        material = replace(material, minimum=_whole(given.minimum, names, None) or 0)
        is_required = material.minimum > 0
    if given.when is not None:
        is_required = is_required and evaluate(given.when, names) is True
    return replace(part, material=material, is_required=is_required)


def _violation(part: Component, names: Mapping[str, object]) -> str:
    """Return what to say of a value that breaks its rule; a rule without an answer counts as broken."""
    rule, value = part.expressions.rule, names.get(part.key)
    if rule is None or value in (None, []) or evaluate(rule, names) is True:
        return ""
    return part.rule_message


def _is_true(expression: CompiledExpression | None, names: Mapping[str, object]) -> bool:
    return expression is not None and evaluate(expression, names) is True


def _show_rows(part: Component, raw: Mapping[str, Any], scope: Scope) -> tuple[tuple[Component, ...], ...]:
    rows = enumerate(read_rows(raw.get(part.key)))
    return tuple(_show_scope(part.components, row, scope.row(index)) for index, row in rows)


def _read_cells(part: Component, names: Mapping[str, object]) -> tuple[tuple[str, ...], ...]:
    rows = None if part.expressions.value is None else evaluate(part.expressions.value, names)
    if not isinstance(rows, list | tuple):
        return ()
    return tuple(
        tuple(show_text(row.get(key)) for key, _ in part.headings) for row in rows[:ROW_CAP] if isinstance(row, Mapping)
    )


def show_text(value: object) -> str:
    """Return a value as it is shown in a cell."""
    plain = to_json(value)
    if isinstance(plain, bool):
        return "是" if plain else "否"
    if isinstance(plain, list):
        return "、".join(show_text(item) for item in plain)
    return "" if plain is None else str(plain)


def _with_options(part: Component, names: Mapping[str, object]) -> Component:
    if not part.options_key:
        return part
    try:
        return replace(part, options=make_options(to_json(names.get(part.options_key)) or []))
    except ValueRefused:
        return replace(part, options=())


def _fill_limits(part: Component, names: Mapping[str, object]) -> Limits:
    given, limits = part.expressions, part.limits
    if not any((given.minimum, given.maximum, given.min_length, given.max_length)):
        return limits
    return replace(
        limits,
        minimum=_number(given.minimum, names, limits.minimum),
        maximum=_number(given.maximum, names, limits.maximum),
        min_length=_whole(given.min_length, names, limits.min_length),
        max_length=_whole(given.max_length, names, limits.max_length),
    )


def _number(
    expression: CompiledExpression | None, names: Mapping[str, object], fixed: Decimal | None
) -> Decimal | None:
    if expression is None:
        return fixed
    value = evaluate(expression, names)
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number else None  # type: ignore[arg-type]


def _whole(expression: CompiledExpression | None, names: Mapping[str, object], fixed: int | None) -> int | None:
    value = _number(expression, names, None if fixed is None else Decimal(fixed))
    return None if value is None else int(value)
