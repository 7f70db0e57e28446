"""Limits that several cases of a round share, counted where the diagram says so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.errors import ExecutionError, LimitReached
from engine.recording.action import CaseAction
from engine.runtime import Effect
from engine.store import limits


def count_towards_limits(action: CaseAction, effects: Sequence[Effect]) -> None:
    """Count what the case adds for its holder.

    Raises:
        LimitReached: with the owner's words, when the sum over the round's cases in force passes the limit; the
            whole action is undone.
        ExecutionError: for whom, how much or the limit has no value: a limit that cannot be counted stops the case.
    """
    for effect in sorted(effects, key=lambda effect: str(effect.parameters.get("name"))):
        name, holder = str(effect.parameters["name"]), _holder(effect)
        total = limits.count_use(action.connection, action.case.id, action.case.round_id, name, holder)
        if total > _whole(effect, "limit"):
            raise LimitReached(str(effect.parameters["message"]), total=total)


def _holder(effect: Effect) -> tuple[str, int]:
    counted_for = effect.parameters.get("key")
    if not isinstance(counted_for, str) or not counted_for.strip():
        raise ExecutionError("合并计算的对象（key）没有值，不能核对数量。", element_id=effect.element_id)
    return counted_for.strip(), _whole(effect, "amount")


def _whole(effect: Effect, parameter: str) -> int:
    value = effect.parameters.get(parameter)
    text = str(value).strip() if isinstance(value, int | float | Decimal | str) else ""
    if isinstance(value, bool) or not text.removesuffix(".0").isdecimal():
        raise ExecutionError(f"{parameter} 应是不小于 0 的整数，不能核对数量。", element_id=effect.element_id)
    return int(text.removesuffix(".0"))
