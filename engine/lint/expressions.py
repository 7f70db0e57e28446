"""Expressions that can never give what is wanted of them: kinds that do not fit, answers that no choice offers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.language import FeelError
from engine.language.nodes import Node
from engine.language.parser import parse_expression
from engine.language.wording import quoted
from engine.lint.findings import Finding
from engine.lint.kind_tables import BOOLEAN, CONTEXT, LIST, NUMBER, WORDS
from engine.lint.kinds import Kinds
from engine.lint.subject import Subject, found_at, found_in
from engine.lint.vocabulary import Vocabulary, parse
from engine.runtime.expressions import local_names, texts_of
from engine.runtime.moments import is_literal
from forms import Form
from forms.components import walk_deep
from forms.expressions import ROW_NAMES

#: What an expression is for, in the words of the runtime -> the part of the element.
PARTS: Mapping[str, str] = {
    "条件": "condition",
    "条件事件": "condition",
    "定时": "timer",
    "脚本": "script",
    "参数": "parameters",
    "变量映射": "mapping",
    "多实例": "repetition",
}
_CONDITIONS = frozenset({"条件", "条件事件"})
_NO_TIMES = frozenset({NUMBER, BOOLEAN, LIST, CONTEXT})
#: The expressions of a component, and whether each must be true or false.
_OF_COMPONENTS: Mapping[str, tuple[str, bool]] = {
    "hide": ("隐藏条件", True),
    "readonly": ("只读条件", True),
    "when": ("必交条件", True),
    "rule": ("校验规则", True),
    "value": ("计算式", False),
    "minimum": ("最小值", False),
    "maximum": ("最大值", False),
    "min_length": ("最少字数", False),
    "max_length": ("最多字数", False),
}


def check_expressions(subject: Subject, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what is wrong with the kinds of values in diagrams and forms."""
    local = local_names(subject.diagram) if subject.diagram else frozenset[str]()
    for level in subject.levels:
        for node, what, feel in texts_of(level):
            parsed = parse(feel)
            if parsed is not None:
                for fault in _faults(parsed, what, kinds_of(vocabulary, local)):
                    message = f"{what}{quoted(feel)}：{fault}"
                    yield found_at("types", level, node, message, PARTS[what])
    for form in subject.draft.forms.values():
        yield from _of_form(form, vocabulary.within(form))


def kinds_of(vocabulary: Vocabulary, local: Collection[str] = ()) -> Kinds:
    """Return what tells the kinds of expressions; names in `local` may be anything."""
    return Kinds(vocabulary.kinds, vocabulary.choices, vocabulary.labels).without(set(local))


def _faults(parsed: Node, what: str, kinds: Kinds) -> list[str]:
    if what in _CONDITIONS:
        kinds.boolean(parsed)
    else:
        kind = kinds.of(parsed)
        if what == "定时" and kind in _NO_TIMES:
            kinds.faults.append(f"得出的是{WORDS[kind]}，不是日期、时间或时长，到时不知道何时触发。")
    return list(dict.fromkeys(kinds.faults))


def _of_form(form: Form, vocabulary: Vocabulary) -> Iterator[Finding]:
    for part in walk_deep(form.components):
        for attribute, (label, is_boolean) in _OF_COMPONENTS.items():
            expression = getattr(part.expressions, attribute)
            if expression is None or is_literal(expression.text):
                continue
            for fault in _form_faults(expression.text, is_boolean, vocabulary):
                message = f"{label}{quoted(expression.text)}：{fault}"
                yield found_in("types", f"forms/{form.key}.form", part.id or part.key, message, part.label)


def _form_faults(text: str, is_boolean: bool, vocabulary: Vocabulary) -> list[str]:
    try:
        parsed = parse_expression(text, vocabulary.kinds.keys() | ROW_NAMES)
    except FeelError:  # reported by the reader of the form
        return []
    kinds = kinds_of(vocabulary, ROW_NAMES)
    if is_boolean:
        kinds.boolean(parsed)
    else:
        kinds.of(parsed)
    return list(dict.fromkeys(kinds.faults))
