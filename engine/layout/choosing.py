"""Choosing among several pictures of the same steps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from engine.errors import DefinitionRefused, Problem
from engine.layout.attempts import Attempt
from engine.layout.model import Picture, Scope
from engine.layout.placing import Taste, place
from engine.layout.ranking import Ranks, rank

#: Nodes on one sheet; four times as many as can be read, and still arranged within a minute.
MOST_NODES = 100
#: Up to so many nodes other columns are tried as well, and crossings are looked at with care.
_FEW_NODES = 40

#: What may matter more or less when rows are chosen; the best picture wins.
_TASTES = (
    Taste(crossing=2.2, row=1.6, main=6.0, upwards=3.0),
    Taste(crossing=2.2, row=1.6, main=6.0, upwards=1.0),
    Taste(crossing=4.0, row=0.8, main=10.0, upwards=3.0),
    Taste(crossing=4.0, row=0.8, main=3.0, upwards=1.0),
    Taste(crossing=1.2, row=2.5, main=8.0, upwards=3.0),
    Taste(crossing=3.0, row=0.3, main=8.0, upwards=3.0),
)
#: How many of them are routed with care, and how often each line is then taken up and put down again.
_FINALISTS, _ROUNDS = 3, 3
#: How many pictures are tried while somebody waits.
_SKETCHES = 2


def lay_out(scope: Scope) -> Picture:
    """Return the best picture of everything in a scope that is found, its upper left corner at the origin.

    Raises:
        DefinitionRefused: there are more nodes than anybody could read.
    """
    _refuse_too_many(scope)
    choices: list[tuple[Ranks, dict[str, int]]] = []
    for ranks in _rankings(scope):
        for taste in _TASTES:
            choice = ranks, place(scope, ranks, taste)
            if choice not in choices:
                choices.append(choice)
    attempts = [Attempt(scope, ranks, rows) for ranks, rows in choices]
    for attempt in attempts:
        attempt.route(rounds=1)
    attempts.sort(key=lambda attempt: attempt.cost)
    for attempt in attempts[:_FINALISTS]:
        attempt.route(rounds=_ROUNDS)
        attempt.part_lines()
        if len(scope.nodes) <= _FEW_NODES:
            attempt.look_again()
            attempts += _raised(scope, attempt)
    return min(attempts, key=lambda attempt: attempt.cost).picture


def sketch_out(scope: Scope) -> Picture:
    """Return a good picture at once, for somebody who waits for it: few are tried, and lines may cross.

    Raises:
        DefinitionRefused: there are more nodes than anybody could read.
    """
    _refuse_too_many(scope)
    ranks = next(_rankings(scope))
    attempts = [Attempt(scope, ranks, place(scope, ranks, taste)) for taste in _TASTES[:_SKETCHES]]
    for attempt in attempts:
        attempt.route(rounds=_ROUNDS)
    return min(attempts, key=lambda attempt: attempt.cost).picture


def _refuse_too_many(scope: Scope) -> None:
    if len(scope.nodes) > MOST_NODES:
        message = f"一张图上有 {len(scope.nodes)} 个元素，超过 {MOST_NODES} 个无法排布，请拆分为子流程。"
        raise DefinitionRefused((Problem(file="process.bpmn", element="", message=message),))


def _rankings(scope: Scope) -> Iterator[Ranks]:
    """Yield the columns to try, the usual ones first."""
    found: list[dict[str, int]] = []
    for is_guest_first, is_tight in product((False, True), repeat=2):
        ranks = rank(scope, is_tight=is_tight, is_guest_first=is_guest_first)
        if ranks.columns not in found and not (found and len(scope.nodes) > _FEW_NODES):
            found.append(ranks.columns)
            yield ranks


def _raised(scope: Scope, before: Attempt) -> Iterator[Attempt]:
    """Yield attempts with a boundary event on the upper border whose line crosses another."""
    hanging = {flow.guest for flow in before.choice[0].hanging.values()}
    crossing = {flow.guest for pair in before.crossing() for flow in pair if flow.guest}
    for guest in sorted(crossing - hanging):
        attempt = Attempt(scope, *before.choice, raised=(guest,))
        attempt.route(rounds=_ROUNDS)
        attempt.part_lines()
        attempt.look_again()
        yield attempt
