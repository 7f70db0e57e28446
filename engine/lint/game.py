"""The token game: every course that a case can take through a net, up to a limit.

Of tokens that do not disturb each other only one moves at a time, the one furthest behind (a persistent set): every
final state is found all the same, without trying out every order of parallel branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as XmlNode

from engine.lint.net import Marking, Net, Step

#: States of one level that are looked at.
MOST_STATES = 6_000
#: Tokens of all these states together: many tokens at once make each state dear.
MOST_MOVED = 60_000
_MOST_TOKENS = 2


@dataclass(slots=True)
class Course:
    """What the game found."""

    #: By join that can wait for ever: the inputs that had no token.
    stuck: dict[int, tuple[Step, set[int]]] = field(default_factory=dict)
    #: Elements that were passed twice at the same time, in the order of the diagram.
    doubled: list[XmlNode] = field(default_factory=list)
    #: Whether every state was looked at.
    is_complete: bool = True


def play(net: Net, most_states: int = MOST_STATES) -> Course:
    """Play from every beginning of a net."""
    course = Course()
    doubled: set[int] = set()
    seen = set(net.beginnings)
    pending = list(seen)
    moved = 0
    while pending:
        marking = pending.pop()
        moved += len(marking)
        following = _following(net, marking)
        if following is None:
            _note_stuck(net, marking, course)
            continue
        for after in following:
            doubled.update(place for place in set(after) if after.count(place) > 1)
            if after not in seen:
                seen.add(after)
                pending.append(after)
        if len(seen) > most_states or moved > MOST_MOVED:
            course.is_complete = False
            break
    course.doubled = [net.givers[place] for place in sorted(doubled)]
    return course


def _following(net: Net, marking: Marking) -> list[Marking] | None:
    """Return the states after this one; none at the end of a case, None when it is stuck."""
    for step, place in sorted(((net.takers[place], place) for place in set(marking)), key=_behind):
        taken = _taken(step, place, marking)
        if taken:
            if step.is_clearing:
                return [()]
            rest = _without(marking, taken)
            return [_with(rest, way) for way in step.ways]
    return None if marking else []


def _behind(pair: tuple[Step, int]) -> tuple[int, int]:
    return pair[0].rank, pair[1]


def _taken(step: Step, place: int, marking: Marking) -> tuple[int, ...]:
    """Return the places that a step takes a token from; none while it waits for others."""
    if not step.joins:
        return (place,)
    arrived = [one for one in step.inputs if one in marking]
    missing = [one for one in step.inputs if one not in marking]
    if step.joins == "parallel":
        return () if missing else tuple(arrived)
    awaited = frozenset[int]().union(*(step.sources[one] for one in missing))
    served = frozenset[int]().union(*(step.sources[one] for one in arrived))
    is_awaiting = not (awaited - served).isdisjoint(one for one in marking if one not in step.inputs)
    return () if is_awaiting else tuple(arrived)


def _without(marking: Marking, taken: tuple[int, ...]) -> list[int]:
    rest = list(marking)
    for place in taken:
        rest.remove(place)
    return rest


def _with(rest: list[int], way: tuple[int, ...]) -> Marking:
    return tuple(sorted(_capped([*rest, *way])))


def _capped(places: list[int]) -> Iterator[int]:
    counts: dict[int, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
        if counts[place] <= _MOST_TOKENS:
            yield place


def _note_stuck(net: Net, marking: Marking, course: Course) -> None:
    for place in set(marking):
        step = net.takers[place]
        missing = {one for one in step.inputs if one not in marking}
        course.stuck.setdefault(id(step), (step, set()))[1].update(missing)
