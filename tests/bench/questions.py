"""What the stock library is asked: the same steps of the same diagrams, in an interpreter that never saw the engine."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.bench.stage import PROCEDURES
from tests.support.city import AGREE, APPLICATION, CONSENT, SUBMIT
from tests.support.offices import REPOSITORY

CITY = REPOSITORY / "bpmn" / "city_application"
REQUEST = {"subject": "购置设备", "amount": 120, "statement": "用于公共服务平台。"}
REVIEW = {"review_decision": "agree", "review_opinion": "同意。"}
RETURN = {"review_decision": "return", "review_opinion": "请补充说明。"}
OPINIONS = ("planning", "fire", "water", "environment", "traffic", "land")
#: The steps of the permit in the order in which they are completed; one correction on the way.
PERMIT = (
    ("fill_permit", REQUEST),
    ("accept_permit", REVIEW),
    *((f"give_{office}_opinion", REVIEW) for office in OPINIONS),
    ("summarise_opinions", REVIEW),
    ("visit_site", REVIEW),
    ("review_technology", REVIEW),
    ("hear_neighbours", RETURN),
    ("correct_permit", REVIEW),
    ("visit_site", REVIEW),
    ("review_technology", REVIEW),
    ("hear_neighbours", REVIEW),
    ("draft_decision", REVIEW),
    ("check_legality", REVIEW),
    ("approve_as_chief", REVIEW),
    ("approve_as_head", REVIEW),
    ("sign_permit", REVIEW),
    ("confirm_delivery_address", REVIEW),
    ("deliver_permit", REVIEW),
    ("archive_permit", REVIEW),
)
#: Steps of the permit before its first opinion.
BEFORE_OPINIONS = 2
ROUNDS = (1, 50, 200)
PANELS = (7, 30, 100)
STOCK_TIMES = 60
NEVER = "2099-01-01T00:00:00+08:00"
FACTS = {
    "applicant": {"is_municipality": False},
    "windows": {"filing": {"closes_at": NEVER}},
    "deadlines": {"review_by_province": NEVER},
    # What nobody has set yet is null in FEEL, and an error in Python.
    "is_draft_withdrawn": False,
    "is_filed": False,
    "submit_decision": "",
}


def ask_stock(conninfo: str) -> dict[str, Any]:
    """Ask everything that the other modules compare with."""
    filled = ["fill_application", APPLICATION]
    city_steps = [filled, ["give_consent", CONSENT], ["submit_application", SUBMIT]]
    request, returned = ["fill_request", REQUEST], ["review_request", RETURN]
    permit = [list(step) for step in PERMIT]
    questions = {
        "fill": _question("two_steps", [], [request]),
        "small": _question("two_steps", [], [request, ["review_request", REVIEW]]),
        "review": {**_question("city_application", city_steps, [["review_by_province", AGREE]]), "facts": FACTS},
        "permit": _question("permit", [], permit, times=8),
        "opinion": _question(
            "permit", permit[:BEFORE_OPINIONS], permit[BEFORE_OPINIONS : BEFORE_OPINIONS + 1], times=8
        ),
        **{
            f"round_{number}": _question(
                "correction_loop", [request, returned] * (number - 1), [request, returned], times=_times(number)
            )
            for number in ROUNDS
        },
        **{
            f"panel_{size}": _question(
                "panel", [["form_panel", {"panel_size": size}]], [["review_request", REVIEW]] * size, times=_times(size)
            )
            for size in PANELS
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


def _times(size: int) -> int:
    """Return how often a question of this size is repeated: the large ones take seconds."""
    return STOCK_TIMES // 3 if size < 10 else 3 if size < 60 else 1


def _question(process_id: str, before: list[Any], steps: list[Any], *, times: int = STOCK_TIMES) -> dict[str, Any]:
    folder = CITY if process_id == CITY.name else PROCEDURES / process_id
    return {
        "diagrams": [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.bpmn"))],
        "process_id": process_id,
        "facts": {},
        "before": before,
        "steps": steps,
        "times": times,
    }
