"""How something is measured: CPU of this process and of the server, wall time, statements and commits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any

from tests.support.statements import noticed


@dataclass
class Cost:
    """What the samples of one action cost; a sample may be the average of several."""

    #: Milliseconds of this process.
    cpu: list[float] = field(default_factory=list)
    #: Milliseconds on the wall.
    wall: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    #: Milliseconds of every process of the server.
    server_cpu: list[float] = field(default_factory=list)

    def of(self, name: str) -> float:
        """Return the median of a column."""
        return float(median(getattr(self, name)))


class Meter:
    """Counts what is sent, from now on, and reads the clocks of the processes."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._statements = self._commits = 0
        self._noticing = noticed(self._count_statement, self._count_commit)
        self._noticing.__enter__()

    def _count_statement(self, _: str) -> None:
        self._statements += 1

    def _count_commit(self) -> None:
        self._commits += 1

    def sample(self, cost: Cost, action: Callable[[], Any]) -> Any:
        """Do something once, and add what it cost."""
        return self.sample_all(cost, [action])[0]

    def sample_all(self, cost: Cost, actions: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do things of one kind one after another, and add what one of them cost on the average.

        Reading the clocks of all processes empties the caches that the next action needs: the more actions between two
        readings, the less of that is measured.
        """
        answers, server = [], self._server()
        begun_cpu, begun = process_time_ns(), perf_counter_ns()
        for action in actions:
            statements, commits = self._statements, self._commits
            answers.append(action())
            cost.statements.append(self._statements - statements)
            cost.commits.append(self._commits - commits)
        wall, cpu = perf_counter_ns() - begun, process_time_ns() - begun_cpu
        used = {process: nanoseconds - server.get(process, 0) for process, nanoseconds in self._server().items()}
        cost.server_cpu.append(sum(used.values()) / 1e6 / len(actions))
        cost.cpu.append(cpu / 1e6 / len(actions))
        cost.wall.append(wall / 1e6 / len(actions))
        return answers

    def _server(self) -> dict[str, int]:
        """Return the nanoseconds of CPU that the server and its living children have used, by process."""
        parent = (self._data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        return {process: _nanoseconds(process) for process in (parent, *children)}


def _nanoseconds(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0])
    except FileNotFoundError:
        return 0


def report(name: str, value: float, unit: str, baseline: float | None = None) -> None:
    """Print one figure."""
    figure = {
        "name": name,
        "value": _short(value),
        "baseline": None if baseline is None else _short(baseline),
        "ratio": None if not baseline else _short(value / baseline),
        "unit": unit,
    }
    sys.stdout.write(json.dumps(figure, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _short(value: float) -> float:
    return float(f"{value:.4g}")
