"""Completing user tasks: one step, whole cases, filing, and a correction loop that goes round and round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean, median
from typing import Any

from tests.bench.measuring import Cost, report
from tests.bench.questions import BEFORE_OPINIONS, CITY, PERMIT, REQUEST, RETURN, REVIEW, ROUNDS
from tests.bench.stage import PROCEDURES, Stage
from tests.support.city import AGREE, APPLICATION, CONSENT, PAPERS, SUBMIT

#: Cases that go through a procedure together: all take one step, then all take the next.
TOGETHER = 10
#: Turns of so many cases; the first one warms up and does not count. Small cases come back between the others.
SMALL_TURNS = 13
CITY_TURNS = 6
PERMIT_TURNS = 4
LOOP_TURNS = 12
#: Young cases are replaced after so many rounds.
YOUNG = 4
APPLICANT_STEPS = frozenset({"fill_permit", "correct_permit", "confirm_delivery_address"})


def measure_completing(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Report every figure of this module.

    Args:
        stage: the system that is measured.
        stock: what `ask_stock` returned.
    """
    small = _Small(stage)
    small.take_turns()
    _measure_review(stage, stock["review"])
    small.take_turns()
    _measure_permit(stage, stock)
    small.take_turns()
    _measure_loop(stage, stock)
    small.take_turns()
    small.report(stock)


class _Small:
    """Whole small cases; the machine is faster and slower for seconds at a time, so all of the group is looked at."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._starts, self._fills, self._reviews = Cost(), Cost(), Cost()
        self._size = 0

    def take_turns(self) -> None:
        """Begin and complete cases of a round of its own; the cities have none in it yet."""
        stage, first = self._stage, Cost()
        round_id = stage.open_round(PROCEDURES / "two_steps", "department")
        for turn in range(SMALL_TURNS):
            starts, fills, reviews = (self._starts, self._fills, self._reviews) if turn else (first, first, first)
            cases = _begun(stage, round_id, starts)
            self._size = _state_bytes(stage, cases[0][0])
            _take(stage, cases, fills, REQUEST)
            _take(stage, cases, reviews, REVIEW, "department")

    def report(self, stock: Mapping[str, Any]) -> None:
        """Report the first step alone, and whole cases."""
        starts, fills, reviews = self._starts, self._fills, self._reviews
        _report_step("complete_small", fills, stock["fill"], self._size)
        whole = [sum(costs) for costs in zip(starts.cpu, fills.cpu, reviews.cpu, strict=True)]
        server = [sum(costs) for costs in zip(starts.server_cpu, fills.server_cpu, reviews.server_cpu, strict=True)]
        both = [sum(costs) for costs in zip(whole, server, strict=True)]
        report("start_and_two_completions.cpu", median(whole), "ms", stock["small"]["memory"]["cpu"])
        report("start_and_two_completions.cpu_with_server", median(both), "ms")
        report("start_and_two_completions.cpu_with_server_best_turn", min(both), "ms")
        report("start_and_two_completions.cpu_with_server_worst_turn", max(both), "ms")
        statements = starts.of("statements") + fills.of("statements") + reviews.of("statements")
        report("start_and_two_completions.statements", statements, "statements")


def _begun(stage: Stage, round_id: int, cost: Cost) -> list[tuple[int, str]]:
    """Begin a turn of cases, and return each with the login name of its applicant."""
    cities = [stage.starting(round_id) for _ in range(TOGETHER)]
    started = stage.meter.sample_all(cost, [start for _, start in cities])
    return [(stage.case_of(one), city) for one, (city, _) in zip(started, cities, strict=True)]


def _take(
    stage: Stage,
    cases: Sequence[tuple[int, str]],
    cost: Cost,
    values: Mapping[str, Any],
    office: str = "",
    *,
    element_id: str = "",
) -> None:
    """Let all cases of a turn take one step, each by its applicant when no office is named."""
    acts = [stage.completing(case_id, office or city, values, element_id) for case_id, city in cases]
    stage.meter.sample_all(cost, acts)


def _measure_review(stage: Stage, stock: Mapping[str, Any]) -> None:
    round_id = stage.open_round(CITY, "ministry")
    cost, filing, size = Cost(), Cost(), 0
    for turn in range(CITY_TURNS):
        if turn == 1:
            cost, filing = Cost(), Cost()
        cases = _begun(stage, round_id, Cost())
        for case_id, city in cases:
            stage.upload(case_id, city, *PAPERS)
            stage.completing(case_id, city, APPLICATION)()
            stage.upload(case_id, "government", "consent_document")
            stage.completing(case_id, "government", CONSENT)()
        _take(stage, cases, filing, SUBMIT)
        size = _state_bytes(stage, cases[0][0])
        _take(stage, cases, cost, AGREE, "department")
    _report_step("complete_review", cost, stock, size)
    report("file_application.cpu", filing.of("cpu"), "ms")
    report("file_application.server_cpu", filing.of("server_cpu"), "ms")
    report("file_application.wall", filing.of("wall"), "ms")
    report("file_application.statements", max(filing.statements), "statements")
    report("file_application.commits", max(filing.commits), "commits")


def _measure_permit(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Measure every step of a permit of 21 tasks, and the first of six opinions that are open with their timers."""
    round_id = stage.open_round(PROCEDURES / "permit", "department")
    steps, opinions, size, largest = Cost(), Cost(), 0, 0
    for turn in range(PERMIT_TURNS):
        if turn == 1:
            steps, opinions = Cost(), Cost()
        cases = _begun(stage, round_id, Cost())
        for place, (element_id, values) in enumerate(PERMIT):
            size = _state_bytes(stage, cases[0][0]) if place == BEFORE_OPINIONS else size
            office = "" if element_id in APPLICANT_STEPS else "department"
            cost = opinions if place == BEFORE_OPINIONS else steps
            _take(stage, cases, cost, values, office, element_id=element_id)
            largest = max(largest, _state_bytes(stage, cases[0][0]))
    _report_step("complete_permit_opinion", opinions, stock["opinion"], size)
    report("complete_permit.cpu", steps.of("cpu"), "ms", stock["permit"]["memory"]["cpu"] / len(PERMIT))
    report("complete_permit.cpu_against_stored", steps.of("cpu"), "ms", stock["permit"]["row"]["cpu"] / len(PERMIT))
    report("complete_permit.server_cpu", steps.of("server_cpu"), "ms")
    report("complete_permit.wall", steps.of("wall"), "ms")
    report("complete_permit.statements", max(steps.statements), "statements")
    report("complete_permit.commits", max(steps.commits), "commits")
    report("complete_permit.largest_state_bytes", largest, "bytes")


