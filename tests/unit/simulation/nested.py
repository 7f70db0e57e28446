"""Random processes inside processes with everything that may happen to them, and a model that says what is open.

A step is a task, a wait, a choice of events, an escalation, several steps in a row or at once, or a subprocess: once or
several times, with boundary events and event subprocesses by timer, cycle, message, escalation and error, interrupting
or not, and with an end that terminates it or fails. The model knows nothing of tokens: only of scopes that are over.
"""

from collections import namedtuple
from itertools import pairwise

from tests.unit.runtime.runtime_diagrams import (
    begin,
    boundary,
    catch,
    end,
    error,
    escalation,
    flow,
    many,
    message,
    node,
    path,
    throw,
    timer,
    user,
)

ESCALATIONS, ERRORS = ("late", "worry"), ("broken", "denied")
TERMINATE = "<bpmn:terminateEventDefinition/>"
#: What an event waits for, its value, whether it interrupts, and the task behind it.
Event = namedtuple("Event", "name kind value interrupts task")
Task = namedtuple("Task", "name")
Wait = namedtuple("Wait", "event")
Choice = namedtuple("Choice", "name events")
Escalate = namedtuple("Escalate", "name code")
Row = namedtuple("Row", "steps")
Both = namedtuple("Both", "name steps")
#: `failing` is a task with an end event behind it, beside the body: (task, end event, its code or "" to terminate).
Sub = namedtuple("Sub", "name body boundaries asides failing times in_sequence")


class Grower:
    """Makes random steps; names, times and messages are never the same twice, so that no order is left open."""

    def __init__(self, random):
        self.random = random
        self.count = 0
        self.messages = []

    def name(self, kind):
        self.count += 1
        return f"{kind}_{self.count}"

    def process(self, depth):
        """The main process: like a subprocess that runs once, without anything around it."""
        asides = [self._event(("timer", "cycle", "message")) for _ in range(self.random.choice((0, 0, 1)))]
        return Sub("main", self.step(depth, (), ()), [], asides, None, None, False)

    def step(self, depth, escalations, errors):
        makers = [self._task, self._wait, self._choice, self._row, self._both, self._sub, self._sub]
        if escalations:
            makers.append(lambda *_: Row([self._task(), Escalate(self.name("say"), self.random.choice(escalations))]))
        maker = self.random.choice(makers) if depth else self._task
        return maker(depth - 1, escalations, errors)

    def _task(self, *_):
        return Task(self.name("task"))

    def _wait(self, *_):
        return Wait(self._event(("timer", "message")))

    def _choice(self, *_):
        return Choice(
            self.name("choice"), [self._event(("timer", "message")) for _ in range(self.random.randint(2, 3))]
        )

    def _row(self, *around):
        return Row([self.step(*around) for _ in range(self.random.randint(2, 3))])

    def _both(self, *around):
        return Both(self.name("both"), [self.step(*around) for _ in range(self.random.randint(2, 3))])

    def _sub(self, depth, escalations, errors):
        kinds = ("timer", "cycle", "message", "escalation", "error")
        boundaries, asides = (_distinct([self._event(kinds) for _ in range(self.random.randint(0, 2))]) for _ in "ba")
        heard = {kind: {e.value for e in (*boundaries, *asides) if e.kind == kind} for kind in ("escalation", "error")}
        escalations, errors = ({*old, *heard[kind]} for old, kind in ((escalations, "escalation"), (errors, "error")))
        body = self.step(depth, sorted(escalations), sorted(errors))
        code = self.random.choice(["", *sorted(errors)])
        failing = (self.name("task"), self.name("end"), code) if self.random.random() < 0.3 else None
        times = self.random.choice((None, None, 1, 2, 3))
        return Sub(self.name("sub"), body, boundaries, asides, failing, times, self.random.random() < 0.5)

    def _event(self, kinds):
        kind = self.random.choice(kinds)
        self.count += 1
        minutes = self.random.randint(1, 20) * 1000 + self.count
        value = {
            "timer": minutes,
            "cycle": (self.random.randint(1, 3), minutes),
            "message": f"msg_{self.count}",
            "escalation": self.random.choice(ESCALATIONS),
            "error": self.random.choice(ERRORS),
        }[kind]
        self.messages += [value] if kind == "message" else []
        interrupts = kind == "error" or self.random.random() < 0.5
        return Event(self.name(kind), kind, value, interrupts, self.name("task"))


