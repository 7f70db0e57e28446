"""A crowd: several processes that complete tasks as fast as they can, on the machine that the server runs on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from time import monotonic
from typing import Any

import psycopg

from engine.clock import FixedClock
from engine.database import Database
from engine.services import tasks
from engine.store import accounts
from engine.system import System, build
from engine.views import Actor
from tests.bench.measuring import report
from tests.bench.questions import REQUEST, RETURN
from tests.bench.stage import PROCEDURES, START, Stage

PROCESSES = 4
#: Cases that go round in their correction loop, in each process.
CASES = 5
SECONDS = 4.0
RUNS = 5
OPEN_TASK = "SELECT id, completion_key FROM user_task WHERE instance_id = %s AND state = 'open'"


@dataclass(frozen=True)
class Turn:
    """What one process works on."""

    settings: Any
    url: str
    #: Case and the login name of its applicant.
    cases: Sequence[tuple[int, str]]


def measure_crowd(stage: Stage) -> None:
    """Report the best of several short runs with the load of the machine beside it: others may be using it."""
    round_id = stage.open_round(PROCEDURES / "correction_loop", "department")
    turns = [_turn(stage, round_id) for _ in range(PROCESSES)]
    runs = [_run(turns) for _ in range(RUNS)]
    best = max(runs)
    report("crowd.completions_per_second", best[0], "completions/s")
    report("crowd.median_run", sorted(runs)[RUNS // 2][0], "completions/s")
    report("crowd.load_before_best_run", best[1], "processes")


def _turn(stage: Stage, round_id: int) -> Turn:
    cases = []
    for _ in range(CASES):
        city, start = stage.starting(round_id)
        cases.append((stage.case_of(start()), city))
    return Turn(stage.system.settings, stage.system.database.conninfo, cases)


def _run(turns: Sequence[Turn]) -> tuple[float, float]:
    """Return the completions per second of all processes together, and the load of the machine before."""
    context, load = get_context("spawn"), os.getloadavg()[0]
    barrier, results = context.Barrier(len(turns)), context.Queue()
    workers = [context.Process(target=_work, args=(turn, barrier, results)) for turn in turns]
    for worker in workers:
        worker.start()
    rates = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    return sum(rates), load


def _work(turn: Turn, barrier: Barrier, results: Any) -> None:
    """Complete the tasks of some cases in turn for SECONDS, and put how many per second."""
    hands = Hands.of(turn)
    hands.go_round()
    barrier.wait(60)
    done, begun = 0, monotonic()
    while monotonic() - begun < SECONDS:
        done += hands.go_round()
    results.put(done / (monotonic() - begun))
    hands.close()


@dataclass(frozen=True)
class Hands:
    """One process: a system of its own, the people, and a session that looks up their next task."""

    system: System
    actors: Mapping[str, Actor]
    cases: Sequence[tuple[int, str]]
    session: psycopg.Connection[Any]

    @classmethod
    def of(cls, turn: Turn) -> Hands:
        """Build them in this process."""
        database = Database(turn.url, pool_size=1)
        system = replace(build(turn.settings, database), clock=FixedClock(START))
        with database.reading() as connection:
            names = {"department", *(city for _, city in turn.cases)}
            actors = {name: accounts.actor_of(accounts.find_account(connection, name)) for name in names}
        return cls(system, actors, turn.cases, database.open_session())

    def go_round(self) -> int:
        """Let every case be filled in and returned once; say how many tasks that completed."""
        for case_id, city in self.cases:
            self._complete(case_id, city, REQUEST)
            self._complete(case_id, "department", RETURN)
        return 2 * len(self.cases)

    def _complete(self, case_id: int, login_name: str, values: Mapping[str, Any]) -> None:
        task_id, key = self.session.execute(OPEN_TASK, (case_id,)).fetchone()
        received_at = self.system.clock.now()
        tasks.complete_task(
            self.system,
            self.actors[login_name],
            task_id,
            values=dict(values),
            completion_key=key,
            received_at=received_at,
        )

    def close(self) -> None:
        """Close what this process opened."""
        self.session.close()
        self.system.database.close()
