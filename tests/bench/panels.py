"""Panels: a step that many experts take at once, one after another and all in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, median
from threading import Barrier
from time import perf_counter
from typing import Any

from tests.bench.measuring import Cost, report
from tests.bench.questions import PANELS, REVIEW
from tests.bench.stage import PROCEDURES, Stage

#: Panels of all sizes take turns, so that what else the machine does meets all of them; the first turn warms up.
TURNS = 6
SIMULTANEOUS = 7
MEETINGS = 5


def measure_panels(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Report every figure of this module."""
    round_id = stage.open_round(PROCEDURES / "panel", "department")
    turns = [_turn(stage, round_id) for _ in range(TURNS)][1:]
    for size in PANELS:
        name, answer = f"panel_{size}", stock[f"panel_{size}"]
        forming, opinions = zip(*(turn[size] for turn in turns), strict=True)
        cpu = [mean(cost.cpu) for cost in opinions]
        report(f"{name}.opening_cpu", median(mean(cost.cpu) for cost in forming), "ms")
        report(f"{name}.opening_statements", max(max(cost.statements) for cost in forming), "statements")
        report(f"{name}.cpu_per_expert", median(cpu), "ms", answer["memory"]["cpu"] / size)
        report(f"{name}.cpu_per_expert_against_stored", median(cpu), "ms", answer["row"]["cpu"] / size)
        smallest = [mean(turn[PANELS[0]][1].cpu) for turn in turns]
        ratio = median(one / other for one, other in zip(cpu, smallest, strict=True))
        report(f"{name}.cpu_per_expert_against_panel_{PANELS[0]}", ratio, "times")
        report(f"{name}.statements", max(max(cost.statements) for cost in opinions), "statements")
    _measure_simultaneous(stage, round_id)


def _turn(stage: Stage, round_id: int) -> dict[int, tuple[Cost, Cost]]:
    """Let panels of each size give about as many opinions, and return what forming them and an opinion cost."""
    costs = {size: (Cost(), Cost()) for size in PANELS}
    for size, (forming, opinions) in costs.items():
        for _ in range(max(PANELS) // size):
            case_id = _formed(stage, round_id, size, forming)
            stage.meter.sample_all(opinions, stage.completing_all(case_id, "department", REVIEW))
    return costs


def _formed(stage: Stage, round_id: int, size: int, cost: Cost) -> int:
    city, start = stage.starting(round_id)
    case_id = stage.case_of(start())
    stage.meter.sample(cost, stage.completing(case_id, city, {"panel_size": size}))
    return case_id


def _measure_simultaneous(stage: Stage, round_id: int) -> None:
    """Let all experts of a panel press the button in the same moment; each waits for its turn and succeeds."""
    slowest, succeeded = [], 0
    for _ in range(MEETINGS):
        case_id = _formed(stage, round_id, SIMULTANEOUS, Cost())
        acts = stage.completing_all(case_id, "department", REVIEW)
        barrier = Barrier(len(acts))
        with ThreadPoolExecutor(len(acts)) as pool:
            durations = list(pool.map(lambda act, barrier=barrier: _timed(act, barrier), acts))
        succeeded += len(durations)
        slowest.append(max(durations))
    report("simultaneous_experts.succeeded", succeeded / MEETINGS, "experts", SIMULTANEOUS)
    report("simultaneous_experts.slowest_wall", max(slowest), "ms")


def _timed(act: Callable[[], object], barrier: Barrier) -> float:
    barrier.wait()
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1e3
