"""A field's new name, followed through its folder: forms, diagrams, decisions, rules, scenarios, templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.documents import TemplateRefused, read_template, reword_template
from engine.errors import BadRequest
from engine.folders import procedure as procedure_file
from engine.folders.fields.forms import rename_in_form
from engine.folders.fields.found import Found
from engine.folders.fields.markup import rename_in_diagram, rename_in_tables
from engine.folders.fields.scope import Scope, fields_of, row_fields_of, scope_of, step_of
from engine.folders.fields.settings import rename_in_procedure, rename_in_scenarios
from engine.folders.fields.words import Renamed
from engine.folders.renaming import Renaming
from engine.folders.templates import MAKE_DOCUMENT, OWN_PARAMETERS, place_of
from engine.language import FeelError
from engine.runtime.dialects import decision_rule
from engine.runtime.documents import Problems, read_documents, tag
from forms.expressions import FACT_NAMES, ROW_NAMES

_NAME = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRenaming:
    """What a field's new name brings with it."""

    #: Changing this form only, because others give the variable its value, too; or everything, when there are none.
    alone: Renaming
    #: Changing everybody who gives it its value as well; None when there are no others.
    together: Renaming | None
    #: Who else gives the variable its value, as Chinese sentences.
    others: tuple[str, ...]


def rename_field(files: Mapping[str, bytes], form: str, old: str, new: str) -> FieldRenaming:
    """Return what becomes of a folder when a field of a form gets another name.

    Args:
        files: the folder.
        form: path of the form.
        old: name that the field has; it is not one of a list's rows.
        new: name that it gets.

    Raises:
        BadRequest: the name cannot be one or the form has it already, the form does not have the field, or a file
            cannot be changed safely.
    """
    scope = scope_of(files, form)
    _refuse(scope, form, old, new)
    others = tuple(_others(scope, form, old))
    everything = _Following(files, scope, form, (old, new)).everywhere()
    if not others:
        return FieldRenaming(alone=everything, together=None, others=())
    alone = _Following(files, scope, form, (old, new)).in_form_only(everything)
    return FieldRenaming(alone=alone, together=everything, others=others)


def _refuse(scope: Scope, form: str, old: str, new: str) -> None:
    if not _NAME.fullmatch(new):
        raise BadRequest("名称由字母、数字、下划线组成，以字母开头。")
    if new in FACT_NAMES | ROW_NAMES:
        raise BadRequest(f"“{new}”由系统提供，请换一个名称。")
    names = [name for name, _ in fields_of(scope.forms.get(form, {}))]
    if old not in names:
        raise BadRequest(f"这张表单里没有名称为“{old}”的项目，请刷新页面再改。")
    if new in names:
        raise BadRequest(f"这张表单里已有名称为“{new}”的项目，请换一个名称。")


def _others(scope: Scope, form: str, name: str) -> Iterator[str]:
    """Yield a sentence for everybody else who gives the variable its value."""
    for path, read in scope.forms.items():
        if path != form and (labels := [label for one, label in fields_of(read) if one == name]):
            yield f"{path} 里的“{labels[0] or name}”"
    for place in scope.here():
        if name in place.sets:
            yield f"{place.file} 里的“{place.name or place.id}”算出 {name}"


