"""Names that are read before anything sets them: the value is empty in every case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as XmlNode

from engine.documents import Template, TemplateRefused, read_template
from engine.folders.templates import MAKE_DOCUMENT, place_of
from engine.language import FeelError
from engine.language.analysis import free_names
from engine.lint.branching import condition_of
from engine.lint.courses import Courses, read_courses
from engine.lint.decision_tables import Table, read_tables
from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_at
from engine.lint.vocabulary import Vocabulary, parse
from engine.runtime.decisions import read_model
from engine.runtime.diagram import Level
from engine.runtime.dialects import (
    decision_rule,
    operation,
    parameters,
    placeholders,
    repetition,
    script_lines,
    timer_text,
)
from engine.runtime.documents import tag
from engine.runtime.expressions import local_names
from engine.runtime.moments import is_literal
from engine.runtime.values import FACTS
from forms.components import walk_deep
from forms.expressions import ROW_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Names that one part of an element reads."""

    level: Level
    node: XmlNode
    part: str
    names: frozenset[str]
    #: Whether they are read on leaving the element.
    is_leaving: bool = False


def check_reading(subject: Subject, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield every use of a name on whose ways nothing sets it."""
    tables = read_tables(subject.files)
    courses = read_courses(subject, {key: frozenset(one.outputs) for one in tables for key in _keys(one)})
    known = vocabulary.kinds.keys() - FACTS - (local_names(subject.diagram) if subject.diagram else frozenset())
    for level in subject.levels:
        for name, node in level.nodes.items():
            if courses.is_reached(name):
                for use in _uses(subject, level, node):
                    yield from _unset(courses, use, known)


def _keys(table: Table) -> tuple[str, str]:
    return table.decision_id, table.decision


def _unset(courses: Courses, use: Use, known: frozenset[str] | set[str]) -> Iterator[Finding]:
    name = use.node.get("id") or ""
    provided = courses.behind(name) if use.is_leaving else courses.before(name)
    if provided is not None:
        for missing in sorted((use.names & known) - provided):
            message = (
                f"用到了“{missing}”，但办件走到这里之前，没有哪一步填写或计算过它，值总是空；"
                "请改用前面已有的名称，或把填写它的步骤移到前面。"
            )
            yield found_at("unset_name", use.level, use.node, message, use.part)


def _uses(subject: Subject, level: Level, node: XmlNode) -> Iterator[Use]:
    for part, names, is_leaving in _names_of(subject, level, node):
        if names:
            yield Use(level=level, node=node, part=part, names=names, is_leaving=is_leaving)


def _names_of(subject: Subject, level: Level, node: XmlNode) -> Iterator[tuple[str, frozenset[str], bool]]:
    name = node.get("id") or ""
    for flow in level.outgoing.get(name, ()):
        yield "condition", names_in(condition_of(flow)), True
    for event in (node, *level.boundaries(name)):
        # What a boundary event waits for is computed when its activity begins.
        body = timer_text(event)[1] if event is not node or tag(node) != "boundaryEvent" else ""
        yield "timer", frozenset() if is_literal(body) else names_in(body), False
    yield "script", _script_names(node), False
    yield from (("parameters", names, False) for names in _parameter_names(node))
    yield "document", _template_names(subject.files, node), False
    yield "decision", _decision_names(subject.files, node), False
    if repeated := repetition(node):
        yield "repetition", names_in(repeated.collection) | names_in(repeated.cardinality), False
    if tag(node) == "userTask" and name in subject.draft.forms:
        yield "form", _form_names(subject, name), False


def names_in(feel: str) -> frozenset[str]:
    """Return the names that an expression certainly takes from outside."""
    parsed = parse(feel) if feel else None
    return frozenset() if parsed is None else frozenset(free_names(parsed, frozenset()).certain)


def _script_names(node: XmlNode) -> frozenset[str]:
    found: set[str] = set()
    given: set[str] = set()
    for _, name, feel in script_lines(node):
        found |= names_in(feel) - given
        given.add(name)
    return frozenset(found)


def _parameter_names(node: XmlNode) -> Iterator[frozenset[str]]:
    for _, value in parameters(node) if operation(node) else ():
        texts = [value[1:].strip()] if value.startswith("=") else placeholders(value)
        yield from map(names_in, texts)


def _template_names(files: Mapping[str, bytes], node: XmlNode) -> frozenset[str]:
    given = dict(parameters(node)) if operation(node) == MAKE_DOCUMENT else {}
    template = template_of(files, given.get("template", "").strip())
    return frozenset(name for name, _ in template.names) - given.keys() if template else frozenset()


def template_of(files: Mapping[str, bytes], name: str) -> Template | None:
    """Return a template of the folder; None when it is not there or cannot be used, which its reader reports."""
    if place_of(name) not in files or not name:
        return None
    try:
        return read_template(files[place_of(name)], name)
    except TemplateRefused:
        return None


def _decision_names(files: Mapping[str, bytes], node: XmlNode) -> frozenset[str]:
    asked = decision_rule(node).decision if tag(node) == "businessRuleTask" else ""
    for file, content in files.items() if asked else ():
        if file.startswith("decisions/") and file.endswith(".dmn"):
            try:
                model = read_model(content)
            except FeelError:  # reported by the reader of the folder
                continue
            if asked in model.labels:
                return model.inputs
    return frozenset()


def _form_names(subject: Subject, name: str) -> frozenset[str]:
    form = subject.draft.forms[name]
    own = {name for part in walk_deep(form.components) for name in (part.key, part.id)}
    return form.expression_names - own - ROW_NAMES
