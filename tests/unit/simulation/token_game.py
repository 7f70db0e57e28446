"""Random diagrams without any structure, and the rules of BPMN 2.0 played over them with nothing but tokens on flows.

`blocks` builds what joins as it splits. Here a gateway may join anything: branches, rounds of a loop,
cross-connections, and with the wrong kind of join as well. What is open then follows from chapter 13 of the standard.
"""

from collections import Counter
from itertools import pairwise

from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, user

KINDS = {"choice": "exclusiveGateway", "all": "parallelGateway", "some": "inclusiveGateway"}


class Stuck(Exception):
    """Tokens wait for one another for ever."""


class Net:
    """A diagram: elements by name, each name beginning with its kind, and flows as pairs of names."""

    def __init__(self, random, size):
        """Grow from a single flow."""
        self.random = random
        self.names = ["begin", "done"]
        self.flows = [("begin", "done")]
        for _ in range(random.randint(3, size)):
            random.choice((self._task, self._task, self._branches, self._branches, self._loop, self._crossing))()

    def _new(self, kind):
        name = f"{kind}_{len(self.names)}"
        self.names.append(name)
        return name

    def _split(self, *names):
        """Put elements onto a random flow, one after another."""
        place = self.random.randrange(len(self.flows))
        source, target = self.flows[place]
        self.flows[place] = (source, names[0])
        self.flows += [*pairwise(names), (names[-1], target)]

    def _way(self, source, target):
        """Lead from one element to another, mostly over a task."""
        if (source, target) not in self.flows and self.random.random() < 0.3:
            self.flows.append((source, target))
        else:
            task = self._new("task")
            self.flows += [(source, task), (task, target)]

    def _task(self):
        self._split(self._new("task"))

    def _branches(self):
        kind = self.random.choice([*KINDS])
        split, join = self._new(kind), self._new(self.random.choice((kind, kind, *KINDS)))
        place = self.random.randrange(len(self.flows))
        source, target = self.flows[place]
        self.flows[place] = (source, split)
        self.flows.append((join, target))
        for _ in range(self.random.randint(2, 3)):
            self._way(split, join)
        self.random.shuffle(self.flows)

    def _loop(self):
        back, task, split = self._new(self.random.choice(("choice", "some"))), self._new("task"), self._new("choice")
        self._split(back, task, split)
        self._way(split, back)

    def _crossing(self):
        split, join = (self._new(self.random.choice(("choice", *KINDS))) for _ in range(2))
        self._split(split)
        self._split(join)
        self._way(split, join)

    def after(self, name):
        """Flows out of an element, in the order of the file."""
        return [one for one in self.flows if one[0] == name]

    def before(self, name):
        """Flows into an element."""
        return [one for one in self.flows if one[1] == name]

    def choosers(self):
        """Gateways that choose, each with the number of its flows."""
        found = {name: len(self.after(name)) for name in self.names if name.startswith(("choice", "some"))}
        return {name: count for name, count in found.items() if count > 1}

    def decided(self):
        """A random decision for every gateway: the number of the flow to take, or a list of them."""
        draw = self.random
        return {
            name: draw.randrange(count)
            if name.startswith("choice")
            else draw.sample(range(count), draw.randint(0, count))
            for name, count in self.choosers().items()
        }

    def drawn(self):
        """The elements and flows as XML; the last flow of each chooser is its default flow."""
        return begin() + end() + "".join(map(self._element, self.names[2:])) + "".join(map(self._flow, self.flows))

    def _element(self, name):
        kind = name.split("_")[0]
        if kind == "task":
            return user(name)
        default = {"default": "__".join(self.after(name)[-1])} if name in self.choosers() else {}
        return node(KINDS[kind], name, **default)

    def _flow(self, one):
        ways = self.after(one[0])
        if one[0] not in self.choosers() or one == ways[-1]:
            return flow(*one)
        place, is_choice = ways.index(one), one[0].startswith("choice")
        return flow(*one, when=f"{one[0]} = {place}" if is_choice else f"list contains({one[0]}, {place})")


class Game:
    """Tokens on flows, and tasks that are open."""

    def __init__(self, net, decided):
        """Begin at the start event."""
        self.net = net
        self.decided = decided
        self.tokens = Counter(net.after("begin"))
        self.open = []
        self._run()

    @property
    def is_over(self):
        return not self.open and not +self.tokens

    def complete(self, task, decided):
        self.open.remove(task)
        self.decided = decided
        self._leave(task)
        self._run()

    def _run(self):
        while self._move() or self._join():
            pass
        if not self.open and +self.tokens:
            raise Stuck

    def _move(self):
        """Let everything move on that need not look at tokens elsewhere; say whether something did."""
        before = +self.tokens
        for one in before:
            if not self._is_join(one[1]):
                self.tokens[one] -= 1
                self._enter(one[1])
            elif one[1].startswith("all"):
                self._take_all(one[1])
        return +self.tokens != before

    def _is_join(self, name):
        return name.startswith(("all", "some")) and len(self.net.before(name)) > 1

    def _take_all(self, name):
        flows = self.net.before(name)
        if all(self.tokens[one] for one in flows):
            self.tokens.subtract(flows)
            self._leave(name)

    def _enter(self, name):
        if name.startswith("task"):
            self.open.append(name)
        elif name != "done":
            self._leave(name)

    def _join(self):
        for name in self.net.names:
            if name.startswith("some") and self._is_join(name) and self._is_enabled(name):
                self.tokens.subtract([one for one in self.net.before(name) if self.tokens[one]])
                self._leave(name)
                return True
        return False

    def _leave(self, name):
        ways = self.net.after(name)
        if name in self.net.choosers():
            wanted = self.decided[name]
            wanted = wanted if isinstance(wanted, list) else [wanted]
            ways = [ways[place] for place in sorted(wanted) if place < len(ways) - 1] or ways[-1:]
        self.tokens.update(ways)

    def _is_enabled(self, name):
        """Chapter 13.4.3: no token can come in on an empty flow that could not as well come in on another one."""
        arrived = [one for one in self.net.before(name) if self.tokens[one]]
        empty = [one for one in self.net.before(name) if not self.tokens[one]]
        places = [[one] for one in +self.tokens if one[1] != name] + [self.net.after(task) for task in self.open]
        to_empty, to_arrived = self._leading_to(empty, name), self._leading_to(arrived, name)
        is_awaited = any(to_empty & set(place) and not to_arrived & set(place) for place in places)
        return bool(arrived) and not is_awaited

    def _leading_to(self, flows, gateway):
        """Flows from which a path that does not visit the gateway ends with one of these."""
        found, pending = set(flows), list(flows)
        while pending:
            source = pending.pop()[0]
            fresh = [one for one in self.net.before(source) if one not in found and source != gateway]
            found.update(fresh)
            pending += fresh
        return found
