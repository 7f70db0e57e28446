"""A new diagram of a draft: a course of two events to begin drawing with, which another diagram may call."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from engine.errors import BadRequest

_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_WORD = 60
LONGEST_NAME = 100
_BPMN = "http://www.omg.org/spec/BPMN/20100524"


def diagram_file(word: str) -> str:
    """Return the path of a diagram of this name.

    Raises:
        BadRequest: the name is no word in small English letters.
    """
    if not _WORD.fullmatch(word) or len(word) > LONGEST_WORD:
        raise BadRequest("文件名用小写英文单词，以下划线连接，例如 expert_review。")
    return f"{word}.bpmn"


def begin_diagram(procedure_id: str, word: str, name: str) -> bytes:
    """Return a diagram with a beginning and an end.

    Args:
        procedure_id: the procedure that it belongs to; it begins the id of the process.
        word: the name of the file, without its ending.
        name: what people call it; the word when empty.
    """
    process = f"{procedure_id}_{word}"
    title = quoteattr(name.strip()[:LONGEST_NAME] or word)
    events = (("startEvent", f"{word}_begun", "开始", 160), ("endEvent", f"{word}_done", "完成", 520))
    begun, done = (event[1] for event in events)
    drawn = "".join(
        f'      <bpmndi:BPMNShape id="{event}_di" bpmnElement="{event}">'
        f'<dc:Bounds x="{left}" y="120" width="36" height="36" /></bpmndi:BPMNShape>\n'
        for _, event, _, left in events
    )
    steps = "".join(f'    <bpmn:{kind} id="{event}" name="{words}" />\n' for kind, event, words, _ in events)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<bpmn:definitions xmlns:bpmn="{_BPMN}/MODEL" xmlns:bpmndi="{_BPMN}/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
        f' id="{process}_definitions" targetNamespace="urn:guicheng:{process}">\n'
        f'  <bpmn:process id="{process}" name={title} isExecutable="false">\n{steps}'
        f'    <bpmn:sequenceFlow id="{begun}__done" sourceRef="{begun}" targetRef="{done}" />\n  </bpmn:process>\n'
        f'  <bpmndi:BPMNDiagram id="{process}_diagram">\n    <bpmndi:BPMNPlane id="{process}_plane"'
        f' bpmnElement="{process}">\n{drawn}'
        f'      <bpmndi:BPMNEdge id="{begun}__done_di" bpmnElement="{begun}__done">'
        '<di:waypoint x="196" y="138" /><di:waypoint x="520" y="138" /></bpmndi:BPMNEdge>\n'
        "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</bpmn:definitions>\n"
    )
    return text.encode()
