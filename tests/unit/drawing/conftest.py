from pathlib import Path

import pytest

HERE = Path(__file__).parent
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI">'
)


class Sketch:
    """A tiny BPMN file, put together shape by shape."""

    def __init__(self):
        self.elements = []
        self.drawn = []

    def shape(self, element, element_id, box, *, label=None):
        """Add an element, written as its opening tag without brackets, at a place."""
        name = element.split()[0]
        self.elements.append(f'<bpmn:{element} id="{element_id}"></bpmn:{name}>')
        bounds = '<dc:Bounds x="{}" y="{}" width="{}" height="{}" />'
        written = f"<bpmndi:BPMNLabel>{bounds.format(*label)}</bpmndi:BPMNLabel>" if label else ""
        inside = bounds.format(*box) + written
        self.drawn.append(f'<bpmndi:BPMNShape bpmnElement="{element_id}">{inside}</bpmndi:BPMNShape>')
        return self

    def task(self, element_id, x, y, name="审核"):
        return self.shape(f'userTask name="{name}"', element_id, (x, y, 120, 72))

    def flow(self, element_id, source, target, *points, name=""):
        self.elements.append(
            f'<bpmn:sequenceFlow id="{element_id}" name="{name}" sourceRef="{source}" targetRef="{target}" />'
        )
        waypoints = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
        self.drawn.append(f'<bpmndi:BPMNEdge bpmnElement="{element_id}">{waypoints}</bpmndi:BPMNEdge>')
        return self

    def bpmn(self, prolog=""):
        inside = f'<bpmn:process id="p" name="样例">{"".join(self.elements)}</bpmn:process>'
        plane = f"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane>{''.join(self.drawn)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        return f"{prolog}{HEAD}{inside}{plane}</bpmn:definitions>".encode()


@pytest.fixture
def sketch():
    return Sketch()


@pytest.fixture
def gallery():
    return (HERE / "gallery.bpmn").read_bytes()


@pytest.fixture
def city_diagram():
    return (HERE.parents[2] / "bpmn" / "city_application" / "process.bpmn").read_bytes()
