"""Compiling paths, filters, calls, functions, loops, lists and contexts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.language import nodes
from engine.language.analysis import CLOCK_FUNCTIONS, mentions
from engine.language.budget import Budget
from engine.language.compiler import compiled, compiles
from engine.language.errors import NoValue
from engine.language.functions import BUILTINS
from engine.language.numbers import whole
from engine.language.properties import property_of
from engine.language.scope import Run, Scope
from engine.language.sequences import iterated, spanned
from engine.language.temporal import DAY, Date, DateTime
from engine.language.types import fitted
from engine.language.values import Function, Range, is_function

#: Seconds of Asia/Shanghai ahead of UTC.
_LOCAL_OFFSET = 8 * 3600


@compiles(nodes.Path)
def _path(node: nodes.Path) -> Run:
    source, name = compiled(node.source), node.name

    def run(scope: Scope) -> object:
        value = source(scope)
        if type(value) is dict:
            return value.get(name)
        try:
            return property_of(value, name, scope.budget)
        except NoValue:
            return None

    return run


@compiles(nodes.Filter)
def _filter(node: nodes.Filter) -> Run:
    source, condition = compiled(node.source), compiled(node.condition)

    def run(scope: Scope) -> object:
        entries = source(scope)
        if entries is None:
            return None
        return filtered(entries if isinstance(entries, list) else [entries], condition, scope)

    return run


def filtered(entries: list[object], condition: Run, scope: Scope) -> object:
    """Return the entries for which the condition is true, or the one entry whose position the condition is."""
    kept: list[object] = []
    for entry in entries or [None]:
        scope.budget.spend()
        entry_scope = scope.child(entry if isinstance(entry, dict) else {})
        if not isinstance(entry, dict) or "item" not in entry:
            entry_scope["item"] = entry
        answer = condition(entry_scope)
        if isinstance(answer, Decimal):
            return _entry_at(entries, answer)
        if answer is True and entries:
            kept.append(entry)
    return kept


def _entry_at(entries: list[object], position: Decimal) -> object:
    try:
        place = whole(position)
    except NoValue:
        return None
    if place == 0 or abs(place) > len(entries):
        return None
    return entries[place - 1 if place > 0 else place]


@compiles(nodes.Call)
def _call(node: nodes.Call) -> Run:
    positional = [compiled(argument) for argument in node.positional]
    named = {name: compiled(argument) for name, argument in node.named}
    function = compiled(node.function)
    called_name = node.function.name if isinstance(node.function, nodes.Name) else ""
    if called_name in CLOCK_FUNCTIONS and not positional and not named:
        return _clock_reading(called_name, function)
    built_in = BUILTINS.get(called_name)

    def run(scope: Scope) -> object:
        callee = function(scope)
        arguments = [argument(scope) for argument in positional]
        by_name = {name: argument(scope) for name, argument in named.items()} if named else None
        if isinstance(callee, Range) and len(arguments) == 1:
            return callee.contains(arguments[0])
        if not is_function(callee):
            # A variable called `count` or `date` must not hide the function where a function is wanted.
            callee = built_in
        return callee.invoke(arguments, by_name, scope.budget) if callee is not None else None

    return run


def _clock_reading(name: str, own: Run) -> Run:
    """Compile `now()` and `today()`: the variable `now` is the moment; the day is the one in Asia/Shanghai."""

    def run(scope: Scope) -> object:
        callee = own(scope)
        if is_function(callee):
            return callee.invoke([], None, scope.budget)
        moment = scope["now"]
        if not isinstance(moment, DateTime):
            return None
        return moment if name == "now" else _local_day(moment)

    return run


def _local_day(moment: DateTime) -> Date:
    """Return the day that an official's calendar shows at that moment."""
    instant = moment.instant + (_LOCAL_OFFSET if moment.is_zoned else 0)
    return Date.from_days(math.floor(instant / DAY))


