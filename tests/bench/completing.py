"""Completing user tasks: one step, a whole small case, and a correction loop that goes round and round."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.bench.measuring import Cost, report
from tests.bench.stage import PROCEDURES, Stage
from tests.support.city import AGREE, APPLICATION, CONSENT, PAPERS, SUBMIT
from tests.support.offices import REPOSITORY

CITY = REPOSITORY / "bpmn" / "city_application"
REQUEST = {"subject": "购置设备", "amount": 120, "statement": "用于公共服务平台。"}
REVIEW = {"review_decision": "agree", "review_opinion": "同意。"}
RETURN = {"review_decision": "return", "review_opinion": "请补充说明。"}
#: Cases per measurement; the first ones warm up and do not count.
WARMING = 10
SMALL_CASES = 110
CITY_CASES = 50
LOOP_CASES = 12
ROUNDS = (1, 10, 50)
STOCK_TIMES = 60
NEVER = "2099-01-01T00:00:00+08:00"
FACTS = {
    "applicant": {"is_municipality": False},
    "windows": {"filing": {"closes_at": NEVER}},
    "deadlines": {"review_by_province": NEVER},
}


def measure_completing(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Report every figure of this module.

    Args:
        stage: the system that is measured.
        stock: what `ask_stock` returned.
    """
    _measure_small(stage, stock)
    _measure_review(stage, stock["review"])
    _measure_loop(stage, stock)


def ask_stock(conninfo: str) -> dict[str, Any]:
    """Ask the stock library, in an interpreter that never saw the engine."""
    filled = ["fill_application", APPLICATION]
    city_steps = [filled, ["give_consent", CONSENT], ["submit_application", SUBMIT]]
    request, returned = ["fill_request", REQUEST], ["review_request", RETURN]
    questions = {
        "fill": _question("two_steps", [], [request]),
        "small": _question("two_steps", [], [request, ["review_request", REVIEW]]),
        "review": {**_question("city_application", city_steps, [["review_by_province", AGREE]]), "facts": FACTS},
        **{
            f"round_{number}": _question("correction_loop", [request, returned] * (number - 1), [request, returned])
            for number in ROUNDS
        },
    }
    asked = {
        "conninfo": conninfo,
        "condition": {"text": 'review_decision == "agree" and amount > 100', "variables": {**REQUEST, **REVIEW}},
        "questions": questions,
    }
    command = [sys.executable, "-m", "tests.bench.stock"]
    result = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return dict(json.loads(result.stdout))


def _question(process_id: str, before: list[Any], steps: list[Any]) -> dict[str, Any]:
    folder = CITY if process_id == CITY.name else PROCEDURES / process_id
    diagram = (folder / "process.bpmn").read_text(encoding="utf-8")
    times = STOCK_TIMES if len(before) < 20 else 5
    return {
        "diagram": diagram,
        "process_id": process_id,
        "facts": {},
        "before": before,
        "steps": steps,
        "times": times,
    }


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
    cost, size = Cost(), 0
    for number in range(CITY_CASES):
        if number == WARMING:
            cost = Cost()
        city, start = stage.starting(round_id)
        case_id = stage.case_of(start())
        stage.upload(case_id, city, *PAPERS)
        stage.completing(case_id, city, APPLICATION)()
        stage.upload(case_id, "government", "consent_document")
        stage.completing(case_id, "government", CONSENT)()
        stage.completing(case_id, city, SUBMIT)()
        size = _state_bytes(stage, case_id)
        stage.meter.sample(cost, stage.completing(case_id, "department", AGREE))
    _report_step("complete_review", cost, stock, size)


def _measure_loop(stage: Stage, stock: Mapping[str, Any]) -> None:
    """Measure both steps of some rounds of correction; a case must cost on its last day what it did on its first."""
    round_id = stage.open_round(PROCEDURES / "correction_loop", "department")
    costs = {number: Cost() for number in range(1, max(ROUNDS) + 1)}
    for _ in range(LOOP_CASES):
        city, start = stage.starting(round_id)
        case_id = stage.case_of(start())
        for cost in costs.values():
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
