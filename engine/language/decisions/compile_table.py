"""Compiling decision tables: which rules hit, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.language.budget import Budget
from engine.language.compiler import compiled, compiles
from engine.language.decisions.boxed_nodes import DecisionTable, OutputClause, Rule
from engine.language.errors import FeelError
from engine.language.functions import BUILTINS
from engine.language.scope import Run, Scope
from engine.language.types import fitted
from engine.language.values import equal

#: Rules that one sentence names at most.
_NAMED = 8
_AGGREGATES = {"SUM": "sum", "MIN": "min", "MAX": "max"}


class TableContradiction(FeelError):
    """Rules hit together that must not."""


@dataclass(frozen=True, slots=True)
class _Output:
    """A compiled output column."""

    name: str
    default: Run | None
    ranking: Run | None

    def rank(self, value: object, scope: Scope) -> int:
        """Return the place of a value among the allowed values; the last place when it is not one of them."""
        ranking = self.ranking(scope) if self.ranking is not None else None
        values = ranking if isinstance(ranking, list) else []
        return next((place for place, one in enumerate(values) if equal(one, value, scope.budget) is True), len(values))


@dataclass(frozen=True, slots=True)
class _Row:
    """A compiled rule."""

    tests: tuple[Run | None, ...]
    results: tuple[Run, ...]

    def hits(self, inputs: Sequence[Scope]) -> bool:
        """Tell whether every input passes its cell."""
        return all(test is None or test(scope) is True for test, scope in zip(self.tests, inputs, strict=True))


@dataclass(frozen=True, slots=True)
class _Hits:
    """The results of the rules that hit, in the order of the table: one tuple of outputs each."""

    #: Numbers of the rules, counted from one.
    rows: list[int]
    results: list[tuple[object, ...]]
    outputs: tuple[_Output, ...]
    scope: Scope

    def value(self, result: tuple[object, ...]) -> object:
        """Return one result: the value of the only output, or a context of all."""
        if len(self.outputs) == 1:
            return result[0]
        return {output.name: value for output, value in zip(self.outputs, result, strict=True)}

    def all(self) -> list[object]:
        """Return all results."""
        return [self.value(result) for result in self.results]

    def ranked(self) -> list[object]:
        """Return all results, the most important first."""

        def rank(result: tuple[object, ...]) -> list[int]:
            pairs = zip(self.outputs, result, strict=True)
            return [output.rank(value, self.scope) for output, value in pairs]

        return [self.value(result) for result in sorted(self.results, key=rank)]

    def contradict(self, problem: str) -> object:
        """Say null, or in a strict evaluation that the table is wrong.

        Raises:
            TableContradiction: the evaluation is strict.
        """
        if self.scope.is_strict:
            rows = "、".join(str(row) for row in self.rows[:_NAMED]) + (" 等" if len(self.rows) > _NAMED else "")
            raise TableContradiction(f"决策表第 {rows} 行同时命中，{problem}；请修改这些行的条件。")
        return None


def _unique(hits: _Hits) -> object:
    return hits.value(hits.results[0]) if len(hits.results) == 1 else hits.contradict("而命中策略只允许一行（UNIQUE）")


def _any(hits: _Hits) -> object:
    first, *others = hits.all()
    is_agreed = all(equal(other, first, hits.scope.budget) is True for other in others)
    return first if is_agreed else hits.contradict("结果却不相同，而命中策略要求相同（ANY）")


_POLICIES: Mapping[str, Callable[[_Hits], object]] = {
    "UNIQUE": _unique,
    "FIRST": lambda hits: hits.value(hits.results[0]),
    "ANY": _any,
    "PRIORITY": lambda hits: hits.ranked()[0],
    "OUTPUT ORDER": lambda hits: hits.ranked(),
    "RULE ORDER": lambda hits: hits.all(),
    "COLLECT": lambda hits: hits.all(),
}


def _collected(values: list[object], aggregation: str, budget: Budget) -> object:
    """Aggregate the results of a COLLECT table."""
    if aggregation == "COUNT":
        return Decimal(len(values))
    return BUILTINS[_AGGREGATES[aggregation]].invoke([values], None, budget)


@compiles(DecisionTable)
def _table(node: DecisionTable) -> Run:
    expressions = [compiled(clause.expression) for clause in node.inputs]
    allowed = [compiled(clause.allowed) if clause.allowed is not None else None for clause in node.inputs]
    outputs = tuple(_output(clause) for clause in node.outputs)
    rows = [_row(rule) for rule in node.rules]
    policy = _POLICIES[node.hit_policy]
    nothing = _without_hits(node.hit_policy, node.aggregation, outputs)

    def run(scope: Scope) -> object:
        inputs = [scope.child({"?": expression(scope)}) for expression in expressions]
        if any(_is_refused(test, one) for test, one in zip(allowed, inputs, strict=True)):
            return None
        scope.budget.spend(len(rows))
        found = [number for number, row in enumerate(rows) if row.hits(inputs)]
        if not found:
            return nothing(scope)
        results = [tuple(result(scope) for result in rows[number].results) for number in found]
        hits = _Hits([number + 1 for number in found], results, outputs, scope)
        return _collected(hits.all(), node.aggregation, scope.budget) if node.aggregation else policy(hits)

    return run


def _is_refused(test: Run | None, scope: Scope) -> bool:
    """Tell whether an input is not one of its allowed values; an unknown input is judged by the rules."""
    return test is not None and scope["?"] is not None and test(scope) is not True


def _output(clause: OutputClause) -> _Output:
    default = compiled(clause.default) if clause.default is not None else None
    wanted = clause.type
    fitted_default: Run | None = default
    if default is not None and wanted is not None:
        run, kind = default, wanted
        fitted_default = lambda scope: fitted(run(scope), kind, scope.types.accepts)  # noqa: E731
    return _Output(clause.name, fitted_default, compiled(clause.ranking) if clause.ranking is not None else None)


def _row(rule: Rule) -> _Row:
    tests = tuple(compiled(cell) if cell.tests else None for cell in rule.tests)
    return _Row(tests, tuple(compiled(result) for result in rule.results))


def _without_hits(policy: str, aggregation: str, outputs: tuple[_Output, ...]) -> Run:
    """Compile what the table says when no rule hits."""
    if any(output.default is not None for output in outputs):

        def defaults(scope: Scope) -> object:
            values = tuple(output.default(scope) if output.default is not None else None for output in outputs)
            return _Hits([], [], outputs, scope).value(values)

        return defaults
    if aggregation == "COUNT":
        return lambda scope: Decimal(0)
    if policy == "COLLECT" and not aggregation:
        return lambda scope: []
    return lambda scope: None