@dataclass(frozen=True, slots=True, eq=False)
class Lambda(Function):
    """A function defined in FEEL, with the scope it was defined in."""

    parameters: tuple[str, ...]
    types: tuple[nodes.TypeName | None, ...]
    body: Run
    scope: Scope

    def takes(self, count: int) -> bool:
        """Tell whether the function has that many parameters."""
        return len(self.parameters) == count

    def invoke(self, positional: Sequence[object], named: Mapping[str, object] | None, budget: Budget) -> object:
        """Run the body with the arguments; null when they do not fit the parameters."""
        if named is not None:
            if not named.keys() <= set(self.parameters):
                return None
            positional = [named.get(name) for name in self.parameters]
        if len(positional) != len(self.parameters):
            return None
        arguments: dict[str, object] = {}
        for name, wanted, value in zip(self.parameters, self.types, positional, strict=True):
            arguments[name] = value if wanted is None else fitted(value, wanted, self.scope.types.accepts)
            if arguments[name] is None and value is not None:
                return None
        budget.enter()
        try:
            return self.body(self.scope.child(arguments))
        finally:
            budget.leave()


@compiles(nodes.Definition)
def _definition(node: nodes.Definition) -> Run:
    if node.body is None:
        return lambda scope: None
    parameters = tuple(name for name, _ in node.parameters)
    types = tuple(wanted for _, wanted in node.parameters)
    body = compiled(node.body)
    return lambda scope: Lambda(parameters, types, body, scope)


@dataclass(frozen=True, slots=True)
class _Iterator:
    """A compiled iterator of a loop."""

    name: str
    source: Run
    end: Run | None

    def values(self, scope: Scope) -> Iterator[object]:
        """Return what the variable stands for, one after the other."""
        source = self.source(scope)
        if self.end is not None:
            return spanned(source, self.end(scope), scope.budget)
        return iterated(source, scope.budget)


def _bindings(iterators: Sequence[_Iterator], scope: Scope) -> Iterator[Scope]:
    """Yield one scope for each combination of the loop variables."""
    if not iterators:
        scope.budget.spend()
        yield scope
        return
    for value in iterators[0].values(scope):
        yield from _bindings(iterators[1:], scope.child({iterators[0].name: value}))


@compiles(nodes.Loop)
def _loop(node: nodes.Loop) -> Run:
    iterators = [
        _Iterator(one.name, compiled(one.source), compiled(one.end) if one.end is not None else None)
        for one in node.iterators
    ]
    body = compiled(node.body)
    if node.kind == "for":
        return _for(iterators, body, needs_partial=mentions(node.body, "partial"))
    return _quantified(iterators, body, deciding=node.kind == "some")


def _for(iterators: Sequence[_Iterator], body: Run, *, needs_partial: bool) -> Run:
    def run(scope: Scope) -> object:
        results: list[object] = []
        try:
            for inner in _bindings(iterators, scope):
                if needs_partial:
                    scope.budget.items(len(results))
                    inner["partial"] = list(results)
                results.append(body(inner))
        except NoValue:
            return None
        scope.budget.items(len(results))
        return results

    return run


def _quantified(iterators: Sequence[_Iterator], body: Run, *, deciding: bool) -> Run:
    def run(scope: Scope) -> bool | None:
        answer: bool | None = not deciding
        try:
            for inner in _bindings(iterators, scope):
                truth = body(inner)
                if truth is deciding:
                    return deciding
                if not isinstance(truth, bool):
                    answer = None
        except NoValue:
            return None
        return answer

    return run


@compiles(nodes.ListLiteral)
def _list(node: nodes.ListLiteral) -> Run:
    entries = [compiled(entry) for entry in node.entries]
    return lambda scope: [entry(scope) for entry in entries]


@compiles(nodes.ContextLiteral)
def _context(node: nodes.ContextLiteral) -> Run:
    entries = [(name, compiled(value)) for name, value in node.entries]
    if len({name for name, _ in entries}) < len(entries):
        return lambda scope: None

    def run(scope: Scope) -> dict[str, object]:
        inner = scope.child({})
        result: dict[str, object] = {}
        for name, value in entries:
            result[name] = inner[name] = value(inner)
        return result

    return run
