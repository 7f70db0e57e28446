"""BPMN files without a diagram, for tests that arrange them."""

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:t">\n'
)


class Outline:
    """A BPMN file without a diagram, put together element by element."""

    def __init__(self, lanes=()):
        self.lanes = {lane: [] for lane in lanes}
        self.elements = []

    def node(self, kind, element_id, lane="", name="", inside=""):
        self.elements.append(f'<bpmn:{kind} id="{element_id}" name="{name}">{inside}</bpmn:{kind}>')
        if lane:
            self.lanes.setdefault(lane, []).append(element_id)
        return self

    def boundary(self, element_id, host, lane="", name="超期"):
        self.elements.append(f'<bpmn:boundaryEvent id="{element_id}" name="{name}" attachedToRef="{host}" />')
        if lane:
            self.lanes.setdefault(lane, []).append(element_id)
        return self

    def flow(self, source, target, name=""):
        flow_id = f"{source}__{target}__{len(self.elements)}"
        self.elements.append(
            f'<bpmn:sequenceFlow id="{flow_id}" name="{name}" sourceRef="{source}" targetRef="{target}" />'
        )
        return self

    def chain(self, *nodes):
        for source, target in pairwise(nodes):
            self.flow(source, target)
        return self

    def bpmn(self):
        lanes = "".join(
            f'<bpmn:lane id="{lane}" name="{lane}">'
            + "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in members)
            + "</bpmn:lane>\n"
            for lane, members in self.lanes.items()
        )
        lane_set = f'<bpmn:laneSet id="lanes">{lanes}</bpmn:laneSet>' if lanes else ""
        pool = (
            '<bpmn:collaboration id="c"><bpmn:participant id="pool" name="事项" processRef="p" /></bpmn:collaboration>'
            if lanes
            else ""
        )
        body = "\n".join(self.elements)
        return f'{HEAD}{pool}<bpmn:process id="p">{lane_set}{body}</bpmn:process>\n</bpmn:definitions>\n'.encode()
