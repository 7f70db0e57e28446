"""Loops in which nothing waits: a token in one would run for ever."""

from __future__ import annotations

from collections.abc import Iterator

from engine.runtime.checks_timers import is_over_at_once
from engine.runtime.diagram import Level
from engine.runtime.documents import GATEWAYS, Problems, event_kind, tag

#: Elements a token passes without waiting for a person, a message or the time.
_AUTOMATIC = frozenset(
    {
        "serviceTask",
        "sendTask",
        "scriptTask",
        "businessRuleTask",
        "intermediateThrowEvent",
        *GATEWAYS - {"eventBasedGateway"},
    }
)
#: Elements that one sentence names at most.
_NAMED = 8


def check_loops(level: Level, problems: Problems) -> None:
    """Report loops in which nothing waits."""
    automatic = {name for name, node in level.nodes.items() if tag(node) in _AUTOMATIC or event_kind(node) == "link"}
    automatic |= _timers_over_at_once(level)
    hosts = {level.nodes[name].get("attachedToRef") or "" for name in automatic} - {""}
    before: dict[str, set[str]] = {name: set() for name in automatic | hosts}
    after: dict[str, set[str]] = {name: set() for name in automatic | hosts}
    for source, target in _ways(level, automatic):
        if source in after and target in before:
            before[target].add(source)
            after[source].add(target)
    _peel(before, after)
    _peel(after, before)
    if before:
        names = "、".join(sorted(before)[:_NAMED]) + (" 等" if len(before) > _NAMED else "")
        message = f"这些步骤连成了无人办理的死循环：{names}；请在循环中加入任务或等待事件。"
        problems.add(level.file, level.nodes[min(before)], message)


def _timers_over_at_once(level: Level) -> set[str]:
    events = level.of("intermediateCatchEvent", "boundaryEvent")
    return {node.get("id") or "" for node in events if is_over_at_once(node)}


def _ways(level: Level, automatic: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the steps that nobody has to take: from an activity only those over its timers that are over at once."""
    yield from ((source, target) for source, target in level.steps() if source in automatic)
    for node in level.of("boundaryEvent"):
        if node.get("id") in automatic:
            yield node.get("attachedToRef") or "", node.get("id") or ""


def _peel(one_way: dict[str, set[str]], other_way: dict[str, set[str]]) -> None:
    """Remove what nothing leads to, again and again, until only loops and what lies between them are left."""
    ends = [name for name, neighbours in one_way.items() if not neighbours]
    while ends:
        name = ends.pop()
        del one_way[name]
        for neighbour in other_way.pop(name):
            one_way[neighbour].discard(name)
            if not one_way[neighbour]:
                ends.append(neighbour)
