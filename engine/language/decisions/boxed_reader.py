"""From the XML of a boxed expression to nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml.etree import _Element as Element

from engine.language import nodes
from engine.language.decisions.boxed_nodes import (
    BoxedContext,
    DecisionTable,
    Fitted,
    InputClause,
    OutputClause,
    Rule,
    Truth,
)
from engine.language.errors import FeelSyntaxError
from engine.language.parser import parse_expression, parse_unary_tests
from engine.language.wording import quoted

_NULL = nodes.Literal(0, None)
_ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "OUTPUT ORDER", "RULE ORDER", "COLLECT"})
_AGGREGATIONS = {"C+": "SUM", "C<": "MIN", "C>": "MAX", "C#": "COUNT"}


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements with one of these names."""
    return (child for child in element if local_name(child) in names)


def child(element: Element, *names: str) -> Element | None:
    """Return the first child element with one of these names."""
    return next(children(element, *names), None)


def type_name(text: str | None) -> nodes.TypeName | None:
    """Return the type that a `typeRef` names."""
    name = (text or "").strip()
    prefix, _, rest = name.partition(":")
    name = rest or prefix
    return nodes.TypeName(_ALIASES.get(name, name)) if name else None


def inner_text(element: Element | None) -> str:
    """Return what stands in the `text` child."""
    text = child(element, "text") if element is not None else None
    return (text.text or "").strip() if text is not None else ""


