"""Panels: a step that many experts take at once, one after another and all in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter
from typing import Any

from tests.bench.measuring import Cost, report
from tests.bench.questions import PANELS, REVIEW
from tests.bench.stage import PROCEDURES, Stage

#: Opinions to measure in panels of each size, at least; the first panel of a size warms up and does not count.
OPINIONS = 200
SIMULTANEOUS = 7
MEETINGS = 5


def measure_panels(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Report every figure of this module."""
    round_id = stage.open_round(PROCEDURES / "panel", "department")
    smallest = None
    for size in PANELS:
        forming, opinions = _panels(stage, round_id, size)
        smallest = smallest or opinions
        name, answer = f"panel_{size}", stock[f"panel_{size}"]
        report(f"{name}.opening_cpu", forming.of("cpu"), "ms")
        report(f"{name}.opening_statements", max(forming.statements), "statements")
        report(f"{name}.cpu_per_expert", opinions.of("cpu"), "ms", answer["memory"]["cpu"] / size)
        report(f"{name}.cpu_per_expert_against_stored", opinions.of("cpu"), "ms", answer["row"]["cpu"] / size)
        report(f"{name}.cpu_per_expert_against_panel_{PANELS[0]}", opinions.of("cpu"), "ms", smallest.of("cpu"))
        report(f"{name}.statements", max(opinions.statements), "statements", max(smallest.statements))
    _measure_simultaneous(stage, round_id)


def _panels(stage: Stage, round_id: int, size: int) -> tuple[Cost, Cost]:
    forming, opinions = Cost(), Cost()
    for number in range(1 + -(-OPINIONS // size)):
        if number == 1:
            forming, opinions = Cost(), Cost()
        case_id = _formed(stage, round_id, size, forming)
        for _ in range(size):
            stage.meter.sample(opinions, stage.completing(case_id, "department", REVIEW))
    return forming, opinions


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
