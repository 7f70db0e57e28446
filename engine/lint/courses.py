"""Which names a case has values for when it comes to each element, whatever way it took.

A name counts as set when some way sets it: only what no way at all provides is missing for sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element as XmlNode

from engine.lint.subject import Subject
from engine.runtime.decisions import Rule
from engine.runtime.diagram import Level
from engine.runtime.dialects import call_mapping, decision_rule, repetition, script_lines
from engine.runtime.documents import EMBEDDED, event_kind, is_event_subprocess, tag

#: Elements whose messages may bring any value along.
_MESSAGES = frozenset({"message", "signal"})


@dataclass(slots=True)
class Courses:
    """The ways between elements. An element is entered at its id and left at `after(id)`."""

    ways: dict[str, set[str]] = field(default_factory=dict)
    sets: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Places behind which anything may have been set.
    opens: set[str] = field(default_factory=set)
    firsts: list[str] = field(default_factory=list)
    _reached: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def before(self, name: str) -> frozenset[str] | None:
        """Return the names that may be set on entering an element; None when it may be anything."""
        return self._reached.get(name, frozenset())

    def behind(self, name: str) -> frozenset[str] | None:
        """Return the names that may be set on leaving an element; None when it may be anything."""
        return self.before(after(name))

    def is_reached(self, name: str) -> bool:
        """Whether any way leads to an element."""
        return name in self._reached

    def later(self, name: str) -> set[str]:
        """Return the places that can follow an element."""
        reached: set[str] = set()
        pending = [after(name)]
        while pending:
            for following in self.ways.get(pending.pop(), ()):
                if following not in reached:
                    reached.add(following)
                    pending.append(following)
        return reached

    def settle(self) -> Courses:
        """Carry the names along all ways until nothing changes."""
        pending = list(self.firsts)
        self._reached = dict.fromkeys(self.firsts, frozenset[str]())
        while pending:
            name = pending.pop()
            for following in self.ways.get(name, ()):
                if self._grows(following, self._carried(name, following)):
                    pending.append(following)
        return self

    def _carried(self, name: str, following: str) -> frozenset[str] | None:
        """Return what is known on the way to the next place; an event at a step sees nothing of the answers there."""
        here = self._reached[name]
        if here is None or name in self.opens:
            return None
        return here | self.sets.get(name, frozenset()) if following == after(name) else here

    def _grows(self, name: str, names: frozenset[str] | None) -> bool:
        if name not in self._reached:
            self._reached[name] = names
            return True
        known = self._reached[name]
        if known is None or (names is not None and names <= known):
            return False
        self._reached[name] = None if names is None else known | names
        return True


def after(name: str) -> str:
    """Return the place behind an element."""
    return f"{name} left"


def read_courses(subject: Subject, answers: Mapping[str, frozenset[str]]) -> Courses:
    """Return all ways through the diagrams of a folder.

    Args:
        subject: the folder.
        answers: what each decision sets, by its id and by its name, when its task names no variable.
    """
    courses = Courses()
    for level in subject.levels:
        _add_level(courses, level, subject, answers)
    main = subject.levels[0].nodes.values() if subject.levels else ()
    courses.firsts = [node.get("id") or "" for node in main if tag(node) == "startEvent"]
    return courses.settle()


def _add_level(courses: Courses, level: Level, subject: Subject, answers: Mapping[str, frozenset[str]]) -> None:
    for source, target in level.steps():
        _join(courses, after(source), target)
    for name, node in level.nodes.items():
        _join(courses, name, after(name))
        courses.sets[name] = _set_by(node, subject, answers)
        if event_kind(node) in _MESSAGES and tag(node) not in {"sendTask", "endEvent", "intermediateThrowEvent"}:
            courses.opens.add(name)
        if tag(node) == "boundaryEvent":
            _join(courses, node.get("attachedToRef") or "", name)
        elif is_event_subprocess(node):
            for other in level.nodes:
                _join(courses, other, name)
        _enter(courses, node, subject)


def _join(courses: Courses, source: str, target: str) -> None:
    courses.ways.setdefault(source, set()).add(target)


def _enter(courses: Courses, node: XmlNode, subject: Subject) -> None:
    """Lead into the subprocess or the called process, and out of it again."""
    name = node.get("id") or ""
    inside = node if tag(node) in EMBEDDED else subject.processes.get(node.get("calledElement") or "")
    if inside is None or tag(node) not in {*EMBEDDED, "callActivity"}:
        return
    inner = next((level for level in subject.levels if level.node is inside), None)
    boundaries = [one.get("id") or "" for one in _attached(node)]
    if call_mapping(node) is not None:
        # Variables of its own: what goes in has other names, so nothing is said about the inside.
        entrance = f"{name} entered"
        courses.opens.add(entrance)
        _join(courses, name, entrance)
    else:
        entrance = name
    for inner_name, one in inner.nodes.items() if inner else ():
        if tag(one) == "startEvent":
            _join(courses, entrance, inner_name)
        if tag(one) == "endEvent" and call_mapping(node) is None:
            _join(courses, after(inner_name), after(name))
        for boundary in boundaries:
            _join(courses, after(inner_name), boundary)


def _attached(node: XmlNode) -> list[XmlNode]:
    around = node.getparent()
    return [one for one in around if one.get("attachedToRef") == node.get("id")] if around is not None else []


def _set_by(node: XmlNode, subject: Subject, answers: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found = {name for _, name, _ in script_lines(node)}
    if tag(node) == "userTask" and (form := subject.draft.forms.get(node.get("id") or "")) is not None:
        found |= form.field_names
    if repeated := repetition(node):
        found |= {repeated.results, repeated.result}
    if mapping := call_mapping(node):
        found |= {name for name, _ in mapping.gives}
    if tag(node) == "businessRuleTask":
        found |= _answered(decision_rule(node), answers)
    return frozenset(found - {""})


def _answered(rule: Rule, answers: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset({rule.result}) if rule.result else answers.get(rule.decision, frozenset())
