"""Whether every case can come to its end: joins that wait for ever, steps done twice, loops without a way out."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as XmlNode

from engine.lint.findings import Finding
from engine.lint.game import play
from engine.lint.net import Net, Step, net_of, ranks
from engine.lint.subject import Subject, found_at
from engine.runtime.diagram import Level
from engine.runtime.documents import event_kind, interrupts, is_event_subprocess, tag

#: Elements that one sentence names at most.
_NAMED = 8


def check_soundness(subject: Subject) -> Iterator[Finding]:
    """Yield what can keep a case from ending, level by level."""
    for level in subject.levels:
        if _is_playable(level):
            yield from _check_exits(level)
            yield from _check_game(level)


def _is_playable(level: Level) -> bool:
    """Say whether the reader of the diagram found every flow leading from element to element."""
    ends = ((flow.get("sourceRef") or "", flow.get("targetRef") or "") for flow in level.flows)
    return all(source in level.nodes and target in level.nodes for source, target in ends)


def _check_game(level: Level) -> Iterator[Finding]:
    net = net_of(level)
    course = play(net)
    for step, missing in course.stuck.values():
        if step.joins:
            yield found_at("join_stuck", level, step.node, _stuck(net, step, missing))
    doubled = dict.fromkeys(node for node in course.doubled if len(level.incoming.get(node.get("id") or "", ())) > 1)
    for node in doubled:
        if tag(node) not in {"parallelGateway", "inclusiveGateway"}:
            message = (
                "同时进行的几个分支没有汇合就来到这里，这里和以后的步骤会各办几遍；请在前面用并行网关或包容网关汇合。"
            )
            yield found_at("done_twice", level, node, message)
    if not course.is_complete:
        message = "分支和组合太多，未能在限度内证明每个办件都能办结；请用推演核对，或把一部分拆成子流程。"
        yield found_at("unproven", level, level.node, message)


def _stuck(net: Net, step: Step, missing: set[int]) -> str:
    names = "、".join(dict.fromkeys(f"“{name_of(net.givers[place])}”" for place in sorted(missing)))
    if step.joins == "inclusive":
        return f"这里会一直等从{names}来的一路，而那一路也在等这里，办件会停住；请改变汇合的次序。"
    return (
        f"并行网关要等每一条进入的连线都到齐，而从{names}来的一路可能不会到，办件会永远停在这里；"
        "前面是选择性分支的，请改用包容网关（或排他网关）汇合。"
    )


def name_of(node: XmlNode) -> str:
    """Return what people call an element."""
    return " ".join((node.get("name") or node.get("id") or "").split())


def _check_exits(level: Level) -> Iterator[Finding]:
    """Report the first elements of loops that no way leads out of."""
    if _ends_from_outside(level):
        return
    ending = _leading_to_an_end(level)
    lost = [name for name in ranks(level) if name not in ending and level.outgoing.get(name)]
    if lost:
        names = "、".join(f"“{name_of(level.nodes[name])}”" for name in lost[:_NAMED])
        message = f"走到这里以后再也到不了结束事件，办件会一直循环（{names}）；请画出一条离开的路。"
        yield found_at("no_way_out", level, level.nodes[lost[0]], message)


def _leading_to_an_end(level: Level) -> set[str]:
    before: dict[str, list[str]] = {}
    taking = [node for node in level.of("boundaryEvent") if interrupts(node)]
    attached = [(node.get("attachedToRef") or "", node.get("id") or "") for node in taking]
    for source, target in (*level.steps(), *attached):
        before.setdefault(target, []).append(source)
    # A dead end is reported as such; it is no loop.
    pending = [name for name, node in level.nodes.items() if not level.outgoing.get(name) and _is_end(node)]
    ending = set(pending)
    while pending:
        for name in before.get(pending.pop(), ()):
            if name not in ending:
                ending.add(name)
                pending.append(name)
    return ending


def _is_end(node: XmlNode) -> bool:
    return not is_event_subprocess(node) and event_kind(node) != "link"


def _ends_from_outside(level: Level) -> bool:
    """Say whether an event can end the level as a whole."""
    subprocesses = [node for node in level.nodes.values() if is_event_subprocess(node)]
    starts = [start for node in subprocesses for start in node if tag(start) == "startEvent"]
    beside = [*level.node.itersiblings(), *level.node.itersiblings(preceding=True)]
    hosted = [node for node in beside if node.get("attachedToRef") == level.node.get("id")]
    return any(interrupts(node) for node in (*starts, *hosted))
