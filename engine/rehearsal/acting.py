"""Acting a case on a stage: beginning it, doing its tasks, sending what comes from outside, letting its timers go off.

Everything goes through the services, as the pages do it. Steps are those of a scenario.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.clock import local
from engine.folders import Folder
from engine.recording import WINDOW_EXTENDED, WITHDRAWN
from engine.recording.publications import OBJECTION_RECEIVED
from engine.rehearsal.before import hold_findings, hold_titles
from engine.rehearsal.cast import Cast
from engine.rehearsal.deviation import Deviation
from engine.rehearsal.scenarios import BEGIN, KINDS, MESSAGE, MINUTE, TASK, TIMER, Scenario, instant_of
from engine.rehearsal.stage import Stage
from engine.services import cases, hall, inbox, materials, objections, publications, rounds, tasks, timers, windows
from engine.store import cycles as cycle_rows
from engine.store import rounds as round_rows
from engine.store import tasks as task_rows
from engine.store import timers as timer_rows
from engine.store.tasks import TaskRecord
from engine.views import Actor, ExtensionRequest, RoundNotice, TaskView

INSTANT, ONE_MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
#: What is uploaded where a step needs a material.
SAMPLE_FILE = b"""%PDF-1.7
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [] /Count 0>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""


@dataclass
class Acting:
    """A scenario on a stage."""

    stage: Stage
    folder: Folder
    scenario: Scenario
    cast: Cast
    case_id: int = 0

    @classmethod
    def on(cls, stage: Stage, folder: Folder, scenario: Scenario) -> Acting:
        """Set an empty stage: the cast, the folder as the version in force, the titles that the applicant has."""
        cast = Cast.of(folder, scenario)
        cast.enter(stage.system)
        stage.deploy(folder)
        with stage.system.database.transaction() as connection:
            hold_titles(connection, cast.applicant_id, scenario.written.get("titles", ()))
        return cls(stage, folder, scenario, cast)

    def let_time_pass(self, at: datetime) -> list[str]:
        """Move the clock to just before an instant; return names and instants of what went off by itself."""
        self.stage.move_to(at - INSTANT)
        if not self.stage.has_cycle and not self.stage.due_timers():
            return []
        before = {row.id: row for row in self.waiting_timers()}
        if not self.stage.beat():
            return []
        left = {row.id for row in self.waiting_timers()}
        gone = [_timer_name(row) for row in before.values() if row.id not in left]
        return gone or ["一个定时事件"]

    def act(self, step: Mapping[str, Any]) -> str:
        """Let a step happen at its instant and return it as a sentence.

        Raises:
            Deviation: it cannot happen now.
            EngineError: the system refused it.
            FormError: the form refused it.
        """
        self.stage.move_to(instant_of(step["at"]))
        kind = next(kind for kind in KINDS if kind in step)
        acts = {BEGIN: self._begin, TASK: self._do_task, MESSAGE: self._send, TIMER: self._fire}
        return acts[kind](step)

    def open_tasks(self) -> list[TaskRecord]:
        """Return the open tasks of the case."""
        with self.stage.system.database.reading() as connection:
            return task_rows.open_tasks(connection, self.case_id)

    def waiting_timers(self) -> list[Any]:
        """Return the waiting timers of the case, earliest first."""
        with self.stage.system.database.reading() as connection:
            return list(timer_rows.waiting_timers(connection, self.case_id, with_messages=True))

    def name_of(self, element_id: str) -> str:
        """Return an element as people know it."""
        element = self.folder.definition.elements.get(element_id)
        return f"{element.name}（{element_id}）" if element and element.name else element_id

    def holder_of(self, element_id: str, role: str = "") -> str:
        """Return the account that does a step: of the office of its lane, or the first expert who still has to.

        Raises:
            Deviation: the diagram has no such step, or nobody has to do it now.
        """
        element = self.folder.definition.elements.get(element_id)
        lane = self.folder.procedure.lanes.get(element.lane) if element else None
        if element is None or lane is None:
            raise Deviation(f"流程图里没有任务“{element_id}”，请改正用例，或者把环节的编号改回来。")
        if not lane.named:
            return self.cast.login(element.lane, role or element.attributes.get("candidateGroups", ""))
        waiting = {task.organisation_id for task in self.open_tasks() if task.element_id == element_id}
        found = next((login for login in self.cast.experts if login in waiting), None)
        if found is None:
            raise Deviation(f"没有专家需要办理“{self.name_of(element_id)}”。", actual=self._open_names())
        return found

    def task_of(self, login: str, element_id: str) -> int:
        """Return the open task of a step that an account may do.

        Raises:
            Deviation: there is none.
        """
        actor = self.stage.actor(login)
        for task in self.open_tasks():
            if task.element_id == element_id and _is_for(task, actor):
                return task.id
        raise Deviation(
            f"{actor.name}没有待办“{self.name_of(element_id)}”。",
            expected=[self.name_of(element_id)],
            actual=self._open_names(),
        )

    def upload(self, actor: Actor, view: TaskView, keys: tuple[str, ...]) -> None:
        """Upload a sample file for each of these items, in place of what the step has for them already."""
        system, task_id = self.stage.system, view.row.task_id
        for item in view.checklist:
            for file in item.files if item.field_key in keys else ():
                materials.remove_material(system, actor, task_id, file.material_id)
        for key in keys:
            self.add_sample(actor, task_id, key)

    def add_sample(self, actor: Actor, task_id: int, key: str) -> None:
        """Upload a sample file for one item."""
        content = io.BytesIO(SAMPLE_FILE + key.encode())
        materials.add_material(self.stage.system, actor, task_id, key, "样例.pdf", content)

    def _open_names(self) -> Iterator[str]:
        return (self.name_of(task.element_id) for task in self.open_tasks())

    def _begin(self, step: Mapping[str, Any]) -> str:
        by_the_clock = self.folder.procedure.cycle is not None
        who = "系统按周期" if by_the_clock else self.stage.actor(self.cast.starter).organisation_name
        self.case_id = self._begun_by_the_clock(step) if by_the_clock else self._begun_by_hand()
        with self.stage.system.database.transaction() as connection:
            found = self.scenario.written.get("findings", ())
            hold_findings(connection, self.cast.applicant_id, found, self.case_id)
        return f"{who}发起“{self.folder.procedure.name}”。"

    def _begun_by_hand(self) -> int:
        system, procedure = self.stage.system, self.folder.procedure
        if procedure.is_standing:
            with system.database.reading() as connection:
                row = round_rows.standing_round(connection, procedure.id)
            round_id = row.id if row else 0
        else:
            round_id = rounds.open_round(system, self.stage.actor(self.cast.opener), self._notice())
        about = self.cast.applicant_id if procedure.starters.about else ""
        return hall.start_case(system, self.stage.actor(self.cast.starter), round_id, about=about).case_id

    def _begun_by_the_clock(self, step: Mapping[str, Any]) -> int:
        self.stage.take_cycle_steps()
        with self.stage.system.database.reading() as connection:
            row = cycle_rows.latest_begun(connection, self.folder.procedure.id)
        if row is None or row.opens_at != instant_of(step["at"]):
            when = f"{local(row.opens_at):{MINUTE}}" if row else "（此前没有发起）"
            raise Deviation(f"系统按周期发起的是 {when}", expected=[step["at"]], actual=[when])
        return int(row.instance_id)

    def _notice(self) -> RoundNotice:
        year, procedure = self.scenario.written["year"], self.folder.procedure
        return RoundNotice(
            procedure_id=procedure.id,
            year=year,
            title=procedure.title.format(year=year),
            document_number="",
            issued_on=None,
            publicity=procedure.publicity,
            windows={rule.id: rule.days_of(year) for rule in self.folder.windows.values()},
        )

    def _do_task(self, step: Mapping[str, Any]) -> str:
        values, files = self.scenario.answers(step)
        login = step.get("by") or self.holder_of(step["task"], step.get("role", ""))
        system, actor, task_id = self.stage.system, self.stage.actor(login), self.task_of(login, step["task"])
        view = inbox.read_task(system, actor, task_id)
        self.upload(actor, view, files)
        if "panel" in step:
            values |= drawn_panel(view, step["panel"])
        tasks.complete_task(
            system,
            actor,
            task_id,
            values=values,
            completion_key=view.completion_key,
            received_at=self.stage.clock.now(),
        )
        return f"{actor.name}办理“{view.row.name}”。"

    def _send(self, step: Mapping[str, Any]) -> str:
        system, now, title = self.stage.system, self.stage.clock.now(), str(self.scenario.written["title"])
        if step["message"] == WITHDRAWN:
            actor = self.stage.actor(self.cast.starter)
            cases.withdraw_case(system, actor, self.case_id, title, now)
            return f"{actor.name}撤回申请。"
        if step["message"] == WINDOW_EXTENDED:
            return self._extend(step, title)
        if step["message"] == OBJECTION_RECEIVED:
            return self._object(title)
        raise Deviation(f"没有办法从外面发出消息 {step['message']}")

    def _object(self, title: str) -> str:
        """Let somebody without an account object to what the case made public last."""
        system, actor = self.stage.system, self.stage.actor(self.cast.opener)
        found = publications.list_of_case(system, actor, self.case_id)
        if not found:
            raise Deviation("办件没有公示，不能提出异议。")
        last = found[-1].publication
        given = objections.Objection(name="推演异议人", contact="推演", reason=title)
        now = self.stage.clock.now()
        objections.submit_objection(system, last.publication_id, given, address="127.0.0.1", received_at=now)
        return f"有人对“{last.title}”提出异议。"

    def _extend(self, step: Mapping[str, Any], title: str) -> str:
        system, actor = self.stage.system, self.stage.actor(self.cast.opener)
        window_id = step.get("window", next(iter(self.folder.windows)))
        request = ExtensionRequest(
            window_id=window_id,
            cohort="has_draft",
            organisations=(),
            new_close_at=instant_of(step["extended_to"]),
            reason=title,
            document_number=f"推演〔{local(self.stage.clock.now()).year}〕1号",
        )
        (round_id,) = (row.round_id for row in rounds.list_rounds(system, actor))
        windows.order_extension(system, actor, round_id, request)
        return f"{actor.name}将{self.folder.windows[window_id].name}延期至 {step['extended_to']}。"

    def _fire(self, step: Mapping[str, Any]) -> str:
        """Fire a timer that falls due within the minute written; a window's timer is let go a grace later."""
        at = instant_of(step["at"])
        row = next((one for one in self.waiting_timers() if one.element_id == step["timer"]), None)
        if row is None or not at <= row.due_at < at + ONE_MINUTE:
            when = f"{local(row.due_at):{MINUTE}}" if row else "没有在等待"
            raise Deviation(
                f"“{self.name_of(step['timer'])}”到时是 {when}",
                expected=[f"{self.name_of(step['timer'])} {step['at']}"],
                actual=[_timer_name(one) for one in self.waiting_timers()],
            )
        self.stage.move_to(row.release_at)
        timers.fire_timer(self.stage.system, row.id)
        return f"到时：{row.name or self.name_of(step['timer'])}。"


def drawn_panel(view: TaskView, size: int) -> dict[str, Any]:
    """Return a panel of so many experts in the order of the draw, the first as its leader."""
    drawn = [expert["value"] for expert in view.context["experts"][:size]]
    return {"panel": drawn, "panel_leader": drawn[0]}


def _timer_name(row: Any) -> str:
    return f"{row.name or row.element_id} {local(row.due_at):{MINUTE}}"


def _is_for(task: TaskRecord, actor: Actor) -> bool:
    return task.organisation_id == actor.organisation_id and task.role in actor.roles
