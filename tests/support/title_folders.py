"""Small procedures about a title: its award, renewal, yearly report, evaluation, and violations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from engine.clock import ZONE
from engine.services import closings, cycles, hall, timers
from engine.services.notices import deliver_notice
from tests.support.offices import Offices
from tests.support.small_folders import LANES, form, lane_set
from tests.unit.runtime.runtime_diagrams import begin, boundary, end, flow, node, path, timer, user, xml

KIND = "示范集聚区"
SCHEME = "示范办法"
GATE = node("exclusiveGateway", "is_passed", default="is_passed__no")


def service(name, topic, **parameters):
    """A service task; a parameter's text is FEEL when it starts with `=`."""
    written = "".join(
        f'<camunda:inputParameter name="{key}">{escape(text)}</camunda:inputParameter>'
        for key, text in parameters.items()
    )
    inner = f"<bpmn:extensionElements><camunda:inputOutput>{written}</camunda:inputOutput></bpmn:extensionElements>"
    return node("serviceTask", name, inner, camunda_type="external", camunda_topic=topic)


@dataclass(frozen=True)
class Small:
    """A procedure as a folder: elements, lanes, keys of the forms, and what procedure.yaml adds."""

    id: str
    name: str
    body: tuple[str, ...]
    lanes: dict[str, tuple[str, ...]]
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    more: str = ""
    windows: str = ""
    starters: str = "{role: applicant, organisation: {kind: government}}"

    def write(self, root: Path) -> Path:
        folder = root / self.id
        (folder / "forms").mkdir(parents=True)
        for task, keys in self.answers.items():
            (folder / "forms" / f"{task}.form").write_bytes(form(keys))
        diagram = xml(lane_set(self.lanes), *self.body, process=self.id, messages=["msg_case_closed"])
        (folder / "process.bpmn").write_bytes(diagram)
        lanes = "\n".join(f"  {lane}: {LANES[lane][1]}" for lane in self.lanes)
        (folder / "procedure.yaml").write_text(
            f"id: {self.id}\nname: {self.name}\ntitle: {self.name}\nsummary: 用于检验称号。\npublicity: 不公开\n"
            f"rounds: standing\nbasis: [检验]\nlanes:\n{lanes}\nstarters: {self.starters}\n"
            f'numbering: {{case: "{self.name}-{{year}}-{{number:04d}}", receipt: "收件-{{year}}-{{number:06d}}"}}\n'
            f"{self.more}",
            encoding="utf-8",
        )
        (folder / "windows.yaml").write_text(self.windows or "windows: {}\n", encoding="utf-8")
        return folder


