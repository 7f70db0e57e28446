"""How fast the machine is while it measures: figures of two runs compare only where these are alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from statistics import median
from time import process_time_ns

from tests.bench.measuring import report

ROUNDS = 15
CALLS = 5000


def measure_machine(when: str) -> None:
    """Report what fixed work costs now.

    Args:
        when: ends the names: `before` or `after` the other figures.
    """
    report(f"machine.counting_{when}", _milliseconds(_count), "ms")
    report(f"machine.system_call_{when}", _milliseconds(_call_system) / CALLS * 1e3, "µs")
    report(f"machine.load_{when}", os.getloadavg()[0], "processes")


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the median of some rounds, in CPU of this process."""
    rounds = []
    for _ in range(ROUNDS):
        begun = process_time_ns()
        work()
        rounds.append((process_time_ns() - begun) / 1e6)
    return median(rounds)


def _count() -> int:
    return sum(number % 7 for number in range(100_000))


def _call_system() -> None:
    for _ in range(CALLS):
        os.getppid()
