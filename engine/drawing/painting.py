"""How a marked element looks and what its badge and its spoken name say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.drawing.markup import LINE, OUTLINE, PAPER
from engine.views import ElementMark


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """The colours of an element in one state."""

    stroke: str = OUTLINE
    fill: str = PAPER
    line: str = LINE
    width: float = 1.5
    #: Colour of the badge; "" without one.
    badge: str = ""
    state: str = ""


PLAIN = Paint()
_PAINTS: Mapping[str, Paint] = {
    "active": Paint(stroke="#14519c", fill="#e8f0fa", line="#14519c", width=2.4, badge="#14519c", state="active"),
    "late": Paint(stroke="#b3231b", fill="#fdecea", line="#b3231b", width=2.4, badge="#b3231b", state="late"),
    "done": Paint(stroke="#1b6638", fill="#e5f3ea", line="#1b6638", width=1.8, badge="#1b6638", state="done"),
    "incident": Paint(stroke="#7a4b00", fill="#fff3d9", line="#7a4b00", width=2.4, badge="#7a4b00", state="incident"),
    "added": Paint(stroke="#1b6638", fill="#e5f3ea", line="#1b6638", width=2.4, badge="#1b6638", state="added"),
    "removed": Paint(stroke="#b3231b", fill="#fdecea", line="#b3231b", width=2.4, badge="#b3231b", state="removed"),
    "changed": Paint(stroke="#7a4b00", fill="#fff3d9", line="#7a4b00", width=2.4, badge="#7a4b00", state="changed"),
}
#: Marks of a comparison: what became of an element, with a sign so that it is not told by colour alone.
COMPARED: Mapping[str, str] = {"added": "＋新增", "removed": "－删除", "changed": "≠修改"}

KINDS: Mapping[str, str] = {
    "participant": "单位",
    "lane": "泳道",
    "task": "任务",
    "userTask": "用户任务",
    "manualTask": "人工任务",
    "serviceTask": "服务任务",
    "scriptTask": "脚本任务",
    "businessRuleTask": "规则任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "callActivity": "调用流程",
    "subProcess": "子流程",
    "transaction": "事务子流程",
    "adHocSubProcess": "即席子流程",
    "startEvent": "开始",
    "endEvent": "结束",
    "intermediateCatchEvent": "等待事件",
    "intermediateThrowEvent": "发出事件",
    "boundaryEvent": "边界事件",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
    "sequenceFlow": "流向",
    "messageFlow": "消息流",
    "dataObjectReference": "数据",
    "dataStoreReference": "数据存储",
    "textAnnotation": "说明",
    "group": "分组",
}


def paint_for(mark: ElementMark | None) -> Paint:
    """Return the look of an element with this mark; a state nobody knows is painted plainly."""
    return _PAINTS.get(mark.state, PLAIN) if mark else PLAIN


def badge_text(mark: ElementMark | None) -> str:
    """Return what stands on the badge: how many are here and how many of them are late; "" when a tick is enough."""
    if mark is not None and mark.state in COMPARED:
        return COMPARED[mark.state]
    if mark is None or mark.state == "done":
        return str(mark.done) if mark and mark.done > 1 else ""
    late = f"{mark.overdue} 超期" if mark.overdue else ("超期" if mark.state == "late" else "")
    if mark.state == "incident":
        return f"{mark.count} 异常" if mark.count > 1 else "异常"
    if late and mark.count > max(mark.overdue, 1):
        return f"{mark.count}（{late}）"
    return late or str(mark.count or "在办")


def spoken_name(kind: str, name: str, mark: ElementMark | None) -> str:
    """Return the name a screen reader says: sort, name, state in words."""
    words = [f"{KINDS.get(kind, '')} {name}".strip()]
    if mark is None:
        return words[0]
    if mark.state in COMPARED:
        return f"{words[0]}，{COMPARED[mark.state][1:]}"
    if mark.state in ("active", "late", "incident"):
        words.append(("异常 " if mark.state == "incident" else "在办 ") + f"{max(mark.count, 1)} 件")
    if mark.overdue or mark.state == "late":
        words.append(f"超期 {max(mark.overdue, 1)} 件")
    if mark.done or mark.state == "done":
        words.append(f"已办 {max(mark.done, 1)} 件")
    return "，".join(words)