AWARD = Small(
    "trial_award",
    "授予",
    (
        begin(), user("ask"), user("decide"), service(
            "grant", "grant_title", kind=KIND, term_years="3", document_number="示〔2021〕1号"
        ), end("granted"), path("begin", "ask", "decide", "grant", "granted"),
    ),
    {"applicant": ("begin", "ask"), "department": ("decide", "grant", "granted")},
    {"ask": ("wish",), "decide": ("opinion",)},
    more=(
        "eligibility:\n"
        f"  - {{id: E1, label: 未持有, rule: 'not(list contains(history.titles, \"{KIND}\"))', message: 已持有称号。,"
        " basis: 检验, mark: platform}\n"
        f"  - {{id: E2, label: 无认定, rule: 'not(list contains(history.findings, \"{SCHEME}\"))',"
        " message: 认定仍然有效。, basis: 检验, mark: platform, overridable_by: ministry}\n"
        "cases_per_applicant: many\n"
    ),
)  # fmt: skip
RENEWAL = Small(
    "trial_renewal",
    "复核",
    (
        begin(), user("apply"), boundary("window_closed", "apply", timer("windows.filing.closes_at", "timeDate")),
        service("take_in", "issue_receipt"),
        service("keep", "change_title", kind=KIND, status="复核中", reason="窗口内已申请复核"),
        user("review"), GATE,
        service("renew", "renew_title", kind=KIND, term_years="3", document_number="示〔2024〕2号"), end("renewed"),
        service("rectify", "change_title", kind=KIND, status="整改中", reason="=opinion"), end("rectifying"),
        user("decide_lateness"), end("late"),
        path("begin", "apply", "take_in", "keep", "review", "is_passed"),
        path("window_closed", "decide_lateness", "late"),
        flow("is_passed", "renew", 'result = "pass"'), flow("is_passed", "rectify", name="is_passed__no"),
        path("renew", "renewed"), path("rectify", "rectifying"),
    ),
    {
        "applicant": ("begin", "apply", "window_closed"),
        "department": (
            "take_in", "keep", "review", "is_passed", "renew", "renewed", "rectify", "rectifying",
            "decide_lateness", "late",
        ),
    },
    {"apply": ("summary_text",), "review": ("result", "opinion"), "decide_lateness": ("lateness_opinion",)},
    more=f"cycle: {{kind: renewal, title: {KIND}, months: 3}}\n",
    windows=(
        "windows:\n  filing: {name: 复核申请窗口, of_cycle: true, gates: [apply],"
        " basis: 检验, mark: reading, level: 省级}\n"
    ),
)  # fmt: skip
REPORT = Small(
    "trial_report",
    "年度报告",
    (begin(), user("fill_report"), service("take_in", "issue_receipt"), end("reported"),
     path("begin", "fill_report", "take_in", "reported")),
    {"applicant": ("begin", "fill_report"), "department": ("take_in", "reported")},
    {"fill_report": ("narrative",)},
    more=f"cycle: {{kind: yearly, opens: {{month: 1, day: 1}}, holders_of: {KIND}}}\n",
    windows=(
        "windows:\n  filing: {name: 年度报告窗口, opens: {month: 1, day: 1}, closes: {month: 1, day: 31},"
        " inclusive: true, gates: [fill_report], basis: 检验, mark: source, level: 省级}\n"
    ),
)  # fmt: skip
ABOUT = "{role: provincial_department, organisation: {kind: iit_department}, about: [government]}"
EVALUATION = Small(
    "trial_evaluation",
    "星级评估",
    (begin(), user("evaluate"), service("enter", "record_stars", kind=KIND, year="=year_amount", stars="=stars_amount"),
     node("exclusiveGateway", "is_twice", default="is_twice__no"), user("prepare_exit"), end("exit_prepared"),
     end("evaluated"), path("begin", "evaluate", "enter", "is_twice"), path("prepare_exit", "exit_prepared"),
     flow("is_twice", "prepare_exit", "stars_amount = 1 and title.one_star_streak >= 1"),
     flow("is_twice", "evaluated", name="is_twice__no")),
    {"department": ("begin", "evaluate", "enter", "is_twice", "prepare_exit", "exit_prepared", "evaluated")},
    {"evaluate": ("year_amount", "stars_amount"), "prepare_exit": ("opinion",)},
    more=f"title_kind: {KIND}\ncases_per_applicant: many\n",
    starters=ABOUT,
)  # fmt: skip
VIOLATION = Small(
    "trial_violation",
    "违规查处",
    (begin(), user("judge"), node("exclusiveGateway", "is_found", default="is_found__lift"),
     service("find", "record_finding", scheme=SCHEME, ground="=ground"),
     service("close", "close_cases", procedures="trial_award, trial_report", reason="=ground"),
     service("revoke", "change_title", kind=KIND, status="撤销", reason="=ground"), end("found"),
     service("lift", "lift_finding", scheme=SCHEME, ground="=ground"), end("lifted"),
     path("begin", "judge", "is_found"), flow("is_found", "find", 'verdict != "lift"'),
     node("exclusiveGateway", "is_held", default="is_held__no"), path("find", "close", "is_held"),
     flow("is_held", "revoke", "title != null"), flow("is_held", "found", name="is_held__no"), path("revoke", "found"),
     flow("is_found", "lift", name="is_found__lift"), path("lift", "lifted")),
    {"department": (
        "begin", "judge", "is_found", "find", "close", "is_held", "revoke", "found", "lift", "lifted",
    )},
    {"judge": ("verdict", "ground")},
    more=f"title_kind: {KIND}\ncases_per_applicant: many\n",
    starters=ABOUT,
)  # fmt: skip
ALL = (AWARD, RENEWAL, REPORT, EVALUATION, VIOLATION)
HOLDER, GRANTER = "dongguan", "guangdong_department"


