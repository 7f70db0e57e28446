"""Boundary events: which sits where on the border, and the ends that hang right below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.layout.model import Flow, Guest, Scope

#: Between boundary events of one activity.
STEP = 60
#: A single one sits on the right half, so that lines can meet the middle.
_ALONE = 30


def find_hanging(scope: Scope) -> dict[str, Flow]:
    """Return the end events that stand right below a boundary event, with the flow that leads there.

    There is one such place below an activity. Whatever else leaves its border leads to the right.
    """
    nodes = scope.node_by_id()
    incoming: dict[str, list[Flow]] = {}
    for flow in scope.flows:
        incoming.setdefault(flow.target, []).append(flow)
    found: dict[str, Flow] = {}
    taken: set[str] = set()
    for node in scope.nodes:
        entries = incoming.get(node.id, [])
        if node.kind != "endEvent" or len(entries) != 1 or not entries[0].guest:
            continue
        host = nodes[entries[0].source]
        if host.span == 1 and host.band == node.band and host.id not in taken:
            taken.add(host.id)
            found[node.id] = entries[0]
    return found


def find_followers(scope: Scope, back: Collection[str]) -> frozenset[str]:
    """Return the flows from boundary events to a step in the same lane that only an end or a way back follows.

    Such a step may stand right below its activity instead of beside it.
    """
    nodes = scope.node_by_id()
    incoming, outgoing = Counter(flow.target for flow in scope.flows), Counter(flow.source for flow in scope.flows)
    ends = {node.id for node in scope.nodes if node.kind == "endEvent"}
    ending = {flow.source for flow in scope.flows if flow.target in ends or flow.id in back}
    found = {}
    for flow in scope.flows:
        host, step = nodes.get(flow.source), nodes.get(flow.target)
        if not flow.guest or host is None or step is None or host.id in found:
            continue
        is_alone = incoming[step.id] == outgoing[step.id] == 1 and step.id in ending
        if is_alone and host.span == step.span == 1 and host.band == step.band and not step.guests:
            found[host.id] = flow.id
    return frozenset(found.values())


def settle(scope: Scope, rows: Mapping[str, int], hanging: Mapping[str, Flow], raised: Collection[str] = ()) -> Scope:
    """Return the scope with boundary events where their lines do not cross.

    Who leads up or is `raised` sits on the upper border, everybody else on the lower one; from the left those that
    lead furthest.
    """
    depth = {flow.guest: rows[flow.target] for flow in reversed(scope.flows) if flow.guest}
    first = {flow.guest for flow in hanging.values()}
    nodes = []
    for node in scope.nodes:
        row = rows[node.id]
        below = [guest for guest in node.guests if depth.get(guest.id, row) >= row and guest.id not in raised]
        below.sort(key=lambda guest: (guest.id not in first, -depth.get(guest.id, row)))
        above = [replace(guest, is_above=True) for guest in node.guests if guest not in below]
        above.sort(key=lambda guest: depth.get(guest.id, row))
        nodes.append(replace(node, guests=(*spread(below, node.span), *spread(above, node.span))))
    places = {guest.id: guest.offset for node in nodes for guest in node.guests}
    return replace(
        scope,
        nodes=tuple(
            replace(node, shift=places[hanging[node.id].guest]) if node.id in hanging else node for node in nodes
        ),
    )


def spread(guests: Sequence[Guest], span: int) -> tuple[Guest, ...]:
    """Return the boundary events on one border of an activity with their places from left to right."""
    if span == 1:
        if len(guests) == 1:
            return (replace(guests[0], offset=_ALONE),)
        half = (len(guests) - 1) * STEP // 2
        return tuple(replace(guest, offset=number * STEP - half) for number, guest in enumerate(guests))
    in_each = -(-len(guests) // span)
    half = (in_each - 1) * STEP // 2
    places = [(column, number * STEP - half) for column in range(span) for number in range(in_each)]
    return tuple(
        replace(guest, column=column, offset=offset)
        for guest, (column, offset) in zip(guests, places[-len(guests) :] if guests else [], strict=True)
    )
