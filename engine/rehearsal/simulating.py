"""推演: playing a case of a draft by hand: beginning it, doing its tasks, moving the clock, taking steps back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.calendars import LEVELS
from engine.clock import local
from engine.errors import BadRequest, Conflict, EngineError, NotFound
from engine.folders.organisations import KINDS
from engine.recording import WINDOW_EXTENDED, WITHDRAWN
from engine.recording.publications import OBJECTION_RECEIVED
from engine.rehearsal.acting import Acting
from engine.rehearsal.scenarios import BEGIN, MESSAGE, MINUTE, TASK, Scenario, instant_of, read_scenarios
from engine.rehearsal.story import Story
from engine.rehearsal.taking import advance, ceil_minute, follow, minute_of, next_due, take
from engine.rehearsal.troupe import Script, clear_away, kept_stage, read_script, set_anew
from engine.rehearsal.writing import written_answers
from engine.services import drafts, tasks
from engine.services.inbox import read_task
from engine.store import rehearsals
from engine.system import System
from engine.views import Actor
from engine.views.rehearsal import Opening

LONGEST_NAME = 100
#: How far one move of the clock may go.
FARTHEST = timedelta(days=366 * 12)
MOST_STEPS = 300
#: How long simulations may take on one case, in steps of the clock.
MOST_WORKING_DAYS = 1000


def begin_simulation(system: System, actor: Actor, draft_id: int, opening: Opening) -> int:
    """Begin a case of a draft on a stage of its own; return the simulation's id.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        DefinitionRefused: the draft has faults that keep it from running.
        BadRequest: what it should begin with cannot be.
        EngineError: the case cannot begin, as the system says it to an applicant.
    """
    script = read_script(system, actor, draft_id)
    title, written, at = _opened(system, script, opening)
    row: dict[str, Any] = {"title": title, "opening": written}
    played = set_anew(system, script, row, [{"at": f"{local(at):{MINUTE}}", BEGIN: ""}])
    steps = played.pop("rows")
    if not played["case_id"]:
        clear_away(system, played["scratch"])
        raise Conflict(steps[0]["sentence"])
    now = system.wall.now()
    with system.database.transaction() as connection:
        values = {**row, **played, "draft_id": draft_id, "created_by": actor.name, "created_at": now, "changed_at": now}
        simulation_id = rehearsals.insert_simulation(connection, values)
        rehearsals.put_steps(connection, simulation_id, 1, steps)
    return simulation_id


def do_task(
    system: System, actor: Actor, draft_id: int, simulation_id: int, task_id: int, values: dict[str, Any]
) -> None:
    """Submit a task of a simulation as whoever would do it.

    Raises:
        NotFound: no such simulation or task.
        InvalidSubmission: every fault of the form, by field.
    """

    def submit(acting: Acting, script: Script) -> list[dict[str, Any]]:
        story = _told_so_far(acting)
        task = next((one for one in acting.open_tasks() if one.id == task_id), None)
        if task is None:
            raise Conflict("这一任务已经办理或撤销，请刷新页面。")
        login = acting.holder_of(task.element_id, task.role)
        view = read_task(acting.stage.system, acting.stage.actor(login), task_id)
        step: dict[str, Any] = {"at": minute_of(acting.stage.clock.now()), "role": task.role, TASK: task.element_id}
        files = [item.field_key for item in view.checklist for _ in item.files]
        refused, sentence = "", f"{acting.stage.actor(login).name}办理“{task.name}”。"
        try:
            tasks.complete_task(
                acting.stage.system,
                acting.stage.actor(login),
                task_id,
                values=values,
                completion_key=view.completion_key,
                received_at=acting.stage.clock.now(),
            )
        except EngineError as refusal:
            refused, sentence = refusal.sentence.partition("，")[0], f"系统没有接受：{refusal.sentence}"
        step |= written_answers(acting, task_id, (values, files, bool(refused)))
        if refused:
            step["refused"] = refused
        acting.stage.beat()
        return [{"step": step, "sentence": sentence, **follow(acting, story)}]

    _go_on(system, actor, (draft_id, simulation_id), submit)


def send(system: System, actor: Actor, draft_id: int, simulation_id: int, step: Mapping[str, str]) -> None:
    """Withdraw the case, object to what it made public, or extend a window.

    Args:
        system: the system.
        actor: the owner.
        draft_id: the draft.
        simulation_id: the simulation.
        step: `message`, and for an extension `window` and `extended_to`, as a scenario writes them.

    Raises:
        NotFound: no such simulation.
        BadRequest: there is no such message, window or instant.
    """

    def carry(acting: Acting, script: Script) -> list[dict[str, Any]]:
        message = step.get(MESSAGE, "")
        if message not in (WITHDRAWN, OBJECTION_RECEIVED, WINDOW_EXTENDED):
            raise BadRequest
        row: dict[str, Any] = {"at": minute_of(acting.stage.clock.now()), MESSAGE: message}
        if message == WINDOW_EXTENDED:
            row |= _extension(script, step)
        return [take(acting, _told_so_far(acting), row)]

    _go_on(system, actor, (draft_id, simulation_id), carry)


def move_clock(
    system: System,
    actor: Actor,
    draft_id: int,
    simulation_id: int,
    *,
    to: datetime | None = None,
    working_days: int = 0,
) -> None:
    """Move the clock to an instant, by working days, or (neither given) to what falls due next.

    Raises:
        NotFound: no such simulation.
        BadRequest: the instant has passed or is too far away.
        Conflict: nothing falls due any more.
    """

    def move(acting: Acting, script: Script) -> list[dict[str, Any]]:
        now = acting.stage.clock.now()
        target = to
        if working_days:
            target = _days_later(system, now, working_days)
        if target is None:
            target = next_due(acting)
        if target is None:
            raise Conflict("没有等待到时的事，可以把时钟拨到某一日。")
        if not now <= target <= now + FARTHEST:
            raise BadRequest("时钟只能往后拨，一次不超过十二年。需要退回请用“退回一步”。")
        return advance(acting, _told_so_far(acting), target)

    _go_on(system, actor, (draft_id, simulation_id), move)


def take_back(system: System, actor: Actor, draft_id: int, simulation_id: int) -> None:
    """Take the last step back; the others are played again on a new stage.

    Raises:
        NotFound: no such simulation.
        Conflict: there is only the beginning.
    """
    _play_again(system, actor, draft_id, simulation_id, drop=1)


def play_again(system: System, actor: Actor, draft_id: int, simulation_id: int) -> None:
    """Play all steps again with the draft as it stands now.

    Raises:
        NotFound: no such simulation.
        DefinitionRefused: the draft has faults that keep it from running.
    """
    _play_again(system, actor, draft_id, simulation_id, drop=0)


def end_simulation(system: System, actor: Actor, draft_id: int, simulation_id: int) -> None:
    """Put a simulation away with its stage.

    Raises:
        NotFound: no such simulation.
    """
    drafts.read_draft(system, actor, draft_id)
    with system.database.transaction() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
        rehearsals.delete_simulation(connection, simulation_id)
    clear_away(system, row.scratch)


def _go_on(
    system: System,
    actor: Actor,
    where: tuple[int, int],
    act: Callable[[Acting, Script], list[dict[str, Any]]],
) -> None:
    """Act on the stage of a simulation while nobody else does, and keep the steps."""
    draft_id, simulation_id = where
    script = read_script(system, actor, draft_id)
    with system.database.transaction() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
        number = len(rehearsals.steps_of(connection, simulation_id))
        if number >= MOST_STEPS:
            raise Conflict(f"一次推演最多 {MOST_STEPS} 步，请记录为用例后另开一次。")
        with kept_stage(system, connection, script, row) as acting:
            rows = act(acting, script)
            clock_at = ceil_minute(acting.stage.clock.now())
        rehearsals.put_steps(connection, simulation_id, number + 1, rows)
        changes = {"clock_at": clock_at, "changed_at": system.wall.now(), "obstacle": ""}
        rehearsals.change_simulation(connection, simulation_id, changes)


def _play_again(system: System, actor: Actor, draft_id: int, simulation_id: int, *, drop: int) -> None:
    script = read_script(system, actor, draft_id)
    with system.database.transaction() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
        steps = [one.step for one in rehearsals.steps_of(connection, simulation_id)]
        if len(steps) - drop < 1:
            raise Conflict("已经是第一步，不能再退回；可以结束推演后重新开始。")
        played = set_anew(system, script, {"title": row.title, "opening": row.opening}, steps[: len(steps) - drop])
        rehearsals.put_steps(connection, simulation_id, 1, played.pop("rows"))
        rehearsals.change_simulation(connection, simulation_id, played)
    clear_away(system, row.scratch)


def _told_so_far(acting: Acting) -> Story:
    """Return a story that has told everything up to now."""
    story = Story(case_id=acting.case_id)
    with acting.stage.system.database.reading() as connection:
        story.go_on(connection)
    return story


def _days_later(system: System, now: datetime, working_days: int) -> datetime:
    """Return the same time of day so many working days later."""
    if not 0 < working_days <= MOST_WORKING_DAYS:
        raise BadRequest(f"工作日数应为 1 到 {MOST_WORKING_DAYS}。")
    here = local(now)
    day = system.calendar.add_working_days(here.date(), working_days)
    return here.replace(year=day.year, month=day.month, day=day.day)


def _extension(script: Script, step: Mapping[str, str]) -> dict[str, str]:
    if step.get("window") not in script.folder.windows:
        raise BadRequest("请选择要延期的窗口。")
    try:
        instant_of(step.get("extended_to", ""))
    except ValueError as error:
        raise BadRequest("请填写延期后的截止时间。") from error
    return {"window": step["window"], "extended_to": step["extended_to"]}


def _opened(system: System, script: Script, opening: Opening) -> tuple[str, dict[str, Any], datetime]:
    """Return title, opening as a scenario writes it, and the instant of the beginning."""
    like = _scenario_named(script, opening.like) if opening.like else None
    if len(opening.name) > LONGEST_NAME:
        raise BadRequest(f"单位名称不超过 {LONGEST_NAME} 字。")
    applicant = dict(like.applicant) if like else {}
    applicant |= {key: value for key, value in _given(opening).items() if value}
    applicant.setdefault("name", "推演申请单位")
    written: dict[str, Any] = {"applicant": applicant}
    if like is not None:
        # Years of stars are numbers to an owner, and texts to JSON.
        kept = {name: like.written[name] for name in ("titles", "findings", "without") if name in like.written}
        written |= json.loads(json.dumps(kept))
    at = opening.at or (instant_of(like.steps[0]["at"]) if like else system.clock.now())
    year = like.written["year"] if like is not None and opening.at is None else local(at).year
    return f"{applicant['name']}的推演", {**written, "year": year}, ceil_minute(at)


def _given(opening: Opening) -> dict[str, str]:
    if (opening.kind and opening.kind not in KINDS) or (opening.level and opening.level not in LEVELS):
        raise BadRequest
    return {"name": opening.name.strip(), "kind": opening.kind, "level": opening.level}


def _scenario_named(script: Script, name: str) -> Scenario:
    found = next((one for one in read_scenarios(script.files) if one.name == name), None)
    if found is None:
        raise NotFound("没有这个用例，请刷新页面后重新选择。")
    return found
