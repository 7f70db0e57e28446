"""DMN decisions: requirements graphs, decision tables and the other boxed expressions."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.language.budget import Budget
from engine.language.conversion import to_feel, to_python
from engine.language.decisions.evaluation import Evaluation
from engine.language.decisions.model import DecisionModel, Part, read_model
from engine.language.errors import FeelBudgetExceeded, FeelError

__all__ = ["DecisionModel", "decide", "decide_in_feel", "decision_names", "decision_problems"]

_read_model = functools.lru_cache(maxsize=128)(read_model)


def decide(
    dmn: bytes,
    decision: str,
    inputs: Mapping[str, object],
    *,
    imports: Sequence[bytes] = (),
    now: datetime | None = None,
    budget: Budget | None = None,
) -> Any:
    """Answer a decision of a DMN file, or call one of its decision services.

    Args:
        dmn: The file.
        decision: Name or id of the decision or decision service.
        inputs: Values of the input data by name; a service also takes its input decisions here.
        imports: Files that it imports.
        now: What `now()` and `today()` answer; they are null without it.
        budget: What the evaluation may spend.

    Raises:
        FeelError: the file cannot be read, has no such decision, or an expression in it is not FEEL.
        FeelBudgetExceeded: it would take too long, grow too large or nest too deep.
        TypeError: an input is of a Python type that expressions do not know.
    """
    budget = budget or Budget()
    try:
        values = {name: to_feel(value, budget) for name, value in inputs.items()}
        moment = to_feel(now, budget)
        return to_python(decide_in_feel(_read_model(dmn, tuple(imports)), decision, values, budget, moment), budget)
    except RecursionError as error:
        raise FeelBudgetExceeded("决策嵌套过深，已停止。") from error


def decide_in_feel(
    model: DecisionModel, decision: str, inputs: Mapping[str, object], budget: Budget, now: object = None
) -> object:
    """Answer a decision with FEEL values in and a FEEL value out."""
    part = model.named(decision, "decision", "decisionService") or model.parts.get(decision)
    if part is None or part.kind not in ("decision", "decisionService"):
        raise FeelError(f"决策文件里没有名为“{decision}”的决策。")
    evaluation = Evaluation(inputs, budget, now)
    if part.kind == "decision":
        return evaluation.value(model, part)
    service = evaluation.service(model, part)
    return service.invoke([inputs.get(name) for name in service.parameters], None, budget)


def decision_names(dmn: bytes, *, imports: Sequence[bytes] = ()) -> tuple[str, ...]:
    """Return the names of the decisions and decision services of a file.

    Raises:
        FeelError: the file cannot be read.
    """
    parts = _read_model(dmn, tuple(imports)).parts.values()
    return tuple(part.name for part in parts if part.kind in ("decision", "decisionService"))


def decision_problems(dmn: bytes, *, imports: Sequence[bytes] = ()) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with a file before it is used: (name of the part, Chinese sentence)."""
    try:
        model = _read_model(dmn, tuple(imports))
    except FeelError as error:
        return (("", error.message),)
    return tuple(problem for part in model.parts.values() for problem in _part_problems(model, part))


def _part_problems(model: DecisionModel, part: Part) -> list[tuple[str, str]]:
    references = (*part.requires, *(one for members in part.members.values() for one in members))
    problems = [(part.name, f"引用了不存在的部分 {one}。") for one in references if model.find(one) is None]
    try:
        model.reader.expression(part.element)
    except FeelError as error:
        problems.append((part.name, error.message))
    return problems