class Register:
    """The procedures deployed, and everybody's hands over them on simulated days."""

    def __init__(self, offices: Offices, root: Path, *procedures: Small) -> None:
        self.offices, self.system, self.clock = offices, offices.system, offices.clock
        for procedure in procedures or ALL:
            offices.deploy(procedure.write(root))

    def at(self, year: int, month: int, day: int, hour: int = 10) -> Register:
        """Let it be that time, as a clock that jumps: what was due meanwhile happens now."""
        self.clock.move_to(datetime(year, month, day, hour, tzinfo=ZONE))
        return self.settle()

    def settle(self) -> Register:
        """Do what the pulse and the workers do until nothing is due any more."""
        while self.beat():
            pass
        return self

    def beat(self) -> int:
        done = 0
        cycles.release_cycles(self.system)
        for query, work in (
            (
                "SELECT id FROM cycle_step WHERE state = 'waiting' AND due_at <= %s ORDER BY due_at, id",
                cycles.take_step,
            ),
            ("SELECT id FROM closing_order WHERE state = 'waiting' AND ordered_at <= %s", closings.close_case),
            (
                "SELECT id FROM timer WHERE state = 'waiting' AND release_at <= %s ORDER BY release_at",
                timers.fire_timer,
            ),
            ("SELECT id FROM notice WHERE delivered_at IS NULL AND sent_at <= %s", deliver_notice),
        ):
            done += sum(work(self.system, row[0]) for row in self.all(query, self.clock.now()))
        return done

    def begin(self, login_name: str, procedure: Small, about: str = "") -> int:
        """Begin a case by hand and return its first task."""
        round_id = self.one("SELECT id FROM yearly_round WHERE procedure_id = %s", procedure.id)[0]
        return hall.start_case(self.system, self.offices.actor(login_name), round_id, about=about).task_id

    def do(self, login_name: str, element_id: str, **answers) -> int:
        """Complete the step in an office's inbox; return the case."""
        return self.offices.complete(login_name, element_id, answers).case_id

    def award(self, holder: str = HOLDER) -> None:
        self.begin(holder, AWARD)
        self.do(holder, "ask", wish="申请")
        self.do(GRANTER, "decide", opinion="同意")

    def evaluate(self, year: int, stars: int) -> None:
        self.begin(GRANTER, EVALUATION, about="dongguan_government")
        self.do(GRANTER, "evaluate", year_amount=year, stars_amount=stars)

    def judge(self, verdict: str, ground: str = "查实弄虚作假") -> int:
        self.begin(GRANTER, VIOLATION, about="dongguan_government")
        return self.do(GRANTER, "judge", verdict=verdict, ground=ground)

    def title(self, holder: str = "dongguan_government"):
        return self.one("SELECT * FROM title WHERE holder_id = %s ORDER BY id DESC LIMIT 1", holder)

    def events(self) -> list[str]:
        return [row[0] for row in self.all("SELECT kind FROM title_event ORDER BY title_id, sequence")]

    def cases(self, procedure: Small):
        """Return (number, started_at, state, outcome) of the procedure's cases, in the order they began."""
        query = (
            "SELECT number, started_at, state, outcome, id FROM process_instance WHERE procedure_id = %s ORDER BY id"
        )
        return self.all(query, procedure.id)

    def one(self, query: str, *values: object):
        return self.all(query, *values)[0]

    def all(self, query: str, *values: object):
        with self.system.database.reading() as connection:
            return connection.exec_driver_sql(query, values).all()
