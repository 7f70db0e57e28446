"""Names across files: what expressions name must be what somebody provides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.errors import Problem
from engine.folders.diagrams import Place
from engine.runtime import Definition
from engine.runtime.expressions import FACTS
from forms import Component, Form
from forms.expressions import ROW_NAMES


def kept_names(
    definition: Definition, forms: Mapping[str, Form], asked_for: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the form fields whose values become case variables; results that instances give are among them.

    These are the fields that a diagram names, that another form or a template of a document names (`asked_for`), or
    that several forms ask for under the same name, so that the later form begins with what the earlier one said.
    """
    fields = Counter(name for form in forms.values() for name in form.field_names)
    named = definition.variable_names.union(asked_for, *(_foreign_names(form) for form in forms.values()))
    results = {element.result for element in definition.elements.values()}
    return frozenset(name for name, forms_with_it in fields.items() if name in named | results or forms_with_it > 1)


def fact_names(
    definition: Definition, forms: Mapping[str, Form], asked_for: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the facts of the engine that some expression of the diagram, of a form or of a template names."""
    return FACTS & definition.variable_names.union(asked_for, *(_foreign_names(form) for form in forms.values()))


def check_names(definition: Definition, places: Iterable[Place], forms: Mapping[str, Form]) -> Iterator[Problem]:
    """Yield every use of a name that no form field, script or fact provides; it would be null for ever."""
    places = tuple(places)
    provided = FACTS.union(*(place.sets for place in places), *(form.field_names for form in forms.values()))
    for name in sorted(definition.variable_names - provided):
        for place in [place for place in places if place.names(name)]:
            yield Problem(
                file=place.file,
                element=place.id,
                name=place.name,
                message=f"用到了“{name}”，但没有表单字段、脚本或系统事实提供它，请改正名称或在表单里加上。",
                line=place.line,
            )
    for form in forms.values():
        for name in sorted(_foreign_names(form) - provided):
            message = f"表达式用到了“{name}”，但没有表单字段、脚本或系统事实提供它，请改正名称。"
            yield Problem(file=f"forms/{form.key}.form", element=name, message=message)


def expression_texts(form: Form) -> Iterator[str]:
    """Yield every expression of a form."""
    for part in _parts(form.components):
        yield from (expression.text for expression in part.expressions.all())


def _foreign_names(form: Form) -> frozenset[str]:
    """Return the names a form takes from outside itself."""
    own = {name for part in _parts(form.components) for name in (part.key, part.id)}
    options = {part.options_key for part in _parts(form.components) if part.options_key}
    return (form.expression_names | options) - own - ROW_NAMES


def _parts(components: Iterable[Component]) -> Iterator[Component]:
    for part in components:
        yield part
        yield from _parts(part.components)
