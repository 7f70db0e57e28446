"""A level of a diagram as a net: places that hold tokens, and what becomes of a token in each.

The values of a case are left out: every way that a gateway has is possible. Subprocesses and called processes are
single steps here; their insides are nets of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from lxml.etree import _Element as XmlNode

from engine.runtime.diagram import Level, has_condition
from engine.runtime.dialects import links
from engine.runtime.documents import ACTIVITIES, event_kind, interrupts, is_event_subprocess, tag

#: Tokens by place, sorted; a place twice stands for two tokens or more.
Marking = tuple[int, ...]
#: Events after which nothing of the level goes on.
_CLEARING = frozenset({"terminate", "error", "cancel"})
#: Flows of which every combination is tried out.
_MOST_COMBINED = 4


@dataclass(slots=True, kw_only=True)
class Step:
    """What takes tokens out of places: an element, or an activity that is under way."""

    node: XmlNode
    #: Order of the elements from the beginning to the end, loops aside.
    rank: int
    #: Places that it takes a token from.
    inputs: tuple[int, ...] = ()
    #: The ways to go on, each with the places that get a token.
    ways: tuple[tuple[int, ...], ...] = ()
    #: Whether everything else ends as well.
    is_clearing: bool = False
    #: parallel or inclusive when it waits for other tokens, else "".
    joins: str = ""
    #: For an inclusive join: by input, the places from which a token can still come in there.
    sources: dict[int, frozenset[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Net:
    """All places and steps of a level."""

    level: Level
    steps: list[Step] = field(default_factory=list)
    #: By place: what takes the tokens out.
    takers: list[Step] = field(default_factory=list)
    #: By place: what puts the tokens in.
    givers: list[XmlNode] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    #: Where a case begins, and each branch that runs beside the others and never meets them.
    beginnings: list[Marking] = field(default_factory=list)


def net_of(level: Level) -> Net:
    """Return the net of a level whose flows lead from element to element."""
    return _Builder(level).build()


def ranks(level: Level) -> dict[str, int]:
    """Return the place of every reachable element in an order from the beginning to the end, loops aside."""
    followers = _followers(level)
    order: list[str] = []
    seen: set[str] = set()
    for first in reversed(beginnings(level)):
        pending = [(first, iter(followers.get(first, ())))] if first not in seen else []
        seen.add(first)
        while pending:
            name, rest = pending[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                order.append(name)
                pending.pop()
            else:
                seen.add(following)
                pending.append((following, iter(followers.get(following, ()))))
    return {name: place for place, name in enumerate(reversed(order))}


def beginnings(level: Level) -> list[str]:
    """Return the start events of a level."""
    return [name for name, node in level.nodes.items() if tag(node) == "startEvent"]


def _followers(level: Level) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    attached = [(node.get("attachedToRef") or "", node.get("id") or "") for node in level.of("boundaryEvent")]
    for source, target in (*level.steps(), *attached):
        found.setdefault(source, []).append(target)
    return found


class _Builder:
    """Builds the net of one level."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.net = Net(level)
        self.ranks = ranks(level)
        self.followers = _followers(level)
        self.links = dict(links(level.nodes.values()))
        self.beside = {node.get("id") or "" for node in level.of("boundaryEvent") if self._is_beside(node)}

    def build(self) -> Net:
        """Add every element that a token can reach."""
        for flow in self.level.flows:
            if (flow.get("sourceRef") or "") in self.ranks:
                self._place("flow", flow.get("id") or "", self.level.nodes[flow.get("sourceRef") or ""])
        for name, rank in self.ranks.items():
            self._add(name, self.level.nodes[name], rank)
        self.net.takers = [step for _, step in sorted(self._taken(), key=lambda pair: pair[0])]
        for first in beginnings(self.level):
            self.net.beginnings.append(self._outgoing(first))
        self.net.beginnings += [self._outgoing(name) for name in sorted(self.beside & self.ranks.keys())]
        for step in self.net.steps:
            if step.joins == "inclusive":
                step.sources = {place: self._sources(place, step) for place in step.inputs}
        return self.net

    def _taken(self) -> Iterator[tuple[int, Step]]:
        return ((place, step) for step in self.net.steps for place in step.inputs)

    def _place(self, kind: str, name: str, giver: XmlNode) -> int:
        key = (kind, name)
        if key not in self.net.places:
            self.net.places[key] = len(self.net.places)
            self.net.givers.append(giver)
        return self.net.places[key]

    def _outgoing(self, name: str) -> Marking:
        return tuple(
            sorted(self.net.places["flow", flow.get("id") or ""] for flow in self.level.outgoing.get(name, ()))
        )

    def _add(self, name: str, node: XmlNode, rank: int) -> None:
        kind = tag(node)
        if kind in {"startEvent", "boundaryEvent"} or is_event_subprocess(node):
            return
        flows = [flow for flow in self.level.incoming.get(name, ()) if (flow.get("sourceRef") or "") in self.ranks]
        inputs = tuple(self.net.places["flow", flow.get("id") or ""] for flow in flows)
        step = Step(node=node, rank=rank, inputs=inputs, ways=tuple(self._ways(name, node)))
        if kind in {"parallelGateway", "inclusiveGateway"} and len(inputs) > 1:
            step.joins = kind.removesuffix("Gateway")
        step.is_clearing = kind == "endEvent" and event_kind(node) in _CLEARING
        self.net.steps.append(step)
        if kind in ACTIVITIES and self.level.boundaries(name):
            self._add_activity(name, node, step)

    def _add_activity(self, name: str, node: XmlNode, step: Step) -> None:
        """Let an activity be under way, so that its boundary events can take the token or add others."""
        events = self.level.boundaries(name)
        added = [event for event in events if not interrupts(event) and event.get("id") not in self.beside]
        taking = [self._outgoing(event.get("id") or "") for event in events if interrupts(event)]
        for event in added[_MOST_COMBINED:]:
            # More than can be combined: each of the others is played for itself.
            self.net.beginnings.append(self._outgoing(event.get("id") or ""))
        added = added[:_MOST_COMBINED]
        for event in added[_MOST_COMBINED:]:
            # More than can be combined: each of the others is played for itself.
            self.net.beginnings.append(self._outgoing(event.get("id") or ""))
        added = added[:_MOST_COMBINED]
        ends, states = (
            step.ways,
            [frozenset(one) for size in range(len(added) + 1) for one in combinations(added, size)],
        )
        places = {state: self._place("under way", f"{name} {sorted(self._ids(state))}", node) for state in states}
        step.ways = ((places[frozenset()],),)
        for state, place in places.items():
            more = [
                (places[state | {event}], *self._outgoing(event.get("id") or ""))
                for event in added
                if event not in state
            ]
            self.net.steps.append(Step(node=node, rank=step.rank, inputs=(place,), ways=(*more, *ends, *taking)))

    def _ids(self, nodes: Iterable[XmlNode]) -> list[str]:
        return [node.get("id") or "" for node in nodes]

    def _ways(self, name: str, node: XmlNode) -> Iterator[tuple[int, ...]]:
        kind, outgoing = tag(node), self._outgoing(name)
        if name in self.links:
            yield self._outgoing(self.links[name])
        elif kind in {"exclusiveGateway", "eventBasedGateway"}:
            yield from ((place,) for place in outgoing)
        elif kind == "inclusiveGateway":
            yield from _combinations(outgoing)
        elif kind in ACTIVITIES and any(map(has_condition, self.level.outgoing.get(name, ()))):
            yield from self._conditional_ways(name, node)
        else:
            yield outgoing

    def _conditional_ways(self, name: str, node: XmlNode) -> Iterator[tuple[int, ...]]:
        flows = {self.net.places["flow", flow.get("id") or ""]: flow for flow in self.level.outgoing.get(name, ())}
        default = [place for place, flow in flows.items() if flow.get("id") == node.get("default")]
        conditional = [place for place, flow in flows.items() if has_condition(flow) and place not in default]
        always = tuple(place for place in flows if place not in (*default, *conditional))
        yield from ((*always, *some) for some in _combinations(tuple(conditional)))
        if default or always:
            yield (*always, *default)

    def _is_beside(self, event: XmlNode) -> bool:
        """Say whether the branch of an event that does not interrupt runs for itself: it never has to meet another."""
        if interrupts(event):
            return False
        reached = self._reached(event.get("id") or "")
        joins = [self.level.nodes[name] for name in reached if tag(self.level.nodes[name]) in _JOINING]
        return all(
            (flow.get("sourceRef") or "") in reached
            for join in joins
            for flow in self.level.incoming.get(join.get("id") or "", ())
        )

    def _reached(self, name: str) -> set[str]:
        reached, pending = {name}, [name]
        while pending:
            for following in self.followers.get(pending.pop(), ()):
                if following not in reached:
                    reached.add(following)
                    pending.append(following)
        return reached

    def _sources(self, place: int, join: Step) -> frozenset[int]:
        """Return the places from which a token can come to a place without passing the join."""
        before: dict[int, set[int]] = {}
        for step in self.net.steps:
            if step is not join:
                for way in step.ways:
                    for target in way:
                        before.setdefault(target, set()).update(step.inputs)
        reached, pending = {place}, [place]
        while pending:
            for earlier in before.get(pending.pop(), ()):
                if earlier not in reached:
                    reached.add(earlier)
                    pending.append(earlier)
        return frozenset(reached - {place})


_JOINING = frozenset({"parallelGateway", "inclusiveGateway"})


def _combinations(places: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the choices of one place or more; of many places only single ones and all."""
    sizes = range(1, len(places) + 1) if len(places) <= _MOST_COMBINED else (1, len(places))
    for size in sizes:
        yield from combinations(places, size)
