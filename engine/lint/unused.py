"""What is in the folder and changes nothing: answers that nobody uses, files that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.folders.diagrams import Place
from engine.folders.templates import MAKE_DOCUMENT, place_of
from engine.lint.findings import Finding
from engine.lint.reading import template_of
from engine.lint.subject import Subject, found_in
from engine.runtime.decisions import read_decisions
from engine.runtime.dialects import decision_rule
from engine.runtime.documents import Problems, tag
from forms import Component, Form, walk

#: Answers that are asked for because something follows from them.
_CHOICES = frozenset({"radio", "checkbox"})
_TEMPLATES = (".docx", ".xlsx")


def check_unused(subject: Subject) -> Iterator[Finding]:
    """Yield what could be left out, or was meant to be used."""
    used = _names_used(subject)
    for form in subject.draft.forms.values():
        yield from _check_form(form, used)
    yield from _check_templates(subject)
    yield from _check_decisions(subject)
    yield from _check_diagrams(subject)


def _names_used(subject: Subject) -> frozenset[str]:
    definition = subject.draft.definition
    names = set(definition.variable_names) if definition else set()
    for form in subject.draft.forms.values():
        names |= form.expression_names
        names |= {part.options_key for part in walk(form.components)}
        names |= {part.key for part in walk(form.components) if part.is_readonly or part.is_disabled}
    for rule in subject.draft.procedure.batches.values() if subject.draft.procedure else ():
        names |= rule.rows.names if rule.rows else frozenset()
    for place in subject.places:
        template = template_of(subject.files, _template(place))
        names |= {name for name, _ in template.names} if template else set()
    return frozenset(names)


def _template(place: Place) -> str:
    return place.parameters.get("template", "").strip() if place.operation == MAKE_DOCUMENT else ""


def _check_form(form: Form, used: frozenset[str]) -> Iterator[Finding]:
    file, fields = f"forms/{form.key}.form", [part for part in walk(form.components) if part.is_answer and part.key]
    for part in fields:
        if part.key not in used and _is_decision(part):
            message = f"没有条件用到“{part.label or part.key}”，怎样选办件都一样走；如只供查阅，不必处理。"
            yield found_in("answer_unused", file, part.id or part.key, message, part.label)
    if fields and not any(part.key in used for part in fields):
        message = "表单里没有一项被流程图、其他表单或文书用到；如只供查阅，不必处理。"
        yield found_in("form_unused", file, "", message, form.title)


def _is_decision(part: Component) -> bool:
    return part.kind in _CHOICES and part.is_required and len(part.options) != 1


def _check_templates(subject: Subject) -> Iterator[Finding]:
    named = {place_of(_template(place)) for place in subject.places}
    procedure = subject.draft.procedure
    listed = {reference.file for reference in procedure.documents} if procedure else set()
    listed |= {place_of(rule.sheet) for rule in procedure.batches.values()} if procedure else set()
    for file in sorted(subject.files):
        if file.startswith("documents/") and file.endswith(_TEMPLATES) and file not in named | listed:
            message = "没有步骤用这个文书模板；请在“制发文书”的步骤里写上它，或删除。"
            yield found_in("template_unused", file, "", message)


def _check_decisions(subject: Subject) -> Iterator[Finding]:
    asked = {
        decision_rule(node).decision
        for level in subject.levels
        for node in level.nodes.values()
        if tag(node) == "businessRuleTask"
    }
    decisions = read_decisions(subject.files, Problems())
    for file, content in sorted(subject.files.items()):
        own = {name for name, dmn in decisions.items() if dmn is content}
        if own and not own & asked and subject.levels:
            message = "没有步骤问这个文件里的决策；请在业务规则任务里选择它，或删除文件。"
            yield found_in("decision_unused", file, "", message)


def _check_diagrams(subject: Subject) -> Iterator[Finding]:
    used = {level.file for level in subject.levels}
    for file in sorted(subject.files):
        if file.endswith(".bpmn") and used and file not in used:
            message = "没有步骤调用这张流程图，它不会运行；请在调用活动里选择它，或删除文件。"
            yield found_in("diagram_unused", file, "", message)
