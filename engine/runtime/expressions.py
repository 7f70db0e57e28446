"""Every expression of a diagram, compiled once. Conditions, timers, scripts, parameters and repetitions are FEEL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as XmlNode

from engine.language import Expression, FeelError, compile_expression
from engine.language.wording import quoted
from engine.runtime.diagram import Diagram, Level
from engine.runtime.dialects import (
    call_mapping,
    condition_text,
    declared_names,
    expression_text,
    operation,
    parameters,
    placeholders,
    repetition,
    script_lines,
    timer_text,
)
from engine.runtime.documents import Problems, child, tag, text
from engine.runtime.moments import is_literal
from engine.runtime.repetition import COUNTER, COUNTS
from engine.runtime.values import FACTS

#: Words of other languages that FEEL would take for the names of variables.
_FOREIGN_WORDS = {
    "True": "true",
    "TRUE": "true",
    "False": "false",
    "FALSE": "false",
    "None": "null",
    "Null": "null",
    "NULL": "null",
}


@dataclass(slots=True)
class Expressions:
    """Compiled expressions by text."""

    compiled: dict[str, Expression] = field(default_factory=dict)

    def __getitem__(self, feel: str) -> Expression:
        """Return the compiled expression.

        Raises:
            FeelError: it cannot be compiled.
        """
        if feel not in self.compiled:
            self.compiled[feel] = compile_expression(feel)
        return self.compiled[feel]

    def timer(self, value: str) -> str | Expression:
        """Return the body of a timer: ISO text as it is, anything else compiled."""
        return value if is_literal(value) else self[value]

    def parameter(self, value: str) -> str | Expression:
        """Return a parameter: compiled when it begins with `=`, otherwise literal text."""
        return self[value[1:].strip()] if value.startswith("=") else value

    def names(self, local: frozenset[str]) -> frozenset[str]:
        """Return the free names of all expressions, without those that exist only inside an instance.

        A name inside a filter may be an entry of the filtered items; it is returned all the same.
        """
        found = (expression.names | expression.possible_names for expression in self.compiled.values())
        return frozenset[str]().union(*found) - local


def local_names(diagram: Diagram) -> frozenset[str]:
    """Return the names that exist only inside an instance of a repeated activity."""
    found = {COUNTER, *COUNTS}
    for _, node in diagram.nodes():
        if repeated := repetition(node):
            found.update(name for name in (repeated.item, repeated.result) if name)
    return frozenset(found)


def check_expressions(diagram: Diagram, expressions: Expressions, problems: Problems) -> None:
    """Compile everything; each fault is reported with its element."""
    for level in diagram.levels:
        for place, what, feel in texts_of(level):
            try:
                fault = _always_null(expressions[feel])
            except FeelError as error:
                fault = f"不是有效的 FEEL 表达式：{error.message}"
            if fault:
                problems.add(level.file, place, f"{what}{quoted(feel)}{fault}")
        for node in level.of("scriptTask"):
            _check_script(level, node, problems)


def _always_null(expression: Expression) -> str:
    """Return why a part of an expression would be null in every case, or ""; variables are data, never functions."""
    if expression.called:
        name = min(expression.called)
        return f"用到了 FEEL 没有的函数{quoted(name)}，结果总是空；请改用 FEEL 的写法。"
    foreign = _FOREIGN_WORDS.keys() & expression.names
    return "".join(f"中的{quoted(word)}在 FEEL 中应写成 {_FOREIGN_WORDS[word]}。" for word in sorted(foreign)[:1])


def texts_of(level: Level) -> Iterator[tuple[XmlNode, str, str]]:
    """Yield every expression of a level with its element or flow and a word for what it is."""
    if tag(level.node) == "process":
        yield from ((level.node, "变量映射", name) for name in declared_names(level.node, "dataInput", "dataOutput"))
    for flow in level.flows:
        if feel := expression_text(text(child(flow, "conditionExpression"))):
            yield flow, "条件", feel
    for node in level.nodes.values():
        _, moment = timer_text(node)
        if moment and not is_literal(moment):
            yield node, "定时", moment
        if tag(node) == "scriptTask":
            yield from ((node, "脚本", feel) for _, _, feel in script_lines(node) if feel)
        if operation(node):
            yield from ((node, "参数", feel) for feel in _parameter_expressions(node))
        yield from _of_events_and_scopes(node)


def _of_events_and_scopes(node: XmlNode) -> Iterator[tuple[XmlNode, str, str]]:
    if condition := condition_text(node):
        yield node, "条件事件", condition
    if mapping := call_mapping(node):
        yield from ((node, "变量映射", feel) for _, feel in (*mapping.gets, *mapping.gives) if feel)
    if repeated := repetition(node):
        feels = (repeated.collection, repeated.cardinality, repeated.condition)
        yield from ((node, "多实例", feel) for feel in feels if feel)


def _parameter_expressions(node: XmlNode) -> Iterator[str]:
    for _, value in parameters(node):
        if value.startswith("="):
            yield value[1:].strip()
        else:
            yield from placeholders(value)


def _check_script(level: Level, node: XmlNode, problems: Problems) -> None:
    lines = script_lines(node)
    if not lines:
        problems.add(level.file, node, "脚本任务没有内容；请写成“变量名 = FEEL 表达式”，每行一条。")
    for line, name, _ in lines:
        if not name:
            problems.add(level.file, node, f"脚本中的{quoted(line)}不是“变量名 = FEEL 表达式”；不支持其他语言的脚本。")
        elif name in FACTS:
            problems.add(level.file, node, f"{quoted(name)}由系统提供，脚本不能给它赋值，请换一个变量名。")
