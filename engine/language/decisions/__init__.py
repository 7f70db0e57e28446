"""DMN decisions: requirements graphs, decision tables and the other boxed expressions."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.language.budget import Budget
from engine.language.conversion import to_feel, to_python
from engine.language.decisions.evaluation import Evaluation
from engine.language.decisions.model import DecisionModel, Part, read_model
from engine.language.errors import FeelBudgetExceeded, FeelError
from engine.language.wording import quoted

__all__ = ["DecisionModel", "decide", "decide_in_feel", "decide_strictly", "decision_names", "decision_problems"]

_read_model = functools.lru_cache(maxsize=128)(read_model)
_TOO_DEEP = "决策嵌套过深，已停止。"


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
        inputs: Values of the input data by name; a service also takes its input decisions here. ISO text may stand for
            a date, a time or a duration where the model declares one. What the model does not declare is seen by all.
        imports: Files that it imports.
        now: What `now()` and `today()` answer; they are null without it.
        budget: What the evaluation may spend.

    Raises:
        FeelError: the file cannot be read, has no such decision, or an expression in it is not FEEL.
        FeelBudgetExceeded: it would take too long, grow too large or nest too deep.
        TypeError: an input is of a Python type that expressions do not know.
    """
    budget = budget or Budget()
    evaluation = Evaluation(_values(inputs, budget), budget, to_feel(now, budget))
    return _decided((dmn, tuple(imports)), decision, evaluation)


def decide_strictly(
    dmn: bytes,
    decision: str,
    inputs: Mapping[str, object],
    *,
    imports: Sequence[bytes] = (),
    now: datetime | None = None,
) -> Any:
    """Answer a decision like `decide`, but do not pass over a table whose rules contradict one another.

    Raises:
        FeelError: as `decide`; or several rules hit where the hit policy allows one, or wants the same of all.
        FeelBudgetExceeded: it would take too long, grow too large or nest too deep.
        TypeError: an input is of a Python type that expressions do not know.
    """
    budget = Budget()
    evaluation = Evaluation(_values(inputs, budget), budget, to_feel(now, budget), is_strict=True)
    return _decided((dmn, tuple(imports)), decision, evaluation)


def _values(inputs: Mapping[str, object], budget: Budget) -> dict[str, object]:
    try:
        return {name: to_feel(value, budget) for name, value in inputs.items()}
    except RecursionError as error:
        raise FeelBudgetExceeded(_TOO_DEEP) from error


def _decided(files: tuple[bytes, tuple[bytes, ...]], decision: str, evaluation: Evaluation) -> Any:
    try:
        return to_python(_asked(_read_model(*files), decision, evaluation), evaluation.budget)
    except RecursionError as error:
        raise FeelBudgetExceeded(_TOO_DEEP) from error


def decide_in_feel(
    model: DecisionModel, decision: str, inputs: Mapping[str, object], budget: Budget, now: object = None
) -> object:
    """Answer a decision with FEEL values in and a FEEL value out."""
    return _asked(model, decision, Evaluation(inputs, budget, now))


def _asked(model: DecisionModel, decision: str, evaluation: Evaluation) -> object:
    part = model.named(decision, "decision", "decisionService") or model.parts.get(decision)
    if part is None or part.kind not in ("decision", "decisionService"):
        raise FeelError(f"决策文件里没有名为{quoted(decision)}的决策。")
    if part.kind == "decision":
        return evaluation.value(model, part)
    service = evaluation.service(model, part)
    return service.invoke([evaluation.given(*needed) for needed in service.inputs], None, evaluation.budget)


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
    names = Counter(part.name for part in model.parts.values() if part.name)
    doubled = [
        (name, f"有 {count} 个部分都叫这个名称，请改为不同的名称。") for name, count in names.items() if count > 1
    ]
    return (*doubled, *(problem for part in model.parts.values() for problem in _part_problems(model, part)))


def _part_problems(model: DecisionModel, part: Part) -> list[tuple[str, str]]:
    references = (*part.requires, *(one for members in part.members.values() for one in members))
    problems = [(part.name, f"引用了不存在的部分 {one}。") for one in references if model.find(one) is None]
    try:
        model.reader.expression(part.element)
    except FeelError as error:
        problems.append((part.name, error.message))
    return problems
