"""What must be open in a process of `nested`: scopes that end, and what waits in them. No tokens, no engine."""

from dataclasses import dataclass, field
from functools import partial

from tests.unit.simulation.nested import Both, Choice, Escalate, Row, Sub, Task, Wait


class Scope:
    """Something that may be over, and then everything inside it is."""

    def __init__(self, outer=None):
        self.is_over = False if outer is None else outer.is_over
        self.inner = []
        if outer is not None:
            outer.inner.append(self)

    def end(self):
        self.is_over = True
        for one in self.inner:
            one.end()


@dataclass
class Waiting:
    """What waits in a scope: its element, when or for what, and what happens then."""

    scope: Scope
    name: str
    value: object
    act: object


@dataclass
class Level:
    """A process or subprocess that runs: how many paths of it are on the way, and who is told when none is left."""

    outer: "Level | None"
    sub: Sub
    scope: Scope
    when_over: object
    #: What a boundary event of the whole activity does.
    fire_boundary: object = None
    paths: int = 0
    body: Scope = field(init=False)
    triggers: Scope = field(init=False)

    def __post_init__(self):
        self.body, self.triggers = Scope(self.scope), Scope(self.scope)

    def path_over(self):
        self.paths -= 1
        if self.paths == 0:
            self.end()

    def end(self):
        if not self.scope.is_over:
            self.scope.end()
            self.when_over()


class Model:
    """One case."""

    def __init__(self, process):
        self.now = 0
        self.waiting = {"task": [], "timer": [], "message": []}
        self.again = []
        self.is_over = False
        self._open(None, process, Scope(), self._over)
        self._settle()

    def _over(self):
        self.is_over = True

    def of(self, kind):
        return [one for one in self.waiting[kind] if not one.scope.is_over]

    @property
    def tasks(self):
        return sorted(one.name for one in self.of("task"))

    @property
    def timers(self):
        return sorted((one.value, one.name) for one in self.of("timer"))

    def complete(self, name):
        next(one for one in self.of("task") if one.name == name).act()
        self._settle()

    def send(self, name):
        for one in [one for one in self.of("message") if one.value == name]:
            one.act()
        self._settle()

    def advance(self):
        """Go to the next instant at which a timer is due, and let it fire; return that instant."""
        self.now = self.timers[0][0]
        while due := [one for one in self.of("timer") if one.value <= self.now]:
            due[0].act()
            self._settle()
        return self.now

    def _settle(self):
        """Let what waits again wait only now: one message is heard once."""
        while self.again:
            self.again.pop(0)()

    def _wait(self, kind, scope, name, value, then):
        own = Scope(scope)

        def act():
            own.end()
            then()

        self.waiting[kind].append(Waiting(own, name, value, act))

    def _arm(self, event, scope, then, count=1, since=None):
        """Wait for a timer, a cycle or a message; what does not interrupt waits again."""
        since = self.now if since is None else since
        if event.kind == "message":
            again = partial(self._arm, event, scope, then)
            is_last, kind, value = event.interrupts, "message", event.value
        else:
            times, every = event.value if event.kind == "cycle" else (1, event.value)
            again = partial(self._arm, event, scope, then, count + 1, since)
            is_last, kind, value = event.interrupts or count == times, "timer", since + every * count

        def act():
            if not is_last:
                self.again.append(again)
            then()

        self._wait(kind, scope, event.name, value, act)

    def _arm_all(self, events, scope, fire):
        for event in events:
            if event.kind in ("timer", "cycle", "message"):
                self._arm(event, scope, partial(fire, event))

    def _run(self, step, level, scope, then):
        _RUNNERS[type(step)](self, step, level, scope, then)

    def _task(self, step, level, scope, then):
        self._wait("task", scope, step.name, None, then)

    def _catch(self, step, level, scope, then):
        self._wait_once(step.event, scope, then)

    def _wait_once(self, event, scope, then):
        self._arm(event._replace(interrupts=True), scope, then)

    def _choose(self, step, level, scope, then):
        choice = Scope(scope)

        def chosen(event):
            choice.end()
            self._wait("task", scope, event.task, None, then)

        for event in step.events:
            self._wait_once(event, choice, partial(chosen, event))

    def _escalate(self, step, level, scope, then):
        self._throw(level, "escalation", step.code)
        if not scope.is_over:
            then()

    def _row(self, step, level, scope, then, done=0):
        if done == len(step.steps):
            then()
        else:
            self._run(step.steps[done], level, scope, partial(self._row, step, level, scope, then, done + 1))

    def _both(self, step, level, scope, then):
        left = [*step.steps]

        def one_over():
            left.pop()
            if not left:
                then()

        for one in step.steps:
            self._run(one, level, scope, one_over)

    def _sub(self, step, level, scope, then):
        activity, guards = Scope(scope), Scope(scope)
        left = [None] * (1 if step.times is None else step.times)

        def over():
            activity.end()
            guards.end()

        def fire(event):
            if event.interrupts:
                over()
                self._wait("task", scope, event.task, None, then)
            else:
                level.paths += 1
                self._wait("task", scope, event.task, None, level.path_over)

        def one_over():
            left.pop()
            if not left:
                over()
                then()
            elif step.in_sequence:
                self._open(level, step, Scope(activity), one_over, fire)

        self._arm_all(step.boundaries, guards, fire)
        for _ in left[:1] if step.in_sequence else [*left]:
            self._open(level, step, Scope(activity), one_over, fire)

    def _open(self, outer, sub, scope, when_over, fire=None):
        level = Level(outer, sub, scope, when_over, fire)
        self._arm_all(sub.asides, level.triggers, partial(self._begin_aside, level))
        level.paths = 1 if sub.failing is None else 2
        self._run(sub.body, level, level.body, level.path_over)
        if sub.failing is not None:
            task, _, code = sub.failing
            failed = partial(self._throw, level, "error", code) if code else level.end
            self._wait("task", level.body, task, None, failed)

    def _begin_aside(self, level, event):
        if event.interrupts:
            level.body.end()
            level.triggers.end()
            level.body, level.paths = Scope(level.scope), 0
        level.paths += 1
        self._wait("task", level.body, event.task, None, level.path_over)

    def _throw(self, level, kind, code):
        """Find who catches it: event subprocesses of the level, then boundary events around it, then further out."""
        while level is not None:
            for event in [] if level.triggers.is_over else level.sub.asides:
                if (event.kind, event.value) == (kind, code):
                    self._begin_aside(level, event)
                    return
            for event in level.sub.boundaries:
                if (event.kind, event.value) == (kind, code):
                    level.fire_boundary(event)
                    return
            level = level.outer


_RUNNERS = {
    Task: Model._task,
    Wait: Model._catch,
    Choice: Model._choose,
    Escalate: Model._escalate,
    Row: Model._row,
    Both: Model._both,
    Sub: Model._sub,
}
