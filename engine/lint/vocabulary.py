"""The names that expressions of a folder may use: what kind of value each has, and which answers a choice can give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as XmlNode

from engine.language import FeelError, nodes
from engine.language.nodes import Node
from engine.language.parser import parse_expression
from engine.lint.decision_tables import Table, read_tables
from engine.lint.kind_tables import ANY, BOOLEAN, CONTEXT, DATE, LIST, MOMENT, NULL, NUMBER, STRING, TIME
from engine.lint.kinds import Kinds
from engine.lint.subject import Subject
from engine.runtime.dialects import call_mapping, decision_rule, repetition, script_lines
from engine.runtime.documents import tag
from engine.runtime.values import FACTS
from forms import Component, Form, walk

#: Kind and, for the answers of a choice, the texts that it can be.
Value = tuple[str, frozenset[str] | None]

_FIELDS: Mapping[str, str] = {
    "textfield": STRING,
    "textarea": STRING,
    # Days and instants are kept as ISO texts.
    "datetime": STRING,
    "select": STRING,
    "radio": STRING,
    "number": NUMBER,
    "checkbox": BOOLEAN,
    "checklist": LIST,
    "dynamiclist": LIST,
}
_UNKNOWN: Value = (ANY, None)
#: Scripts that read each other's results settle within a few rounds.
_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Names with what is known of their values."""

    kinds: Mapping[str, str]
    choices: Mapping[str, frozenset[str]]
    #: What people call a name.
    labels: Mapping[str, str] = field(default_factory=dict)

    def within(self, form: Form) -> Vocabulary:
        """Return what the expressions of a form may use: its own fields come first."""
        own = _merged((part.key, _value_of(part)) for part in _deep(form.components) if part.key)
        inherited = {name: self.value(name) for name in self.kinds if name not in own}
        return replace(_vocabulary({**inherited, **own}), labels=self.labels)

    def value(self, name: str) -> Value:
        """Return what is known of a name."""
        return self.kinds.get(name, ANY), self.choices.get(name)


def read_vocabulary(subject: Subject) -> Vocabulary:
    """Collect the names that forms, scripts, decisions and repetitions provide."""
    tables = {key: table for table in read_tables(subject.files) for key in (table.decision_id, table.decision)}
    fixed = [*_of_forms(subject.draft.forms), *_of_steps(subject, tables)]
    scripts = [(name, parsed) for name, feel in _scripts(subject) if (parsed := parse(feel)) is not None]
    found = _vocabulary({**_facts(), **_merged(fixed)})
    for _ in range(_ROUNDS):
        results = [(name, _result_of(node, found)) for name, node in scripts]
        found = _vocabulary({**_facts(), **_merged([*fixed, *results])})
    return replace(found, labels=_labels(subject.draft.forms))


def _labels(forms: Mapping[str, Form]) -> dict[str, str]:
    return {part.key: part.label for form in forms.values() for part in walk(form.components) if part.key}


def parse(feel: str) -> Node | None:
    """Return the parsed expression; None when it is not FEEL, which the reader of the folder reports."""
    try:
        return parse_expression(feel, ())
    except FeelError:
        return None


def _facts() -> dict[str, Value]:
    return {**dict.fromkeys(FACTS, (CONTEXT, None)), "now": (MOMENT, None), "experts": _UNKNOWN}


def _vocabulary(values: Mapping[str, Value]) -> Vocabulary:
    return Vocabulary(
        kinds={name: kind for name, (kind, _) in values.items()},
        choices={name: choices for name, (_, choices) in values.items() if choices is not None},
    )


def _merged(pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    found: dict[str, list[Value]] = {}
    for name, value in pairs:
        if value[0] != NULL:
            found.setdefault(name, []).append(value)
    return {name: _together(values) for name, values in found.items()}


def _together(values: list[Value]) -> Value:
    kinds, choices = {kind for kind, _ in values}, [one for _, one in values if one is not None]
    if len(kinds) > 1:
        return _UNKNOWN
    return kinds.pop(), frozenset[str]().union(*choices) if len(choices) == len(values) else None


def _of_forms(forms: Mapping[str, Form]) -> Iterator[tuple[str, Value]]:
    for form in forms.values():
        for part in walk(form.components):
            if part.key and not (part.is_readonly or part.is_disabled):
                yield part.key, _value_of(part)


def _value_of(part: Component) -> Value:
    kind = _FIELDS.get(part.kind, ANY)
    is_closed = part.kind in {"select", "radio"} and not part.options_key
    return kind, frozenset(option.value for option in part.options) if is_closed else None


def _deep(components: Iterable[Component]) -> Iterator[Component]:
    for part in components:
        yield part
        yield from _deep(part.components)


def _of_steps(subject: Subject, tables: Mapping[str, Table]) -> Iterator[tuple[str, Value]]:
    for level in subject.levels:
        for node in level.nodes.values():
            if repeated := repetition(node):
                yield from ((name, _UNKNOWN) for name in (repeated.item,) if name)
                yield from ((name, (LIST, None)) for name in (repeated.results,) if name)
            if mapping := call_mapping(node):
                yield from ((name, _UNKNOWN) for name, _ in (*mapping.gets, *mapping.gives))
            if tag(node) == "businessRuleTask":
                yield from _answers(node, tables)


def _answers(node: XmlNode, tables: Mapping[str, Table]) -> Iterator[tuple[str, Value]]:
    rule = decision_rule(node)
    table = tables.get(rule.decision)
    if table is None or rule.shape not in {"", "singleEntry"} or not table.gives_one_value:
        yield from ((name, _UNKNOWN) for name in (rule.result,) if name)
        return
    results = _together([_result_of(one, _vocabulary({})) for one in table.results] or [_UNKNOWN])
    yield rule.result or table.outputs[0], results


def _scripts(subject: Subject) -> Iterator[tuple[str, str]]:
    for level in subject.levels:
        for node in level.of("scriptTask"):
            yield from ((name, feel) for _, name, feel in script_lines(node) if name)


def _result_of(node: Node, known: Vocabulary) -> Value:
    """Return what a script keeps: variables are plain JSON, a day becomes its ISO text."""
    if isinstance(node, nodes.Choice):
        return _together([value for value in _branches(node, known) if value[0] != NULL] or [_UNKNOWN])
    if isinstance(node, nodes.Literal) and isinstance(node.value, str):
        return STRING, frozenset({node.value})
    if isinstance(node, nodes.Name):
        return known.value(node.name)
    kind = Kinds(known.kinds).of(node)
    return (STRING if kind in {DATE, MOMENT, TIME} else kind), None


def _branches(node: nodes.Choice, known: Vocabulary) -> list[Value]:
    return [_result_of(node.yes, known), _result_of(node.no, known)]
