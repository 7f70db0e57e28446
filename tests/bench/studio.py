"""What an owner waits for in the studio: checks and comparison of a diagram of 200 elements."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time_ns

from engine.comparing import compare
from engine.lint import examine
from tests.bench.measuring import report
from tests.support.large_folder import large_folder

TIMES = 7


def measure_studio() -> None:
    """Report every figure of this module."""
    old = large_folder()
    text = old["process.bpmn"].decode()
    new = {**old, "process.bpmn": text.replace("amount &gt; 3", "amount &gt; 4").replace("P5D", "P6D").encode()}
    assert examine(old).folder is not None
    assert len(compare(old, new).changes) > TIMES
    report("checks_200_elements.cpu", _milliseconds(lambda: examine(old)), "ms")
    report("compare_200_elements.cpu", _milliseconds(lambda: compare(old, new)), "ms")


def _milliseconds(run: Callable[[], object]) -> float:
    found = []
    for _ in range(TIMES):
        begun = process_time_ns()
        run()
        found.append((process_time_ns() - begun) / 1e6)
    return median(found)
