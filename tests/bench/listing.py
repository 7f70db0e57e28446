"""Reading lists among very many rows: the inbox, and what is due now."""

from __future__ import annotations

from engine.services.inbox import list_inbox
from engine.services.timers import release_due
from tests.bench.measuring import Cost, report
from tests.bench.stage import IDLE_CITY, PROCEDURES, Stage

OPEN_TASKS = (100, 20_000, 1_000_000)
WAITING_TIMERS = (100_000, 1_000_000)
TIMES = 25
FEW = 5
#: Tasks of one office, spread over a year of limits, every third without one.
INSERT_TASKS = """
INSERT INTO user_task (instance_id, token_id, element_id, name, role, organisation_id, state, opened_at, due_at,
                       sort_at, completion_key, case_number, case_title, procedure_id, procedure_name, applicant_name)
SELECT (SELECT min(id) FROM process_instance), '{role}-' || n, 'examine', '形式审查', '{role}', '{office}', 'open',
       timestamptz '2023-10-01' + n * interval '1 s',
       CASE WHEN n % 3 > 0 THEN timestamptz '2023-10-01' + (n::bigint * 7919 % 365) * interval '1 day' END,
       CASE WHEN n % 3 > 0 THEN timestamptz '2023-10-01' + (n::bigint * 7919 % 365) * interval '1 day'
            ELSE timestamptz '9999-12-31' END,
       n::text, '办件-' || n, '某市人民政府 2023年申请', 'bench', '计量', '某市人民政府'
FROM generate_series({first}, {last}) AS n
"""
INSERT_TIMERS = """
INSERT INTO timer (instance_id, token_id, element_id, name, due_at, release_at, state)
SELECT (SELECT min(id) FROM process_instance), 'bench-' || n, 'overdue', '超期', due_at, due_at, 'waiting'
FROM generate_series({first}, {last}) AS n,
     LATERAL (SELECT timestamptz '2024-01-01' + n * interval '1 min' AS due_at) AS due
"""
#: Rows by the million come without the checks of references, as a restored backup's do.
UNCHECKED = "SET session_replication_role = replica"
TIDY = ("VACUUM ANALYZE user_task", "VACUUM ANALYZE timer", "CHECKPOINT")


def measure_listing(stage: Stage) -> None:
    """Report every figure of this module."""
    _, start = stage.starting(stage.open_round(PROCEDURES / "two_steps", "department"))
    start()
    stage.execute("DELETE FROM timer", "DELETE FROM notice", *TIDY)
    nothing = _measure_due(stage, 0, None)
    before = 0
    for number in WAITING_TIMERS:
        stage.execute(UNCHECKED, INSERT_TIMERS.format(first=before + 1, last=number), *TIDY)
        before = number
        _measure_due(stage, number, nothing)
    _measure_inboxes(stage)


def _measure_inboxes(stage: Stage) -> None:
    stage.execute("UPDATE user_task SET state = 'cancelled' WHERE state = 'open'")
    stage.execute(INSERT_TASKS.format(office=IDLE_CITY, role="applicant", first=1, last=FEW))
    stage.execute(INSERT_TASKS.format(office="ministry", role="ministry_decider", first=1, last=FEW))
    before, smallest = 0, None
    for number in OPEN_TASKS:
        rows = INSERT_TASKS.format(office="ministry", role="ministry", first=before + 1, last=number)
        stage.execute(UNCHECKED, rows, *TIDY)
        before = number
        smallest = _measure_inbox(stage, f"inbox_{number}", "ministry", smallest)
    _measure_inbox(stage, f"inbox_of_office_with_{FEW}_among_{before}", IDLE_CITY, smallest)
    _measure_inbox(stage, f"inbox_of_role_with_{FEW}_among_{before}", "decider", smallest)


def _measure_inbox(stage: Stage, name: str, login_name: str, smallest: Cost | None) -> Cost:
    """Report an inbox against the smallest one."""
    cost, actor = Cost(), stage.actor(login_name)
    list_inbox(stage.system, actor)
    for _ in range(TIMES):
        stage.meter.sample(cost, lambda: list_inbox(stage.system, actor))
    _report_against(name, cost, smallest)
    return smallest or cost


def _measure_due(stage: Stage, waiting: int, nothing: Cost | None) -> Cost:
    """Report a beat of the pulse with nothing due, against one with nothing waiting either."""
    cost = Cost()
    release_due(stage.system)
    for _ in range(TIMES):
        stage.meter.sample(cost, lambda: release_due(stage.system))
    _report_against(f"release_due_{waiting}", cost, nothing)
    return cost


def _report_against(name: str, cost: Cost, other: Cost | None) -> None:
    report(f"{name}.wall", cost.of("wall"), "ms", other and other.of("wall"))
    report(f"{name}.cpu", cost.of("cpu"), "ms", other and other.of("cpu"))
    report(f"{name}.server_cpu", cost.of("server_cpu"), "ms", other and other.of("server_cpu"))
