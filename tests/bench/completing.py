"""Completing user tasks: one step, whole cases, filing, and a correction loop that goes round and round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bench.measuring import Cost, report
from tests.bench.questions import BEFORE_OPINIONS, CITY, PERMIT, REQUEST, RETURN, REVIEW, ROUNDS
from tests.bench.stage import PROCEDURES, Stage
from tests.support.city import AGREE, APPLICATION, CONSENT, PAPERS, SUBMIT

#: Cases per measurement; the first ones warm up and do not count.
WARMING = 10
SMALL_CASES = 110
CITY_CASES = 50
LOOP_CASES = 10
#: So many rounds up to one of ROUNDS are measured; the others only lead there.
NEIGHBOURS = 4
PERMITS = 12
APPLICANT_STEPS = frozenset({"fill_permit", "correct_permit", "confirm_delivery_address"})


def measure_completing(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Report every figure of this module.

    Args:
        stage: the system that is measured.
        stock: what `ask_stock` returned.
    """
    _measure_small(stage, stock)
    _measure_review(stage, stock["review"])
    _measure_permit(stage, stock)
    _measure_loop(stage, stock)


def _measure_small(stage: Stage, stock: Mapping[str, Any]) -> None:
    round_id = stage.open_round(PROCEDURES / "two_steps", "department")
    starts, fills, reviews, size = Cost(), Cost(), Cost(), 0
    for number in range(SMALL_CASES):
        if number == WARMING:
            starts, fills, reviews = Cost(), Cost(), Cost()
        city, start = stage.starting(round_id)
        case_id = stage.case_of(stage.meter.sample(starts, start))
        size = _state_bytes(stage, case_id)
        stage.meter.sample(fills, stage.completing(case_id, city, REQUEST))
        stage.meter.sample(reviews, stage.completing(case_id, "department", REVIEW))
    _report_step("complete_small", fills, stock["fill"], size)
    whole = starts.of("cpu") + fills.of("cpu") + reviews.of("cpu")
    server = starts.of("server_cpu") + fills.of("server_cpu") + reviews.of("server_cpu")
    report("start_and_two_completions.cpu", whole, "ms", stock["small"]["memory"]["cpu"])
    report("start_and_two_completions.cpu_with_server", whole + server, "ms")
    statements = starts.of("statements") + fills.of("statements") + reviews.of("statements")
    report("start_and_two_completions.statements", statements, "statements")


def _measure_review(stage: Stage, stock: Mapping[str, Any]) -> None:
    round_id = stage.open_round(CITY, "ministry")
    cost, filing, size = Cost(), Cost(), 0
    for number in range(CITY_CASES):
        if number == WARMING:
            cost, filing = Cost(), Cost()
        city, start = stage.starting(round_id)
        case_id = stage.case_of(start())
        stage.upload(case_id, city, *PAPERS)
        stage.completing(case_id, city, APPLICATION)()
        stage.upload(case_id, "government", "consent_document")
        stage.completing(case_id, "government", CONSENT)()
        stage.meter.sample(filing, stage.completing(case_id, city, SUBMIT))
        size = _state_bytes(stage, case_id)
        stage.meter.sample(cost, stage.completing(case_id, "department", AGREE))
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
    for number in range(PERMITS):
        if number == 1:
            steps, opinions = Cost(), Cost()
        city, start = stage.starting(round_id)
        case_id = stage.case_of(start())
        for place, (element_id, values) in enumerate(PERMIT):
            size = _state_bytes(stage, case_id) if place == BEFORE_OPINIONS else size
            login_name = city if element_id in APPLICANT_STEPS else "department"
            act = stage.completing(case_id, login_name, values, element_id)
            stage.meter.sample(opinions if place == BEFORE_OPINIONS else steps, act)
            largest = max(largest, _state_bytes(stage, case_id))
    _report_step("complete_permit_opinion", opinions, stock["opinion"], size)
    report("complete_permit.cpu", steps.of("cpu"), "ms", stock["permit"]["memory"]["cpu"] / len(PERMIT))
    report("complete_permit.cpu_against_stored", steps.of("cpu"), "ms", stock["permit"]["row"]["cpu"] / len(PERMIT))
    report("complete_permit.server_cpu", steps.of("server_cpu"), "ms")
    report("complete_permit.wall", steps.of("wall"), "ms")
    report("complete_permit.statements", max(steps.statements), "statements")
    report("complete_permit.commits", max(steps.commits), "commits")
    report("complete_permit.largest_state_bytes", largest, "bytes")


def _measure_loop(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Measure both steps of some rounds of correction; a case must cost on its last day what it did on its first."""
    round_id = stage.open_round(PROCEDURES / "correction_loop", "department")
    costs = {number: Cost() for number in ROUNDS}
    for case in range(LOOP_CASES + 1):
        if case == 1:
            costs = {number: Cost() for number in ROUNDS}
        city, start = stage.starting(round_id)
        case_id = stage.case_of(start())
        for number in range(1, max(ROUNDS) + 1 if case else WARMING):
            cost = next((costs[last] for last in ROUNDS if last - NEIGHBOURS < number <= last), Cost())
            stage.meter.sample(cost, stage.completing(case_id, city, REQUEST))
            stage.meter.sample(cost, stage.completing(case_id, "department", RETURN))
    first = costs[ROUNDS[0]]
    for number in ROUNDS:
        name, cost = f"correction_round_{number}", costs[number]
        report(f"{name}.cpu", cost.of("cpu"), "ms", stock[f"round_{number}"]["memory"]["cpu"] / 2)
        report(f"{name}.cpu_against_stored", cost.of("cpu"), "ms", stock[f"round_{number}"]["row"]["cpu"] / 2)
        report(f"{name}.cpu_against_round_1", cost.of("cpu"), "ms", first.of("cpu"))
        report(f"{name}.statements", cost.of("statements"), "statements", first.of("statements"))


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
