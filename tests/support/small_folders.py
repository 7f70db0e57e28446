"""Small procedures of several versions, written as folders: a diagram in one line per element, forms made to fit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.services import inbox
from tests.support.offices import Offices
from tests.unit.runtime.runtime_diagrams import xml

#: Lane -> (name, role and office in the words of procedure.yaml).
LANES = {
    "applicant": ("申请单位", "{role: applicant, office: applicant}"),
    "government": ("省级人民政府", "{role: provincial_government, office: {kind: government, level: 省级}}"),
    "department": ("省级主管部门", "{role: provincial_department, office: {kind: iit_department, level: 省级}}"),
    "experts": ("评审专家", "{role: expert, office: {named: seat}, sealed: true}"),
    "open_experts": ("评审专家", "{role: expert, office: {named: seat}}"),
    "ministry": ("部", "{role: ministry, office: {kind: ministry, level: 国家}}"),
}
PROCEDURE = """
id: permit
name: 许可
title: "{{year}}年度许可"
summary: 用于检验办件维护。
publicity: 不公开
basis: [检验]
numbering: {{case: "许可-{{year}}-{{number:04d}}", receipt: "收件-{{year}}-{{number:06d}}"}}
lanes:
{lanes}
starters: {{role: applicant, organisation: {{kind: government}}}}
"""
WINDOWS = """
windows:
  filing:
    name: 申报窗口
    opens: {{month: 10, day: 15}}
    closes: {{month: 11, day: 15}}
    inclusive: true
    gates: [{gate}]
    basis: 检验
    mark: platform
    level: 国家
{more}
time_limits: {limits}
"""
APPRAISAL = """  appraisal:
    name: 评审窗口
    opens: {month: 12, day: 1}
    closes: {month: 12, day: 20}
    inclusive: true
    gates: []
    basis: 检验
    mark: platform
    level: 国家
"""


def lane_set(lanes: Mapping[str, Sequence[str]]) -> str:
    """A laneSet; the names of its elements are given per lane."""
    found = "".join(
        f'<bpmn:lane id="{lane}" name="{LANES[lane][0]}">'
        + "".join(f"<bpmn:flowNodeRef>{element}</bpmn:flowNodeRef>" for element in elements)
        + "</bpmn:lane>"
        for lane, elements in lanes.items()
    )
    return f'<bpmn:laneSet id="lanes">{found}</bpmn:laneSet>'


def form(keys: Sequence[str]) -> bytes:
    """A form of texts; a key that ends in `_amount` is a number."""
    components = [
        {"type": "number" if key.endswith("_amount") else "textfield", "key": key, "label": key} for key in keys
    ]
    return json.dumps({"type": "default", "components": components}).encode()


def write_folder(
    root: Path,
    *body: str,
    lanes: Mapping[str, Sequence[str]],
    answers: Mapping[str, Sequence[str]] | None = None,
    limits: str = "{}",
    windows: str = "",
    messages: Sequence[str] = (),
) -> Path:
    """Write one version of the procedure `permit` below `root` and return its folder.

    Args:
        root: a directory of this version alone.
        body: the elements of the process.
        lanes: lane -> ids of the elements inside.
        answers: user task -> keys of its form; a task that is not named has one field, `note_<task>`.
        limits: `time_limits` of windows.yaml.
        windows: further windows.
        messages: names of messages.
    """
    folder = root / "permit"
    (folder / "forms").mkdir(parents=True)
    diagram = xml(lane_set(lanes), *body, process="permit", messages=messages)
    tasks = re.findall(rb'<bpmn:userTask id="(\w+)"', diagram)
    for task in (name.decode() for name in tasks):
        keys = (answers or {}).get(task, (f"note_{task}",))
        (folder / "forms" / f"{task}.form").write_bytes(form(keys))
    (folder / "process.bpmn").write_bytes(diagram)
    known = "\n".join(f"  {lane}: {LANES[lane][1]}" for lane in lanes)
    (folder / "procedure.yaml").write_text(PROCEDURE.format(lanes=known), encoding="utf-8")
    gate = tasks[0].decode()
    (folder / "windows.yaml").write_text(WINDOWS.format(gate=gate, limits=limits, more=windows), encoding="utf-8")
    return folder


class Permit:
    """The procedure with its versions, and offices that work on its cases."""

    def __init__(self, offices: Offices, root: Path) -> None:
        self.offices, self._root, self._versions = offices, root, 0
        self.round_id = 0

    def deploy(self, *body: str, **options) -> int:
        """Deploy the next version and return its number; the first one gets a round."""
        self._versions += 1
        folder = write_folder(self._root / f"version_{self._versions}", *body, **options)
        version = self.offices.deploy(folder)
        if not self.round_id:
            self.round_id = self.offices.open_round("permit")
        return version

    def begin(self, login_name: str = "dongguan") -> int:
        """Begin a case and return its id."""
        return self.case_of(self.offices.start(login_name, self.round_id))

    def do(self, login_name: str, element_id: str, case_id: int = 0, **answers) -> None:
        """Complete the step of a case in an office's inbox."""
        self.offices.submit(login_name, self.task(login_name, element_id, case_id), answers)

    def task(self, login_name: str, element_id: str, case_id: int = 0) -> int:
        """Return the open task of a step in an office's inbox."""
        rows = inbox.list_inbox(self.offices.system, self.offices.actor(login_name)).rows
        found = [row for row in rows if row.element_id == element_id and case_id in (0, row.case_id)]
        assert found, f"{login_name} has only {[(row.case_id, row.element_id) for row in rows]}"
        return found[0].task_id

    def case_of(self, task_id: int) -> int:
        return self.one("SELECT instance_id FROM user_task WHERE id = %s", task_id)[0]

    def one(self, query: str, *values: object):
        """Return the only row of a query."""
        return self.all(query, *values)[0]

    def all(self, query: str, *values: object):
        with self.offices.system.database.reading() as connection:
            return connection.exec_driver_sql(query, values).all()
