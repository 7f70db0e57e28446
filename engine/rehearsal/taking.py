"""Taking one step of a simulation: what happened, what followed, and how a scenario would write it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.clock import local
from engine.errors import EngineError, NotFound
from engine.rehearsal.acting import ONE_MINUTE, Acting
from engine.rehearsal.deviation import Deviation, sentence_of
from engine.rehearsal.scenarios import BEGIN, MINUTE, TIMER
from engine.rehearsal.story import Story
from engine.services import documents as document_services
from engine.store import documents as document_rows
from engine.store import timers as timer_rows

#: Timers of one advance; a diagram that arms more is going round in circles.
MOST_TIMERS = 200
BATCH = 100


def take(acting: Acting, story: Story, step: Mapping[str, Any]) -> dict[str, Any]:
    """Let a step happen and return its row.

    A refusal by the system is a step, too: a scenario may say that it is refused.

    Raises:
        Deviation: the step cannot happen now.
        FormError: what it fills in was refused.
        NotFound: it names what is not there.
    """
    written = dict(step)
    try:
        sentence = acting.act(step)
        written.pop("refused", None)
    except (Deviation, NotFound):
        raise
    except EngineError as refusal:
        said = sentence_of(refusal)
        sentence, written["refused"] = f"系统没有接受：{said}", said.partition("，")[0]
    acting.stage.beat()
    row = follow(acting, story, is_first=BEGIN in step)
    if BEGIN in step:
        elements = acting.folder.definition.elements
        written[BEGIN] = next((one for one in row["passed"] if elements[one].kind == "startEvent"), step[BEGIN])
    return {"step": written, "sentence": sentence, **row}


def follow(acting: Acting, story: Story, *, is_first: bool = False) -> dict[str, Any]:
    """Return what followed from what just happened: sentences, elements passed, tasks that wait, operations."""
    system = acting.stage.system
    story.case_id = acting.case_id
    with system.database.reading() as connection:
        if is_first and not acting.stage.has_cycle:
            story.skip_notices(connection)
        consequences = story.go_on(connection) if acting.case_id else ()
        pending = document_rows.pending_documents(connection, BATCH)
    for document_id in pending:
        document_services.render_document(system, document_id)
    elements = [acting.folder.definition.elements[name] for name in story.passed]
    return {
        "consequences": list(consequences),
        "passed": story.passed,
        "expect": sorted(task.element_id for task in acting.open_tasks()) if acting.case_id else [],
        "operations": sorted(one.attributes["topic"] for one in elements if "topic" in one.attributes),
    }


def advance(acting: Acting, story: Story, target: datetime) -> list[dict[str, Any]]:
    """Move the clock to an instant; every timer that falls due until then is a step of its own."""
    rows: list[dict[str, Any]] = []
    while len(rows) < MOST_TIMERS:
        due = [timer for timer in acting.waiting_timers() if timer.due_at <= target]
        if not due:
            break
        timer = due[0]
        rows.append(take(acting, story, {"at": f"{local(timer.due_at):{MINUTE}}", TIMER: timer.element_id}))
    acting.stage.move_to(max(target, acting.stage.clock.now()))
    acting.stage.beat()
    return rows


def next_due(acting: Acting) -> datetime | None:
    """Return when something falls due next: a timer, or the limit of a task."""
    now = acting.stage.clock.now()
    with acting.stage.system.database.reading() as connection:
        timers = [row.due_at for row in timer_rows.waiting_timers(connection, acting.case_id, with_messages=True)]
    limits = [task.due_at for task in acting.open_tasks() if task.due_at is not None]
    return min((instant for instant in (*timers, *limits) if instant > now), default=None)


def ceil_minute(instant: datetime) -> datetime:
    """Return the next full minute: steps are written in minutes, and a window's timer goes off seconds after it."""
    whole = instant.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole == instant else whole + ONE_MINUTE


def minute_of(instant: datetime) -> str:
    """Return an instant as a step is written."""
    return f"{local(ceil_minute(instant)):{MINUTE}}"
