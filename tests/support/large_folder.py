"""A folder with a diagram of two hundred elements, drawn: choices and parallel branches one after the other."""

from __future__ import annotations

import json
import re

from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, user, xml

BLOCKS = 33
PROCEDURE = """
id: large
name: 大流程
title: "{year}年度大流程"
summary: 用于检验检查和比较的快慢。
publicity: 不公开
basis: [检验]
numbering: {case: "大-{year}-{number:04d}", receipt: "收件-{year}-{number:06d}"}
lanes:
  applicant: {role: applicant, office: applicant}
starters: {role: applicant, organisation: {kind: government}}
"""
WINDOWS = "windows: {}\ntime_limits: {}\n"
QUESTION = {
    "type": "default",
    "components": [
        {"type": "number", "key": "amount", "label": "数量"},
        {
            "type": "radio",
            "key": "decision",
            "label": "意见",
            "values": [{"value": "yes", "label": "同意"}, {"value": "no", "label": "不同意"}],
        },
    ],
}


def large_folder() -> dict[str, bytes]:
    """Return the files of the folder; its diagram has 200 activities, events and gateways."""
    blocks = "".join(_block(number) for number in range(BLOCKS))
    joints = "".join(flow(f"join_{number}", f"split_{number + 1}") for number in range(BLOCKS - 1))
    around = path("begin", "split_0") + path(f"join_{BLOCKS - 1}", "done")
    body = begin() + end() + blocks + joints + around
    names = re.findall(r'<bpmn:(?!sequenceFlow|condition)\w+ id="(\w+)"', body)
    references = "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in names)
    lanes = f'<bpmn:laneSet id="lanes"><bpmn:lane id="applicant" name="申请">{references}</bpmn:lane></bpmn:laneSet>'
    diagram = _drawn(xml(lanes, body, process="large"), names)
    forms = {f"forms/{name}.form": json.dumps(QUESTION).encode() for name in re.findall(r'userTask id="(\w+)"', body)}
    settings = {"procedure.yaml": PROCEDURE.encode(), "windows.yaml": WINDOWS.encode()}
    return {"process.bpmn": diagram, **settings, **forms}


def _block(number: int) -> str:
    """Two branches of one step, with a reminder at one of them: 6 elements."""
    opens, closes, (first, second) = f"split_{number}", f"join_{number}", (f"ask_{number}", f"look_{number}")
    kind = "parallelGateway" if number % 2 else "exclusiveGateway"
    splits = node(kind, opens) if number % 2 else node(kind, opens, default=f"{opens}__{second}")
    condition = "" if number % 2 else 'decision = "yes" and amount > 3'
    due = "<bpmn:timerEventDefinition><bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    event = node("boundaryEvent", f"due_{number}", due, attachedToRef=first, cancelActivity="false")
    branches = flow(opens, first, condition) + path(opens, second, closes) + flow(first, closes)
    reminded = node("endEvent", f"reminded_{number}") + flow(f"due_{number}", f"reminded_{number}")
    return splits + user(first) + user(second) + node(kind, closes) + event + reminded + branches


def _drawn(diagram: bytes, names: list[str]) -> bytes:
    """Give every element a place; where, does not matter."""
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">'
        f'<dc:Bounds x="{100 + place % 20 * 150}" y="{100 + place // 20 * 130}" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for place, name in enumerate(names)
    )
    spaces = 'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    plane = f'<bpmndi:BPMNDiagram {spaces}><bpmndi:BPMNPlane bpmnElement="large">{shapes}</bpmndi:BPMNPlane>'
    text = diagram.decode().replace("</bpmn:definitions>", f"{plane}</bpmndi:BPMNDiagram></bpmn:definitions>")
    return text.encode()
