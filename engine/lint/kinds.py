"""Of what kind the value of an expression is, as far as that can be told, and operations that can never succeed.

FEEL does not complain about `"3" > 2`; it answers null, and a condition is silently never true. So it is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.language import Budget, nodes
from engine.language.analysis import CLOCK_FUNCTIONS, children
from engine.language.functions import BUILTINS
from engine.language.nodes import Node
from engine.language.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from engine.lint.kind_tables import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DURATION,
    FACT_PATHS,
    LIST,
    MOMENT,
    NULL,
    NUMBER,
    OUTCOMES,
    PARTS,
    RESULTS,
    STRING,
    TEMPORAL,
    TIME,
    UNKNOWN,
    UNORDERED,
    WORDS,
    described,
    incalculable,
    incomparable,
    path_of,
)


@dataclass(slots=True)
class Kinds:
    """Tells the kinds of one expression after the other; what cannot succeed is collected."""

    #: By name; a name that is missing may be anything.
    names: Mapping[str, str]
    #: By name: the only texts that it can be, for the answers of choices.
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: By name: what people call it.
    labels: Mapping[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def of(self, node: Node) -> str:
        """Return the kind of a node's value, or `any`."""
        visitor = _VISITORS.get(type(node))
        if visitor is None:
            for child in children(node):
                self.of(child)
            return ANY
        return visitor(self, node)

    def without(self, names: set[str]) -> Kinds:
        """Return the same with names that mean something local, and the same list of faults."""
        kept = {name: kind for name, kind in self.names.items() if name not in names}
        return Kinds(
            kept, {name: one for name, one in self.choices.items() if name not in names}, self.labels, self.faults
        )

    def compare(self, left: Node, right: Node, *, is_ordered: bool = False) -> None:
        """Note a comparison that can never hold."""
        kinds = self.of(left), self.of(right)
        if not UNKNOWN.isdisjoint(kinds):
            return
        if kinds[0] != kinds[1]:
            self.faults.append(incomparable(left, right, kinds))
        elif is_ordered and kinds[0] in UNORDERED:
            self.faults.append(f"{described(left, kinds[0])}是{WORDS[kinds[0]]}，不能比较大小。")
        self._check_choice(left, right)
        self._check_choice(right, left)

    def _check_choice(self, left: Node, right: Node) -> None:
        if not isinstance(left, nodes.Name) or left.name not in self.choices:
            return
        known = self.choices[left.name]
        if isinstance(right, nodes.Literal) and isinstance(right.value, str) and right.value not in known:
            listing = "、".join(sorted(known)) or "没有"
            called = self.labels.get(left.name, "")
            name = f"“{called}”（{left.name}）" if called else f"“{left.name}”"
            self.faults.append(f"“{right.value}”不是{name}的选项（有：{listing}），这里永远不会相等。")

    def boolean(self, node: Node) -> None:
        """Note an operand that should be true or false and never is."""
        kind = self.of(node)
        if kind not in (BOOLEAN, *UNKNOWN):
            self.faults.append(f"{described(node, kind)}是{WORDS[kind]}，这里要的是“是或否”，例如一个比较。")


_VALUES: Mapping[type, str] = {
    Decimal: NUMBER,
    str: STRING,
    Date: DATE,
    Time: TIME,
    DateTime: MOMENT,
    DaysTime: DURATION,
    YearsMonths: DURATION,
}


def _literal(kinds: Kinds, node: nodes.Literal) -> str:
    return _kind_of(node.value)


def _kind_of(value: object) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    found = _VALUES.get(type(value))
    return found or ANY


def _name(kinds: Kinds, node: nodes.Name) -> str:
    return kinds.names.get(node.name, ANY)


def _path(kinds: Kinds, node: nodes.Path) -> str:
    source, path = kinds.of(node.source), path_of(node)
    root = path.partition(".")[0]
    if root in kinds.names and root == "windows" and node.name in {"opens_at", "closes_at"}:
        return MOMENT
    if root in kinds.names and root == "deadlines":
        return MOMENT if path.count(".") == 1 else ANY
    if source in TEMPORAL:
        return PARTS.get(node.name, ANY)
    return FACT_PATHS.get(path, ANY) if root in kinds.names else ANY


def _comparison(kinds: Kinds, node: nodes.Comparison) -> str:
    kinds.compare(node.left, node.right, is_ordered=node.sign not in {"=", "!="})
    return BOOLEAN


def _between(kinds: Kinds, node: nodes.Between) -> str:
    kinds.compare(node.value, node.low, is_ordered=True)
    kinds.compare(node.value, node.high, is_ordered=True)
    return BOOLEAN


def _membership(kinds: Kinds, node: nodes.Membership) -> str:
    kinds.of(node.value)
    for test in node.tests:
        check_test(kinds, node.value, test)
    return BOOLEAN