def _measure_loop(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Measure both steps of some rounds of correction; a case must cost on its last day what it did on its first.

    Cases of all ages take turns, so that what else the machine does meets all of them.
    """
    round_id = stage.open_round(PROCEDURES / "correction_loop", "department")
    cohorts = {number: _begun(stage, round_id, Cost()) for number in ROUNDS[1:]}
    for number, cases in cohorts.items():
        for _ in range(number - LOOP_TURNS):
            _go_round(stage, cases, Cost())
    turns = []
    for turn in range(LOOP_TURNS):
        if turn % YOUNG == 0:
            cohorts[ROUNDS[0]] = _begun(stage, round_id, Cost())
        turns.append({number: Cost() for number in ROUNDS})
        for number in ROUNDS if turn % 2 else reversed(ROUNDS):
            _go_round(stage, cohorts[number], turns[-1][number])
    for number in ROUNDS:
        name, costs = f"correction_round_{number}", [turn[number] for turn in turns]
        cpu = median(mean(cost.cpu) for cost in costs)
        report(f"{name}.cpu", cpu, "ms", stock[f"round_{number}"]["memory"]["cpu"] / 2)
        report(f"{name}.cpu_against_stored", cpu, "ms", stock[f"round_{number}"]["row"]["cpu"] / 2)
        report(f"{name}.cpu_against_round_1", median(_ratio(turn, number) for turn in turns), "times")
        report(f"{name}.statements", max(max(cost.statements) for cost in costs), "statements")


def _go_round(stage: Stage, cases: Sequence[tuple[int, str]], cost: Cost) -> None:
    """Take both steps of one round of correction."""
    _take(stage, cases, cost, REQUEST)
    _take(stage, cases, cost, RETURN, "department")


def _ratio(turn: Mapping[int, Cost], number: int) -> float:
    """Return what a step of cases of an age cost in a turn, against one of young cases."""
    return mean(turn[number].cpu) / mean(turn[ROUNDS[0]].cpu)


def _report_step(name: str, cost: Cost, stock: Mapping[str, Any], size: int) -> None:
    """Report one step: against the library in memory, and against it with its own serialiser in one row."""
    memory, row = stock["memory"], stock["row"]
    report(f"{name}.cpu", cost.of("cpu"), "ms", memory["cpu"])
    report(f"{name}.cpu_against_stored", cost.of("cpu"), "ms", row["cpu"])
    report(f"{name}.server_cpu", cost.of("server_cpu"), "ms")
    report(f"{name}.wall", cost.of("wall"), "ms", memory["wall"])
    report(f"{name}.wall_against_stored", cost.of("wall"), "ms", row["wall"])
    report(f"{name}.statements", max(cost.statements), "statements")
    report(f"{name}.commits", max(cost.commits), "commits")
    report(f"{name}.state_bytes", size, "bytes", row["bytes"])


def _state_bytes(stage: Stage, case_id: int) -> int:
    return int(stage.scalar("SELECT length(engine_state) FROM process_instance WHERE id = %s", case_id))
