"""Answering a decision: each part of the requirements graph is evaluated once, when it is needed."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.language.budget import Budget
from engine.language.compiler import compiled
from engine.language.decisions import compile_boxed, compile_table
from engine.language.decisions.boxed_reader import child
from engine.language.decisions.model import DecisionModel, Part
from engine.language.errors import FeelError
from engine.language.scope import Run, Scope
from engine.language.types import fitted
from engine.language.values import Function
from engine.language.wording import quoted

#: The modules that know how to compile the nodes of boxed expressions.
COMPILERS = (compile_boxed, compile_table)
_UNDER_WAY = object()


@functools.lru_cache(maxsize=1024)
def _logic(key: _Keyed) -> Run:
    """Compile the expression of a decision, or the function of a business knowledge model."""
    model, part = key.model, key.part
    if part.kind == "decision":
        return compiled(model.reader.expression(part.element))
    logic = child(part.element, "encapsulatedLogic")
    return compiled(model.reader.function(logic)) if logic is not None else lambda scope: None


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A part of a model, hashed by identity of its XML element."""

    model: DecisionModel = field(compare=False)
    part: Part = field(compare=False)
    element_id: object = None

    @classmethod
    def of(cls, model: DecisionModel, part: Part) -> _Keyed:
        """Return the key of a part."""
        return cls(model, part, part.element)


@dataclass(slots=True)
class Evaluation:
    """One run over the graph with its inputs and its budget."""

    inputs: Mapping[str, object]
    budget: Budget
    now: object = None
    #: Rules that contradict one another are an error, not null.
    is_strict: bool = False
    known: dict[tuple[str, str], object] = field(default_factory=dict)

    def value(self, model: DecisionModel, part: Part) -> object:
        """Return the value of a part.

        Raises:
            FeelError: the part needs itself, or in a strict evaluation rules of its table contradict one another.
        """
        key = (model.namespace, part.id)
        if key not in self.known:
            self.known[key] = _UNDER_WAY
            try:
                self.known[key] = self._evaluated(model, part)
            except compile_table.TableContradiction as error:
                raise FeelError(f"决策{quoted(part.name)}：{error.message}") from error
        if self.known[key] is _UNDER_WAY:
            raise FeelError(f"决策{quoted(part.name)}依赖它自己，形成了循环。")
        return self.known[key]

    def given(self, model: DecisionModel, part: Part) -> object:
        """Return what the caller gave for a part; ISO text is read where the part is a date, a time or a duration."""
        return model.types.read(self.inputs.get(part.name), part.type)

    def _evaluated(self, model: DecisionModel, part: Part) -> object:
        match part.kind:
            case "inputData":
                return _fitted(self.given(model, part), model, part)
            case "decisionService":
                return self.service(model, part)
        scope = self._scope(model, part)
        result = _logic(_Keyed.of(model, part))(scope)
        if part.kind == "businessKnowledgeModel":
            scope[part.name] = result
            return result
        return _fitted(result, model, part)

    def _scope(self, model: DecisionModel, part: Part) -> Scope:
        scope = Scope()
        scope.budget = self.budget
        scope.types = model.types
        scope.is_strict = self.is_strict
        if self.now is not None:
            scope["now"] = self.now
        scope.update((name, value) for name, value in self.inputs.items() if name not in model.declared)
        for reference in part.requires:
            found = model.find(reference)
            if found is None:
                continue
            needed_model, needed, through = found
            value = self.value(needed_model, needed)
            target = scope.setdefault(through, {}) if through else scope
            if isinstance(target, dict):
                target[needed.name] = value
        return scope

    def service(self, model: DecisionModel, part: Part) -> Service:
        """Return a decision service as a function."""
        references = (*part.members["inputData"], *part.members["inputDecision"])
        inputs = [found for reference in references if (found := model.find(reference))]
        outputs = [found for reference in part.members["outputDecision"] if (found := model.find(reference))]
        return Service(
            tuple(found[1].name for found in inputs),
            part,
            model,
            tuple((found[0], found[1]) for found in inputs),
            tuple((found[0], found[1]) for found in outputs),
            self,
        )


def _fitted(value: object, model: DecisionModel, part: Part) -> object:
    return value if part.type is None else fitted(value, part.type, model.types.accepts)


@dataclass(frozen=True, slots=True, eq=False)
class Service(Function):
    """A decision service that can be called like a function."""

    parameters: tuple[str, ...]
    part: Part
    model: DecisionModel
    inputs: tuple[tuple[DecisionModel, Part], ...]
    outputs: tuple[tuple[DecisionModel, Part], ...]
    caller: Evaluation

    def takes(self, count: int) -> bool:
        """Tell whether the function has that many parameters."""
        return len(self.parameters) == count

    def invoke(self, positional: Sequence[object], named: Mapping[str, object] | None, budget: Budget) -> object:
        """Return the output decision, or a context of several, for these inputs; null when they do not fit."""
        if named is not None:
            if not named.keys() <= set(self.parameters):
                return None
            positional = [named.get(name) for name in self.parameters]
        if len(positional) != len(self.parameters):
            return None
        inner = Evaluation(self.caller.inputs, budget, self.caller.now, self.caller.is_strict)
        for (model, part), value in zip(self.inputs, positional, strict=True):
            inner.known[model.namespace, part.id] = _fitted(value, model, part)
        budget.enter()
        try:
            results = {part.name: inner.value(model, part) for model, part in self.outputs}
        finally:
            budget.leave()
        result = next(iter(results.values())) if len(results) == 1 else results
        return _fitted(result, self.model, self.part)
