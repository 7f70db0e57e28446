"""Columns: which flows lead back, which way is the main one, and how far to the right each node stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.layout.guests import find_followers, find_hanging
from engine.layout.model import Flow, Node, Scope

#: Nodes without lines stand in rows of at least this many.
_FEWEST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Ranks:
    """The column of every node, and which flows are special."""

    columns: dict[str, int]
    #: Flows that close a loop.
    back: frozenset[str]
    #: Flows of the main way.
    main: frozenset[str]
    #: Ends right below a boundary event -> the flow that leads there.
    hanging: dict[str, Flow]


def rank(scope: Scope, *, is_tight: bool = False, is_guest_first: bool = False) -> Ranks:
    """Put every node into a column so that flows lead to the right, except those that close a loop.

    Args:
        scope: What is laid out.
        is_tight: Whether steps that only lead from a boundary event to an end, or back, stand right below it.
        is_guest_first: Whether loops are looked for from boundary events first. Then what they lead to stands near
            them, and who else leads there leads back.
    """
    sequence = [flow for flow in scope.flows if flow.is_sequence]
    outgoing = _outgoing(scope, sequence)
    back = _find_back(scope, _outgoing(scope, sequence, is_guest_first=is_guest_first))
    forward = {
        node: [flow for flow in flows if flow.id not in back and flow.source != flow.target]
        for node, flows in outgoing.items()
    }
    nodes = scope.node_by_id()
    hanging = find_hanging(scope)
    below = {flow.id for flow in hanging.values()} | (find_followers(scope, back) if is_tight else set())
    upright = _corrections(scope, forward, back)
    while True:
        columns = _columns(nodes, forward, below | set(upright))
        kept = _with_room(scope, columns, upright)
        if kept == upright:
            break
        upright = kept
    _follow_messages(scope, nodes, columns, forward)
    _pull_sources(nodes, forward, columns)
    _spread_loose(scope, columns)
    _place_artifacts(scope, nodes, columns)
    return Ranks(columns, back, _main_way(scope, forward), hanging)


def _outgoing(scope: Scope, flows: Iterable[Flow], *, is_guest_first: bool = False) -> dict[str, list[Flow]]:
    """Return the flows that leave each node, those of boundary events last or first."""
    found: dict[str, list[Flow]] = {node.id: [] for node in scope.nodes}
    for flow in sorted(flows, key=lambda flow: (bool(flow.guest) is not is_guest_first, flow.order)):
        found[flow.source].append(flow)
    return found


def _find_back(scope: Scope, outgoing: Mapping[str, list[Flow]]) -> frozenset[str]:
    """Return the flows that lead to a node which is still being walked through, from the start events onwards."""
    entered = {flow.target for flows in outgoing.values() for flow in flows if flow.source != flow.target}
    starts = sorted(scope.nodes, key=lambda node: (node.kind != "startEvent", node.id in entered, node.order))
    state: dict[str, str] = {}
    back: set[str] = set()
    for start in starts:
        if start.id in state:
            continue
        state[start.id] = "open"
        stack = [(start.id, iter(outgoing[start.id]))]
        while stack:
            node, rest = stack[-1]
            flow = next(rest, None)
            if flow is None:
                state[node] = "done"
                stack.pop()
            elif state.get(flow.target) == "open":
                back.add(flow.id)
            elif flow.target not in state:
                state[flow.target] = "open"
                stack.append((flow.target, iter(outgoing[flow.target])))
    return frozenset(back)


def _corrections(scope: Scope, forward: Mapping[str, list[Flow]], back: frozenset[str]) -> dict[str, str]:
    """Return the flows to steps that only lead back: such a step stands right above or below the question before it.

    The value of each flow is that step.
    """
    nodes = scope.node_by_id()
    incoming: dict[str, list[Flow]] = {}
    for flow in scope.flows:
        incoming.setdefault(flow.target, []).append(flow)
    leading_back = {flow.source for flow in scope.flows if flow.id in back}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for node in scope.nodes:
        if forward[node.id] or node.id not in leading_back or node.is_gateway or node.guests:
            continue
        entries = [flow for flow in incoming.get(node.id, ()) if flow.is_sequence]
        sources = {flow.source for flow in entries}
        if all(_is_question(nodes[flow.source], flow, back) for flow in entries) and not sources & taken:
            taken |= sources
            found |= {flow.id: node.id for flow in entries}
    return found


def _is_question(source: Node, flow: Flow, back: frozenset[str]) -> bool:
    return source.is_gateway and flow.id not in back


def _with_room(scope: Scope, columns: Mapping[str, int], upright: Mapping[str, str]) -> dict[str, str]:
    """Return those of the flows to corrections that cross no node of a lane between."""
    nodes = scope.node_by_id()
    kept = {}
    for flow in scope.flows:
        if flow.id in upright:
            low, high = sorted((nodes[flow.source].band, nodes[flow.target].band))
            column = columns[flow.target]
            between = (node for node in scope.nodes if low < node.band < high)
            if not any(columns[node.id] <= column < columns[node.id] + node.span for node in between):
                kept[flow.id] = upright[flow.id]
    complete = {step for flow, step in upright.items() if flow in kept} - {
        step for flow, step in upright.items() if flow not in kept
    }
    return {flow: step for flow, step in kept.items() if step in complete}


def _columns(nodes: Mapping[str, Node], forward: Mapping[str, list[Flow]], upright: set[str]) -> dict[str, int]:
    columns = dict.fromkeys(nodes, 0)
    for source in _in_order(nodes, forward):
        for flow in forward[source]:
            step = 0 if flow.id in upright else nodes[source].span
            columns[flow.target] = max(columns[flow.target], columns[source] + step)
    return columns


def _in_order(nodes: Mapping[str, Node], forward: Mapping[str, list[Flow]]) -> list[str]:
    """Return the nodes so that every flow leads to a later one."""
    waiting = dict.fromkeys(nodes, 0)
    for flows in forward.values():
        for flow in flows:
            waiting[flow.target] += 1
    ready = [node for node in nodes if not waiting[node]]
    found = []
    while ready:
        node = ready.pop(0)
        found.append(node)
        for flow in forward[node]:
            waiting[flow.target] -= 1
            if not waiting[flow.target]:
                ready.append(flow.target)
    return found


def _follow_messages(
    scope: Scope, nodes: Mapping[str, Node], columns: dict[str, int], forward: Mapping[str, list[Flow]]
) -> None:
    """Move pools to the right so that a message is caught no further left than it is sent, where that is possible."""
    messages = [flow for flow in scope.flows if flow.is_message and flow.source in nodes and flow.target in nodes]
    for _ in range(3):
        for flow in messages:
            late = columns[flow.source] - columns[flow.target]
            moved = _after(flow.target, forward) if late > 0 else set()
            if flow.source not in moved:
                for node in moved:
                    columns[node] += late


def _after(first: str, forward: Mapping[str, list[Flow]]) -> set[str]:
    found, waiting = {first}, [first]
    while waiting:
        for flow in forward[waiting.pop()]:
            if flow.target not in found:
                found.add(flow.target)
                waiting.append(flow.target)
    return found


def _pull_sources(nodes: Mapping[str, Node], forward: Mapping[str, list[Flow]], columns: dict[str, int]) -> None:
    """Put a node that nothing leads to right before the first that follows it."""
    entered = {flow.target for flows in forward.values() for flow in flows}
    for node, flows in forward.items():
        if flows and node not in entered:
            nearest = min(columns[flow.target] for flow in flows)
            columns[node] = max(columns[node], nearest - nodes[node].span)


def _spread_loose(scope: Scope, columns: dict[str, int]) -> None:
    """Put nodes that no line meets beside each other instead of below each other."""
    met = {end for flow in scope.flows for end in (flow.source, flow.target)}
    width = max(_FEWEST_COLUMNS, *columns.values())
    at: dict[int, int] = {}
    for node in scope.nodes:
        if node.id not in met:
            start = at.get(node.band, 0)
            columns[node.id] = start if start + node.span <= width else 0
            at[node.band] = columns[node.id] + node.span


def _place_artifacts(scope: Scope, nodes: Mapping[str, Node], columns: dict[str, int]) -> None:
    """Put notes and data objects into the column of what they belong to."""
    for flow in scope.flows:
        if flow.is_sequence or flow.is_message:
            continue
        for artifact, other in ((flow.source, flow.target), (flow.target, flow.source)):
            if artifact in nodes and nodes[artifact].is_artifact and not nodes[other].is_artifact:
                columns[artifact] = columns[other]


def _main_way(scope: Scope, forward: Mapping[str, list[Flow]]) -> frozenset[str]:
    """Return the flows of the way from the first start event to an end, without boundary events.

    Of several flows the one that stands first in the file is followed: whoever writes a diagram begins with the usual
    answer. Ways that only lead back are none.
    """
    nodes = scope.node_by_id()
    length: dict[str, int] = {}
    best: dict[str, Flow] = {}
    ending: set[str] = set()
    for node in reversed(_in_order(nodes, forward)):
        ways = [flow for flow in forward[node] if not flow.guest]
        length[node] = 1 + max((length[flow.target] for flow in ways), default=0)
        if ways:
            best[node] = min(ways, key=lambda flow: (flow.target not in ending, flow.order))
        if nodes[node].kind == "endEvent" or (ways and best[node].target in ending):
            ending.add(node)
    starts = sorted(scope.nodes, key=lambda node: (node.kind != "startEvent", -length[node.id], node.order))
    found = set()
    for start in starts[:1]:
        at = start.id
        while at in best:
            found.add(best[at].id)
            at = best[at].target
    return frozenset(found)