class BoxedReader:
    """Reads the expressions of one model; `names` are all names that the model declares."""

    def __init__(self, names: frozenset[str]) -> None:
        """Know the names."""
        self._names = names
        self._readers: dict[str, Callable[[Element], nodes.Node]] = {
            "literalExpression": self._literal,
            "context": self._context,
            "invocation": self._invocation,
            "functionDefinition": self.function,
            "encapsulatedLogic": self.function,
            "relation": self._relation,
            "list": self._list,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._loop,
            "some": self._loop,
            "every": self._loop,
            "decisionTable": self._table,
        }

    def expression(self, parent: Element | None) -> nodes.Node:
        """Read the boxed expression inside an element; null when there is none.

        Raises:
            FeelSyntaxError: a text is not FEEL; the sentence quotes it.
        """
        element = child(parent, *self._readers) if parent is not None else None
        return self.read(element) if element is not None else _NULL

    def read(self, element: Element) -> nodes.Node:
        """Read a boxed expression."""
        body = self._readers[local_name(element)](element)
        return Fitted(0, body, type_name(element.get("typeRef")))

    def text(self, text: str) -> nodes.Node:
        """Read FEEL; nothing is null."""
        if not text.strip():
            return _NULL
        try:
            return parse_expression(text, self._names)
        except FeelSyntaxError as error:
            raise _quoted(text, error) from error

    def tests(self, text: str) -> nodes.UnaryTests:
        """Read unary tests; nothing accepts everything."""
        try:
            return parse_unary_tests(text.strip() or "-", self._names)
        except FeelSyntaxError as error:
            raise _quoted(text, error) from error

    def _literal(self, element: Element) -> nodes.Node:
        return self.text(inner_text(element))

    def _context(self, element: Element) -> nodes.Node:
        entries: list[tuple[str, nodes.Node]] = []
        result: nodes.Node | None = None
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            value = self.expression(entry)
            if variable is None:
                result = value
            else:
                entries.append((variable.get("name", ""), Fitted(0, value, type_name(variable.get("typeRef")))))
        return BoxedContext(0, tuple(entries), result)

    def _invocation(self, element: Element) -> nodes.Node:
        arguments = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            if parameter is not None:
                arguments.append((parameter.get("name", ""), self.expression(binding)))
        return nodes.Call(0, self.expression(element), (), tuple(arguments))

    def function(self, element: Element) -> nodes.Node:
        """Read a function definition; one in another language than FEEL has no body."""
        parameters = tuple(
            (parameter.get("name", ""), type_name(parameter.get("typeRef")))
            for parameter in children(element, "formalParameter")
        )
        is_foreign = element.get("kind", "FEEL") != "FEEL"
        return nodes.Definition(0, parameters, None if is_foreign else self.expression(element))

    def _relation(self, element: Element) -> nodes.Node:
        columns = [column.get("name", "") for column in children(element, "column")]
        rows = []
        for row in children(element, "row"):
            cells = [self.read(cell) for cell in children(row, *self._readers)]
            rows.append(nodes.ContextLiteral(0, tuple(zip(columns, cells, strict=False))))
        return nodes.ListLiteral(0, tuple(rows))

    def _list(self, element: Element) -> nodes.Node:
        return nodes.ListLiteral(0, tuple(self.read(entry) for entry in children(element, *self._readers)))

    def _conditional(self, element: Element) -> nodes.Node:
        condition, yes, no = (self.expression(child(element, name)) for name in ("if", "then", "else"))
        return nodes.Choice(0, Truth(0, condition), yes, no)

    def _filter(self, element: Element) -> nodes.Node:
        condition = self.expression(child(element, "match"))
        return nodes.Filter(0, self.expression(child(element, "in")), Truth(0, condition))

    def _loop(self, element: Element) -> nodes.Node:
        kind = local_name(element)
        source = self.expression(child(element, "in"))
        body = self.expression(child(element, "return", "satisfies"))
        iterator = nodes.Iterator(0, element.get("iteratorVariable", ""), source, None)
        return nodes.Loop(0, kind, (iterator,), body if kind == "for" else Truth(0, body))

    def _table(self, element: Element) -> nodes.Node:
        inputs = tuple(self._input(clause) for clause in children(element, "input"))
        outputs = tuple(self._output(clause) for clause in children(element, "output"))
        rules = tuple(
            self._rule(rule, number, len(inputs), outputs) for number, rule in enumerate(children(element, "rule"), 1)
        )
        return DecisionTable(0, inputs, outputs, rules, *_policy(element))

    def _input(self, clause: Element) -> InputClause:
        expression = child(clause, "inputExpression")
        kind = type_name(expression.get("typeRef")) if expression is not None else None
        value = Fitted(0, self.text(inner_text(expression)), kind)
        allowed = inner_text(child(clause, "inputValues"))
        return InputClause(0, value, self.tests(allowed) if allowed else None)

    def _output(self, clause: Element) -> OutputClause:
        values = inner_text(child(clause, "outputValues"))
        default = inner_text(child(clause, "defaultOutputEntry"))
        return OutputClause(
            0,
            clause.get("name", ""),
            type_name(clause.get("typeRef")),
            self.text(f"[{values}]") if values else None,
            self.text(default) if default else None,
        )

    def _rule(self, rule: Element, number: int, width: int, outputs: tuple[OutputClause, ...]) -> Rule:
        tests, entries = ([*children(rule, name)] for name in ("inputEntry", "outputEntry"))
        if (len(tests), len(entries)) != (width, len(outputs)):
            raise FeelSyntaxError(f"决策表第 {number} 行的格数与列数不一致。", 0)
        results = tuple(
            Fitted(0, self.text(inner_text(entry)), output.type) for entry, output in zip(entries, outputs, strict=True)
        )
        return Rule(0, tuple(self.tests(inner_text(entry)) for entry in tests), results)


def _policy(table: Element) -> tuple[str, str]:
    """Return the hit policy of a table and how it aggregates.

    Raises:
        FeelSyntaxError: DMN has no such policy or aggregation, or a policy of one rule shall aggregate several.
    """
    policy = table.get("hitPolicy", "UNIQUE")
    aggregation = table.get("aggregation") or _AGGREGATIONS.get(policy, "")
    policy = "COLLECT" if policy in _AGGREGATIONS else policy
    if policy not in _POLICIES:
        raise FeelSyntaxError(f"不认识命中策略{quoted(policy)}。", 0)
    if aggregation and (policy != "COLLECT" or aggregation not in _AGGREGATIONS.values()):
        raise FeelSyntaxError(f"命中策略 {policy} 不能用{quoted(aggregation)}汇总。", 0)
    return policy, aggregation


def _quoted(text: str, error: FeelSyntaxError) -> FeelSyntaxError:
    return FeelSyntaxError(f"{quoted(text)}第 {error.position + 1} 个字符处：{error.message}", error.position)