def _distinct(events):
    """Of several that catch the same escalation or error only the first."""
    found = {}
    for event in events:
        key = (event.kind, event.value) if event.kind in ("escalation", "error") else event.name
        found.setdefault(key, event)
    return [*found.values()]


def drawn(process):
    """The elements and flows of the main process."""
    return _level(process)


def _level(sub):
    body, first, last = _DRAWERS[type(sub.body)](sub.body)
    start, done = f"begin_{sub.name}", f"end_{sub.name}"
    parts = [begin(start), end(done), body, *map(_aside, sub.asides)]
    if sub.failing is None:
        return "".join([*parts, path(start, first), path(last, done)])
    task, failed, code = sub.failing
    split = f"split_{sub.name}"
    parts += [node("parallelGateway", split), user(task), end(failed, error(code) if code else TERMINATE)]
    return "".join([*parts, path(start, split, first), path(last, done), path(split, task, failed)])


def _definition(event):
    if event.kind == "timer":
        return timer(f"PT{event.value}M")
    if event.kind == "cycle":
        return timer(f"R{event.value[0]}/PT{event.value[1]}M", "timeCycle")
    return {"message": message, "escalation": escalation, "error": error}[event.kind](event.value)


def _aside(event):
    start = node("startEvent", event.name, _definition(event), isInterrupting="true" if event.interrupts else "false")
    inner = start + user(event.task) + end(f"end_{event.name}") + path(event.name, event.task, f"end_{event.name}")
    return node("subProcess", f"aside_{event.name}", inner, triggeredByEvent="true")


def _row(row):
    parts = [_DRAWERS[type(step)](step) for step in row.steps]
    joints = "".join(flow(before[2], after[1]) for before, after in pairwise(parts))
    return "".join(part[0] for part in parts) + joints, parts[0][1], parts[-1][2]


def _both(both):
    join = f"join_{both.name}"
    parts = [_DRAWERS[type(step)](step) for step in both.steps]
    ways = "".join(body + path(both.name, first) + path(last, join) for body, first, last in parts)
    return node("parallelGateway", both.name) + node("parallelGateway", join) + ways, both.name, join


def _choice(choice):
    merge = f"merge_{choice.name}"
    ways = (
        catch(e.name, _definition(e)) + user(e.task) + path(choice.name, e.name, e.task, merge) for e in choice.events
    )
    return node("eventBasedGateway", choice.name) + node("exclusiveGateway", merge) + "".join(ways), choice.name, merge


def _sub(sub):
    repeated = "" if sub.times is None else many(cardinality=str(sub.times), is_sequential=sub.in_sequence)
    merge = f"merge_{sub.name}"
    parts = [
        node("subProcess", sub.name, _level(sub) + repeated),
        node("exclusiveGateway", merge),
        path(sub.name, merge),
    ]
    for event in sub.boundaries:
        after = merge if event.interrupts else f"end_{event.name}"
        parts += [boundary(event.name, sub.name, _definition(event), event.interrupts), user(event.task)]
        parts += ["" if event.interrupts else end(after), path(event.name, event.task, after)]
    return "".join(parts), sub.name, merge


_DRAWERS = {
    Task: lambda step: (user(step.name), step.name, step.name),
    Wait: lambda step: (catch(step.event.name, _definition(step.event)), step.event.name, step.event.name),
    Choice: _choice,
    Escalate: lambda step: (throw(step.name, escalation(step.code)), step.name, step.name),
    Row: _row,
    Both: _both,
    Sub: _sub,
}