@dataclass(slots=True)
class _Following:
    """Goes through a folder once, and notes what becomes of it."""

    files: Mapping[str, bytes]
    scope: Scope
    form: str
    words: tuple[str, str]
    changed: dict[str, bytes | None] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def renamed(self) -> Renamed:
        rows = [row_fields_of(read) for read in self.scope.forms.values()]
        return Renamed(*self.words, is_row_name=any(self.words[0] in names for names in rows))

    def everywhere(self) -> Renaming:
        """Rename the variable in everything that names it."""
        old, new = self.words
        self._form(self.form)
        asked = {step_of(path) for path, read in self.scope.forms.items() if old in dict(fields_of(read))}
        for path in self.scope.forms:
            if path != self.form:
                self._form(path)
        self._diagrams()
        self._tables()
        self._procedure()
        self._scenarios(asked)
        self._templates()
        self.left += [f"{one}：改名以后与它是同一个变量" for one in _others(self.scope, self.form, new)]
        return self._renaming()

    def in_form_only(self, everything: Renaming) -> Renaming:
        """Rename the field of this form only; what others name stays theirs."""
        self._form(self.form)
        self._scenarios({step_of(self.form)})
        own = set(self.changes)
        self.left += [
            one for one in everything.changes if one not in own and one.partition("：")[0] not in self.changed
        ]
        self.left += [f"{one}：改名以后与它是同一个变量" for one in _others(self.scope, self.form, self.words[1])]
        return self._renaming()

    def _renaming(self) -> Renaming:
        return Renaming(files=self.changed, changes=tuple(self.changes), left=tuple(self.left))

    def _note(self, path: str, content: bytes, found: Found, what: str) -> None:
        changes, left = found.sentences(path, what)
        self.changes += changes
        self.left += left
        if content != self.files[path]:
            self.changed[path] = content

    def _form(self, path: str) -> None:
        is_asked = self.words[0] in dict(fields_of(self.scope.forms[path]))
        content, found = rename_in_form(self.files[path], self.renamed, is_asked=is_asked)
        self._note(path, content, found, "的名称和条件")

    def _diagrams(self) -> None:
        into = {call: file in self.scope.diagrams for call, file in self.scope.calls.items()}
        for path in sorted(path for path in self.files if path.endswith(".bpmn")):
            is_here = path in self.scope.diagrams
            content, found = rename_in_diagram(self.files[path], self.renamed, is_here=is_here, into=into)
            self._note(path, content, found, "的条件、脚本和参数")

    def _tables(self) -> None:
        asked, others = _decisions(self.files, self.scope)
        for path in sorted(path for path in self.files if path.endswith(".dmn")):
            names = _named_in(self.files[path])
            content, found = rename_in_tables(self.files[path], self.renamed)
            if names & asked and not names & others:
                self._note(path, content, found, "的输入和规则")
            elif names & asked and found.changed:
                self.left.append(f"{path}：别的流程图也用它，里面的 {self.words[0]} 没有改")

    def _procedure(self) -> None:
        path = procedure_file.FILE
        if path in self.files:
            content, found = rename_in_procedure(self.files[path], self.renamed)
            self._note(path, content, found, "批量办理和泳道里的名称")

    def _scenarios(self, steps: set[str]) -> None:
        for path, content, found in rename_in_scenarios(self.files, self.renamed, steps):
            self._note(path, content, found, "填写的值")

    def _templates(self) -> None:
        here = {name for place in self.scope.here() if (name := _template(place.operation, place.parameters))}
        calls = [place for place in self.scope.places if _template(place.operation, place.parameters) in here]
        for name in sorted(here):
            using = [place for place in calls if place.parameters["template"].strip() == name]
            is_given = any(self.words[0] in place.parameters.keys() - OWN_PARAMETERS for place in using)
            is_shared = any(place.file not in self.scope.diagrams for place in using)
            if not is_given and place_of(name) in self.files:
                self._template(place_of(name), is_shared=is_shared)

    def _template(self, path: str, *, is_shared: bool) -> None:
        old, new = self.words
        content = self.files[path]
        try:
            named = {name for name, _ in read_template(content, path).names}
            if old not in named:
                return
            changed, count = reword_template(content, old, new, self.renamed.in_feel)
        except (TemplateRefused, FeelError, ValueError):
            changed, count = content, 0
        if count and not is_shared:
            self.changed[path] = changed
            self.changes.append(f"{path}：文书模板的占位符，{count} 处")
        else:
            self.left.append(f"文书模板 {path} 用到了 {old}，没有改，请用办公软件修改")


def _template(operation: str, parameters: Mapping[str, str]) -> str:
    return parameters.get("template", "").strip() if operation == MAKE_DOCUMENT else ""


def _decisions(files: Mapping[str, bytes], scope: Scope) -> tuple[set[str], set[str]]:
    """Return the decisions that the diagrams ask, and those that the other diagrams ask, by id or name."""
    asked: tuple[set[str], set[str]] = (set(), set())
    for document in read_documents(files, Problems()):
        for process in document.processes():
            for node in process.iterdescendants():
                if tag(node) == "businessRuleTask":
                    asked[document.file not in scope.diagrams].add(decision_rule(node).decision)
    return asked


def _named_in(content: bytes) -> set[str]:
    """Return ids and names of the decisions of a file."""
    found = re.findall(rb"<(?:\w+:)?decision(?:Service)?\b[^>]*>", content)
    return {value.decode() for one in found for value in re.findall(rb'\b(?:id|name)\s*=\s*"([^"]*)"', one)}
