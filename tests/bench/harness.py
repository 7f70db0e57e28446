"""Repeating an action and saying how long it took, and how many statements it sent."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from engine.clock import ZONE, FixedClock
from engine.config import read_settings
from engine.database import Database, create_database_if_missing
from engine.migrations import migrate
from engine.postgres import EmbeddedPostgres
from engine.system import build
from tests.bench.measuring import report
from tests.support.offices import Offices
from tests.support.statements import noticed

REPOSITORY = Path(__file__).parents[2]
START = datetime(2023, 10, 26, 10, 0, tzinfo=ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one action costs."""

    name: str
    times: int
    #: Milliseconds.
    p50: float
    p95: float
    worst: float
    #: Statements of one action, transaction brackets not counted; None for what touches no database.
    statements: int | None = None

    def report(self) -> None:
        """Print the figure."""
        report(f"{self.name}.p50", self.p50, "ms")
        report(f"{self.name}.p95", self.p95, "ms")
        if self.statements is not None:
            report(f"{self.name}.statements", self.statements, "statements")


@contextmanager
def opened_offices(*, is_durable: bool = True) -> Iterator[Offices]:
    """The assembled system on a database of its own, safe against power loss as in production."""
    with (
        tempfile.TemporaryDirectory(prefix="guicheng-bench-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres", is_durable=is_durable) as server,
    ):
        url = server.url("guicheng")
        create_database_if_missing(url)
        database = Database(url)
        migrate(database)
        clock = FixedClock(START)
        settings = read_settings({"VAR": folder, "BPMN": str(REPOSITORY / "bpmn")})
        yield Offices(replace(build(settings, database), clock=clock), clock)
        database.close()


def measure(name: str, action: Callable[[], object], *, times: int, database: Database | None = None) -> Figure:
    """Do something that may be repeated, `times` times after a warm-up."""
    return measure_each(name, [action] * (times + 4), database=database, warm_up=3)


def measure_each(
    name: str, actions: list[Callable[[], object]], *, database: Database | None = None, warm_up: int = 0
) -> Figure:
    """Do things of one kind, each once, for what cannot be repeated, e.g. completing a task."""
    for action in actions[:warm_up]:
        action()
    durations = []
    for action in actions[warm_up:-1]:
        start = time.perf_counter()
        action()
        durations.append((time.perf_counter() - start) * 1000)
    statements = _count_statements(database, actions[-1])
    return Figure(
        name=name,
        times=len(durations),
        p50=median(durations),
        p95=quantiles(durations, n=20, method="inclusive")[-1] if len(durations) > 1 else durations[0],
        worst=max(durations),
        statements=statements,
    )


def _count_statements(database: Database | None, action: Callable[[], object]) -> int | None:
    if database is None:
        action()
        return None
    seen: list[str] = []
    with noticed(seen.append):
        action()
    return len(seen)
