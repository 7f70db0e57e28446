"""Scenarios (推演用例): worked cases of a procedure's folder, played through the services on simulated days.

A scenario brings its own organisations: an applicant as it describes, and one office per lane on the applicant's chain
of regions, with one account per role. What happens is compared with what the owner wrote, step by step; the first
difference stops the scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from engine.calendars import LEVELS
from engine.clock import ZONE
from engine.folders import Folder, LaneRule
from engine.recording import WINDOW_EXTENDED, WITHDRAWN
from engine.recording.publications import OBJECTION_RECEIVED
from engine.services import (
    cases,
    definitions,
    hall,
    inbox,
    materials,
    objections,
    organisations,
    publications,
    rounds,
    timers,
    windows,
)
from engine.store import history
from engine.store import rounds as round_rows
from engine.views import CaseView, ExtensionRequest, HistoryEvent, RoundNotice
from tests.support.offices import REPOSITORY, Offices
from tests.support.scenario_titles import begun_by_the_clock, hold_findings, hold_titles

PROCEDURES = REPOSITORY / "bpmn"
#: The shared values of a folder's scenarios.
SAMPLES = "samples.yaml"
#: One region per level, each below the one before.
REGIONS = dict(zip(LEVELS, ("000000", "990000", "990100", "990100001", "990100002"), strict=True))
#: So many experts may be invited to a panel.
EXPERTS = 7
INSTANT = timedelta(microseconds=1)


class Deviation(AssertionError):
    """The services do something else than the scenario says."""


@dataclass(frozen=True)
class Scenario:
    """One file of a folder's `scenarios/`."""

    path: Path
    written: dict[str, Any]
    samples: dict[str, Any]

    #: Which of the applicants of `each` it is about, or "".
    variant: str = ""

    @classmethod
    def read(cls, path: Path) -> list[Scenario]:
        """Return the scenario of a file, or one for each applicant that it lists under `each`."""
        samples = path.with_name(SAMPLES)
        shared = yaml.safe_load(samples.read_text(encoding="utf-8")) if samples.exists() else {}
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [cls(path, written, shared)._with(one) for one in written.get("each", [{}])]

    def _with(self, one: dict[str, Any]) -> Scenario:
        """Return the scenario with an applicant and samples of its own."""
        applicant = {**self.written["applicant"], **one.get("applicant", {})}
        samples = {**self.samples, "samples": {**self.samples.get("samples", {}), **one.get("samples", {})}}
        variant = applicant["name"] if one else ""
        return Scenario(self.path, {**self.written, "applicant": applicant}, samples, variant)

    @property
    def name(self) -> str:
        return "-".join(part for part in (self.folder.name, self.path.stem, self.variant) if part)

    @property
    def folder(self) -> Path:
        return self.path.parents[1]

    @property
    def applicant(self) -> dict[str, Any]:
        return {**self.samples.get("applicant", {}), **self.written["applicant"]}

    def answers(self, step: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the values and the uploaded items of a step: those of its sample, and its own over them."""
        sample = self.samples["samples"][step["sample"]] if "sample" in step else {}
        values = {**sample.get("values", {}), **step.get("values", {})}
        return values, tuple(step.get("materials", sample.get("materials", ())))


def procedure_folders() -> list[Path]:
    return sorted(path.parent for path in PROCEDURES.glob("*/procedure.yaml"))


def scenarios_of(folder: Path) -> list[Scenario]:
    files = sorted(path for path in folder.glob("scenarios/*.yaml") if path.name != SAMPLES)
    return [scenario for path in files for scenario in Scenario.read(path)]


def play(offices: Offices, scenario: Scenario) -> Course:
    """Play a scenario in an empty system.

    Raises:
        Deviation: at the first step that does something else than written.
    """
    folder = definitions.check_folder(scenario.folder)
    cast = Cast(folder, scenario.applicant, frozenset(scenario.written.get("without", ())))
    organisations.load_organisations(offices.system, {"scenario.yaml": cast.directory()})
    definitions.deploy_folder(offices.system, scenario.folder)
    with offices.system.database.transaction() as connection:
        hold_titles(connection, cast.applicant_id, scenario.written.get("titles", ()))
    course = Course(offices, scenario, folder, cast)
    for step in scenario.written["steps"]:
        course.take(step)
    return course


@dataclass(frozen=True)
class Cast:
    """The organisations and accounts that a scenario needs."""

    folder: Folder
    applicant: dict[str, Any]
    #: Lanes whose office does not exist above this applicant.
    without: frozenset[str] = frozenset()

    @property
    def level(self) -> str:
        """Where the applicant stands: as it says, as its procedure says, or as cities do."""
        levels = self.folder.procedure.starters.levels
        city = "省级" if self.applicant.get("is_municipality") else "地市级"
        return self.applicant.get("level") or (levels[0] if levels else city)

    def directory(self) -> str:
        """Return the organisations as an owner would write them."""
        places = {self._place(lane): None for lane in self._lanes()} | {self._own_place: None}
        return yaml.safe_dump(
            {
                "attributes_are": "demonstration",
                "explanation": "推演用例的单位，均为虚构。",
                "regions": self._regions(),
                "organisations": [*(self._organisation(*place) for place in places), *self._experts()],
                "posts": [
                    {"id": login, "organisation": organisation_id, "name": login, "roles": [role]}
                    for login, organisation_id, role in self._accounts()
                ],
                "demonstration_accounts": [
                    {"login_name": login, "post": login, "duty": "推演"} for login, _, _ in self._accounts()
                ],
            },
            allow_unicode=True,
        )

    def login(self, lane_id: str, role: str = "") -> str:
        return f"{lane_id}_as_{role or self.folder.procedure.lanes[lane_id].role}"

    @property
    def starter(self) -> str:
        """The account that begins the case, or follows the case that the clock begins."""
        starters = self.folder.procedure.starters
        if starters.about:
            lanes = self.folder.procedure.lanes.items()
            return next(self.login(lane_id) for lane_id, rule in lanes if rule.office and rule.role == starters.role)
        own = [lane_id for lane_id, rule in self.folder.procedure.lanes.items() if rule.is_applicant]
        return self.login(own[0], starters.role)

    @property
    def opener(self) -> str:
        """The account that opens the round: the office at the level that sets the windows."""
        levels = {window.level for window in self.folder.windows.values()}
        lanes = self.folder.procedure.lanes.items()
        offices = [(lane_id, rule.office.level) for lane_id, rule in lanes if rule.office]
        return next(self.login(lane_id) for lane_id, level in offices if not levels or level in levels)

    @property
    def _own_place(self) -> tuple[str, str]:
        starters = self.folder.procedure.starters
        return self.applicant.get("kind") or (starters.about or starters.kinds)[0], self.level

    @property
    def applicant_id(self) -> str:
        return _organisation_id(*self._own_place)

    def _lanes(self) -> dict[str, LaneRule]:
        """Return the lanes that have an office."""
        lanes = self.folder.procedure.lanes.items()
        return {lane_id: rule for lane_id, rule in lanes if not rule.named and lane_id not in self.without}

    def _place(self, lane_id: str) -> tuple[str, str]:
        """Return kind and level of a lane's office."""
        office = self.folder.procedure.lanes[lane_id].office
        return (office.kind, office.level) if office else self._own_place

    def _organisation(self, kind: str, level: str) -> dict[str, Any]:
        is_applicant = (kind, level) == self._own_place
        attributes = {key: value for key, value in self.applicant.items() if key not in ("name", "level")}
        name = self.applicant["name"] if is_applicant else f"{level}{kind}"
        return {
            "id": _organisation_id(kind, level),
            "name": name,
            "short_name": name,
            "kind": kind,
            "levels": [level],
            "region": REGIONS[level],
            **({"attributes": attributes} if is_applicant else {}),
        }

    def _experts(self) -> list[dict[str, Any]]:
        """Return the register from which a panel is drawn."""
        return [
            {
                "id": f"expert_{number}",
                "name": f"推演专家{number}",
                "short_name": f"专家{number}",
                "kind": "expert",
                "levels": ["国家"],
                "region": REGIONS["国家"],
            }
            for _, number in self._seats()
        ]

    def _seats(self) -> list[tuple[str, int]]:
        """Return (role, number) of every expert, where a procedure names the offices of a lane one by one."""
        named = {rule.role for rule in self.folder.procedure.lanes.values() if rule.named}
        return [(role, number) for role in named for number in range(1, EXPERTS + 1)]

    def _accounts(self) -> list[tuple[str, str, str]]:
        """Return (login name, organisation, role) of everybody whom a lane or one of its steps names."""
        lanes = self._lanes()
        experts = [(f"expert_{number}", f"expert_{number}", role) for role, number in self._seats()]
        wanted = [(lane_id, rule.role) for lane_id, rule in lanes.items()]
        for element in self.folder.definition.elements.values():
            if element.lane in lanes and element.attributes.get("candidateGroups"):
                wanted.append((element.lane, element.attributes["candidateGroups"]))
        offices = [
            (self.login(lane_id, role), _organisation_id(*self._place(lane_id)), role)
            for lane_id, role in dict.fromkeys(wanted)
        ]
        return offices + experts

    def _regions(self) -> list[dict[str, str]]:
        below = LEVELS[: LEVELS.index(self.level) + 1]
        regions = []
        for level, above in zip(below, (None, *below), strict=False):
            parent = {"parent": REGIONS[above]} if above else {}
            regions.append({"code": REGIONS[level], "name": f"推演{level}", "level": level, **parent})
        return regions


def _organisation_id(kind: str, level: str) -> str:
    return f"{kind}_at_{LEVELS.index(level)}"


@dataclass
class Course:
    """A scenario on its way."""

    offices: Offices
    scenario: Scenario
    folder: Folder
    cast: Cast
    case_id: int = 0
    #: Ids of the elements passed so far, in order.
    passed: list[str] = field(default_factory=list)
    _seen: int = 0

    @property
    def ends(self) -> list[str]:
        """The end events reached so far."""
        return [name for name in self.passed if self.folder.definition.elements[name].kind == "endEvent"]

    def take(self, step: dict[str, Any]) -> None:
        """Let one thing happen, and compare what follows with what is written."""
        at = _instant(step["at"])
        if self.case_id:
            self._let_time_pass(step, at)
        self.offices.clock.move_to(at)
        kind = next(kind for kind in ("begin", "task", "message", "timer") if kind in step)
        getattr(self, f"_{kind}")(step)
        self.offices.beat()
        self._compare(step)

    def view(self) -> CaseView:
        return cases.read_case(self.offices.system, self.offices.actor(self.cast.starter), self.case_id)

    def _let_time_pass(self, step: dict[str, Any], at: datetime) -> None:
        """Whatever goes off by itself before this step must have been a step of its own."""
        self.offices.clock.move_to(at - INSTANT)
        before = self.view().timers
        if self.offices.beat():
            left = {timer.element_id for timer in self.view().timers}
            gone = [f"{timer.element_id} {timer.due_at.astimezone(ZONE)}" for timer in before]
            raise Deviation(f"{step['at']}: 在此之前已到时 {gone}，剩下 {left}")

    def _begin(self, step: dict[str, Any]) -> None:
        by_the_clock = self.folder.procedure.cycle is not None
        self.case_id = self._begun_by_the_clock(step) if by_the_clock else self._begun_by_hand()
        with self.offices.system.database.transaction() as connection:
            found = self.scenario.written.get("findings", ())
            hold_findings(connection, self.cast.applicant_id, found, self.case_id)
        if step["begin"] not in self.view().history[-1].details["passed"]:
            raise Deviation(f"{step['at']}: 不是从 {step['begin']} 开始的")

    def _begun_by_hand(self) -> int:
        system, cast, procedure = self.offices.system, self.cast, self.folder.procedure
        if procedure.is_standing:
            with system.database.reading() as connection:
                row = round_rows.standing_round(connection, procedure.id)
            round_id = row.id if row else 0
        else:
            round_id = rounds.open_round(system, self.offices.actor(cast.opener), self._notice())
        about = cast.applicant_id if procedure.starters.about else ""
        return hall.start_case(system, self.offices.actor(cast.starter), round_id, about=about).case_id

    def _begun_by_the_clock(self, step: dict[str, Any]) -> int:
        begun = begun_by_the_clock(self.offices.system, self.folder.procedure.id)
        if begun is None or begun[1] != _instant(step["at"]):
            raise Deviation(f"{step['at']}: 系统按周期发起的是 {begun and begun[1].astimezone(ZONE)}")
        return begun[0]

    def _notice(self) -> RoundNotice:
        year = self.scenario.written["year"]
        return RoundNotice(
            procedure_id=self.folder.procedure.id,
            year=year,
            title=self.folder.procedure.title.format(year=year),
            document_number="",
            issued_on=None,
            publicity=self.folder.procedure.publicity,
            windows={rule.id: rule.days_of(year) for rule in self.folder.windows.values()},
        )

    def _task(self, step: dict[str, Any]) -> None:
        values, files = self.scenario.answers(step)
        login = self._holder(step)
        task_id = self.offices.task(login, step["task"])
        if "panel" in step:
            experts = inbox.read_task(self.offices.system, self.offices.actor(login), task_id).context["experts"]
            drawn = [expert["value"] for expert in experts[: step["panel"]]]
            values |= {"panel": drawn, "panel_leader": drawn[0]}
        self._replace(login, task_id, files)
        self.offices.complete(login, step["task"], values, files=files)

    def _holder(self, step: dict[str, Any]) -> str:
        """Return who does a step: the office of its lane, or the first expert who still has to."""
        lane_id = self.folder.definition.elements[step["task"]].lane
        if not self.folder.procedure.lanes[lane_id].named:
            return self.cast.login(lane_id, step["role"])
        experts = [f"expert_{number}" for number in range(1, EXPERTS + 1)]
        return next(login for login in experts if step["task"] in self.offices.steps(login))

    def _replace(self, login: str, task_id: int, files: tuple[str, ...]) -> None:
        """Take away what a step that is open again has, where the scenario brings something new."""
        system, actor = self.offices.system, self.offices.actor(login)
        for item in inbox.read_task(system, actor, task_id).checklist:
            for file in item.files if item.field_key in files else ():
                materials.remove_material(system, actor, task_id, file.material_id)

    def _message(self, step: dict[str, Any]) -> None:
        system, now = self.offices.system, self.offices.clock.now()
        if step["message"] == WITHDRAWN:
            actor = self.offices.actor(self.cast.starter)
            cases.withdraw_case(system, actor, self.case_id, self.scenario.written["title"], now)
        elif step["message"] == WINDOW_EXTENDED:
            self._extend(step)
        elif step["message"] == OBJECTION_RECEIVED:
            self._object()
        else:
            raise Deviation(f"{step['at']}: 没有办法从外面发出消息 {step['message']}")

    def _object(self) -> None:
        """Let somebody without an account object to what the case made public last."""
        system, actor = self.offices.system, self.offices.actor(self.cast.opener)
        last = publications.list_of_case(system, actor, self.case_id)[-1]
        given = objections.Objection(name="推演异议人", contact="推演", reason=self.scenario.written["title"])
        publication_id = last.publication.publication_id
        objections.submit_objection(
            system, publication_id, given, address="127.0.0.1", received_at=self.offices.clock.now()
        )

    def _extend(self, step: dict[str, Any]) -> None:
        actor = self.offices.actor(self.cast.opener)
        (round_id,) = (row.round_id for row in rounds.list_rounds(self.offices.system, actor))
        request = ExtensionRequest(
            window_id=step.get("window", next(iter(self.folder.windows))),
            cohort="has_draft",
            organisations=(),
            new_close_at=_instant(step["extended_to"]),
            reason=self.scenario.written["title"],
            document_number="推演",
        )
        windows.order_extension(self.offices.system, actor, round_id, request)

    def _timer(self, step: dict[str, Any]) -> None:
        """Fire a timer that falls due within the minute written; a window's timer is let go a grace later."""
        system, at = self.offices.system, _instant(step["at"])
        with system.database.reading() as connection:
            row = connection.exec_driver_sql(
                "SELECT id, due_at, release_at FROM timer"
                " WHERE state = 'waiting' AND element_id = %s AND instance_id = %s",
                (step["timer"], self.case_id),
            ).one_or_none()
        due_at = row and row.due_at.astimezone(ZONE)
        if due_at is None or not at <= due_at < at + timedelta(minutes=1):
            raise Deviation(f"{step['at']}: {step['timer']} 到时是 {due_at}")
        self.offices.clock.move_to(row.release_at)
        timers.fire_timer(system, row.id)

    def _events(self) -> list[HistoryEvent]:
        """Return the whole course, oldest first: what the applicant reads of it leaves out the sealed sheets."""
        with self.offices.system.database.reading() as connection:
            return list(reversed(history.read_history(connection, self.case_id)))

    def _compare(self, step: dict[str, Any]) -> None:
        view = self.view()
        fresh = self._events()[self._seen :]
        self._seen += len(fresh)
        passed = [name for event in fresh for name in event.details.get("passed", ())]
        self.passed += passed
        steps = [self.folder.definition.elements[name] for name in passed]
        found = {
            "expect": sorted(task.element_id for task in view.open_tasks),
            "operations": sorted(step.attributes["topic"] for step in steps if "topic" in step.attributes),
        }
        written = {name: sorted(step.get(name, ())) for name in found}
        if found != written:
            raise Deviation(f"{step['at']}: 写的是 {written}，实际是 {found}")


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