def check_test(kinds: Kinds, value: Node, test: nodes.Test) -> None:
    """Note a test that a value can never pass."""
    operand = test.operand
    if test.sign:
        kinds.compare(value, operand, is_ordered=test.sign not in {"=", "!="})
    elif isinstance(operand, nodes.RangeLiteral):
        kinds.compare(value, operand.low, is_ordered=True)
        kinds.compare(value, operand.high, is_ordered=True)
    elif isinstance(operand, nodes.ListLiteral):
        for entry in operand.entries:
            kinds.compare(value, entry)
    elif isinstance(operand, nodes.Literal | nodes.Negation) and kinds.of(value) != LIST:
        kinds.compare(value, operand)
    else:
        kinds.of(operand)


def _conjunction(kinds: Kinds, node: nodes.Conjunction) -> str:
    for operand in node.operands:
        kinds.boolean(operand)
    return BOOLEAN


def _choice(kinds: Kinds, node: nodes.Choice) -> str:
    kinds.boolean(node.condition)
    found = {kinds.of(node.yes), kinds.of(node.no)} - {NULL}
    return found.pop() if len(found) == 1 else ANY


def _negation(kinds: Kinds, node: nodes.Negation) -> str:
    kind = kinds.of(node.operand)
    if kind not in (NUMBER, DURATION, *UNKNOWN):
        kinds.faults.append(f"{described(node.operand, kind)}是{WORDS[kind]}，前面不能加负号。")
    return kind


def _arithmetic(kinds: Kinds, node: nodes.Arithmetic) -> str:
    result, left = kinds.of(node.first), node.first
    for sign, operand in node.rest:
        kind = kinds.of(operand)
        pair = (result, kind)
        if not UNKNOWN.isdisjoint(pair):
            # A time on one side decides nothing: the other may be a time or a length.
            result = ANY
        elif (outcome := OUTCOMES.get(sign, {}).get(pair)) is not None:
            result = outcome
        else:
            kinds.faults.append(incalculable(sign, (left, operand), pair))
            return ANY
        left = operand
    return result


def _call(kinds: Kinds, node: nodes.Call) -> str:
    for argument in (*node.positional, *(value for _, value in node.named)):
        kinds.of(argument)
    if not isinstance(node.function, nodes.Name) or node.function.name in kinds.names:
        return ANY
    name, given = node.function.name, len(node.positional)
    if name in BUILTINS and not node.named and not (name in CLOCK_FUNCTIONS and not given):
        counts = _counts(name)
        if given not in counts:
            wanted = "、".join(str(count) for count in sorted(counts)[:4])
            kinds.faults.append(f"函数 {name} 要 {wanted} 个参数，这里给了 {given} 个，结果总是空。")
    if name == "not" and given == 1:
        kinds.boolean(node.positional[0])
    if name == "date" and given == 1 and isinstance(node.positional[0], nodes.Literal):
        _check_date(kinds, node.positional[0])
    return RESULTS.get(name, ANY)


def _check_date(kinds: Kinds, node: nodes.Literal) -> None:
    value = BUILTINS["date"].invoke([node.value], None, Budget())
    if value is None:
        kinds.faults.append(f"“{node.value}”不是日历上的日期，请写成“2026-11-15”的样子。")


def _counts(name: str) -> range | set[int]:
    found: set[int] = set()
    for signature in BUILTINS[name].signatures:
        parameters = signature.parameters
        if parameters and parameters[-1].is_variadic:
            return range(len(parameters) - 1, 1000)
        least = sum(not parameter.is_optional for parameter in parameters)
        found.update(range(least, len(parameters) + 1))
    return found


def _loop(kinds: Kinds, node: nodes.Loop) -> str:
    inner = kinds.without({iterator.name for iterator in node.iterators} | {"partial"})
    for iterator in node.iterators:
        inner.of(iterator.source)
    inner.of(node.body)
    return LIST if node.kind == "for" else BOOLEAN


def _filter(kinds: Kinds, node: nodes.Filter) -> str:
    kinds.of(node.source)
    return ANY


def _context(kinds: Kinds, node: nodes.ContextLiteral) -> str:
    inner = kinds.without({name for name, _ in node.entries})
    for _, value in node.entries:
        inner.of(value)
    return CONTEXT


def _list(kinds: Kinds, node: nodes.ListLiteral) -> str:
    for entry in node.entries:
        kinds.of(entry)
    return LIST


_VISITORS: Mapping[type[Node], Callable[[Kinds, Any], str]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Comparison: _comparison,
    nodes.Between: _between,
    nodes.Membership: _membership,
    nodes.Conjunction: _conjunction,
    nodes.Choice: _choice,
    nodes.Negation: _negation,
    nodes.Arithmetic: _arithmetic,
    nodes.Call: _call,
    nodes.Loop: _loop,
    nodes.Filter: _filter,
    nodes.ContextLiteral: _context,
    nodes.ListLiteral: _list,
}
