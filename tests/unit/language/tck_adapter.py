"""Lets the public compatibility kit ask the decisions of `engine.language`."""

from __future__ import annotations

import datetime
import functools
import sys
from pathlib import Path

from engine.language.budget import Budget
from engine.language.conversion import range_parts, to_feel
from engine.language.decisions import decide_in_feel
from engine.language.decisions.model import DecisionModel, read_model
from engine.language.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from engine.language.temporal_text import read_temporal
from engine.language.values import Range

_NOW = datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC)


def evaluate(dmn_path: str, decision_name: str, inputs: dict, invocable: tuple[str, str] | None = None) -> object:
    """Answer one question of the kit."""
    temporal = sys.modules["tck_runner"].Temporal
    budget = Budget()
    values = {name: _to_feel(value, temporal) for name, value in inputs.items()}
    name = invocable[1] if invocable else decision_name
    model = _model(dmn_path)
    result = decide_in_feel(model, name, values, budget, to_feel(_NOW, budget))
    service = model.named(name, "decisionService")
    if invocable and service and len(service.members["outputDecision"]) > 1 and isinstance(result, dict):
        result = result[decision_name]
    return _to_kit(result, temporal)


@functools.lru_cache(maxsize=64)
def _model(dmn_path: str) -> DecisionModel:
    path = Path(dmn_path)
    others = tuple(other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other != path)
    return read_model(path.read_bytes(), others)


def _to_feel(value: object, temporal: type) -> object:
    if isinstance(value, temporal):
        return read_temporal(str(value))
    if isinstance(value, list):
        return [_to_feel(entry, temporal) for entry in value]
    if isinstance(value, dict):
        return {key: _to_feel(entry, temporal) for key, entry in value.items()}
    return value


def _to_kit(value: object, temporal: type) -> object:
    if isinstance(value, Date | Time | DateTime | YearsMonths | DaysTime):
        return temporal("any", str(value))
    if isinstance(value, Range):
        return _to_kit(range_parts(value), temporal)
    if isinstance(value, list):
        return [_to_kit(entry, temporal) for entry in value]
    if isinstance(value, dict):
        return {key: _to_kit(entry, temporal) for key, entry in value.items()}
    return value
