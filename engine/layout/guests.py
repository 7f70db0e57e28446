"""Boundary events: which sits where on the lower border, and the ends that hang right below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def settle(scope: Scope, rows: Mapping[str, int], hanging: Mapping[str, Flow]) -> Scope:
    """Return the scope with boundary events in an order in which their lines do not cross."""
    depth = {flow.guest: rows[flow.target] for flow in reversed(scope.flows) if flow.guest}
    first = {flow.guest for flow in hanging.values()}
    nodes = []
    for node in scope.nodes:
        guests = sorted(node.guests, key=lambda guest: (guest.id not in first, _turn(depth, guest, rows[node.id])))
        nodes.append(replace(node, guests=spread(guests, node.span)))
    places = {guest.id: guest.offset for node in nodes for guest in node.guests}
    return replace(
        scope,
        nodes=tuple(
            replace(node, shift=places[hanging[node.id].guest]) if node.id in hanging else node for node in nodes
        ),
    )


def _turn(depth: Mapping[str, int], guest: Guest, row: int) -> int:
    """Return the place in the order from the left: those that lead down furthest, then the others."""
    target = depth.get(guest.id, row)
    return -target if target >= row else 0


def spread(guests: Sequence[Guest], span: int) -> tuple[Guest, ...]:
    """Return the boundary events of an activity with their places from left to right."""
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
