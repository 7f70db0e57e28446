"""Structured processes at random: sequences, choices, parallel blocks, loops, boundary events, subprocesses, lanes."""

from hypothesis import strategies as st

from tests.unit.layout.outline import Outline

NAMES = ["", "审核", "审核材料", "组织专家评审并形成意见", "是否需要提交省级主管部门集体研究决定？"]
LANES = ["申请单位", "省级工业和信息化主管部门", "部"]


class _Growing:
    """A process while it is drawn from what Hypothesis chooses."""

    def __init__(self, draw, lanes):
        self.draw = draw
        self.lanes = lanes
        self.outline = Outline(lanes)
        self.count = 0

    def node(self, kind, inside=""):
        self.count += 1
        element_id = f"n{self.count}"
        lane = self.draw(st.sampled_from(self.lanes)) if self.lanes else ""
        self.outline.node(kind, element_id, lane, self.draw(st.sampled_from(NAMES)), inside)
        return element_id

    def flow(self, source, target):
        self.outline.flow(source, target, self.draw(st.sampled_from(["", "是", "退回修改"])))

    def block(self, before, depth):
        """Add a block after a node and return its last node."""
        kinds = ["task", "task", "guarded", "choice", "loop", "parallel", "subprocess"]
        kind = self.draw(st.sampled_from(kinds[:3] if depth == 0 or self.count > 8 else kinds))
        if kind in ("task", "guarded", "subprocess"):
            return self.task(before, kind)
        gateway = self.node("parallelGateway" if kind == "parallel" else "exclusiveGateway")
        self.flow(before, gateway)
        if kind == "loop":
            return self.loop(before, gateway)
        join = self.node("parallelGateway" if kind == "parallel" else "exclusiveGateway")
        for _ in range(self.draw(st.integers(2, 4))):
            self.flow(self.block(gateway, depth - 1), join)
        return join

    def task(self, before, kind):
        if kind == "subprocess":
            inside = Outline([])
            inside.node("startEvent", f"in{self.count}").node("userTask", f"do{self.count}", name="办理")
            inside.node("endEvent", f"out{self.count}").chain(f"in{self.count}", f"do{self.count}", f"out{self.count}")
            task = self.node("subProcess", inside="".join(inside.elements))
        else:
            task = self.node("userTask")
        self.flow(before, task)
        for number in range(self.draw(st.integers(1, 3)) if kind == "guarded" else 0):
            self.outline.boundary(
                f"{task}_late{number}", task, name=self.draw(st.sampled_from(["", "超期", "撤回申请"]))
            )
            self.flow(f"{task}_late{number}", self.node("endEvent"))
        return task

    def loop(self, first, gateway):
        fix = self.node("userTask") if self.draw(st.booleans()) else first
        if fix != first:
            self.flow(gateway, fix)
            self.flow(fix, first)
        else:
            self.flow(gateway, first)
        return gateway


@st.composite
def processes(draw):
    """Return the bytes of a process without a diagram."""
    growing = _Growing(draw, LANES[: draw(st.integers(0, 3))])
    last = growing.node("startEvent")
    for _ in range(draw(st.integers(1, 4))):
        last = growing.block(last, 1)
    growing.flow(last, growing.node("endEvent"))
    return growing.outline.bpmn()
