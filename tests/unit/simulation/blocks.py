"""Random diagrams out of nested blocks, and what must be open in them, computed without any engine.

A block is a task, a task with a deadline, or a sequence, choice, parallel, inclusive, correction loop or subprocess of
blocks. Because every block has one entry and one exit, what is open follows from the tree alone: that is the oracle.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from tests.unit.runtime.runtime_diagrams import begin, boundary, end, flow, node, path, timer, user

KINDS = ("sequence", "choice", "parallel", "inclusive", "loop", "subprocess")


@dataclass
class Block:
    """One node of the tree; its name begins with its kind."""

    kind: str
    name: str
    inner: list = field(default_factory=list)

    def deciders(self):
        """Blocks whose way is chosen by a variable of their name, with the number of ways."""
        own = [self] if self.kind in ("choice", "inclusive", "loop") else []
        return own + [one for block in self.inner for one in block.deciders()]


def grown(random, depth=3, name="b"):
    """A random block; branches are named by where they stand."""
    kind = random.choice(KINDS) if depth else random.choice(("task", "task", "timed"))
    count = {"loop": 1, "subprocess": 1, "task": 0, "timed": 0}.get(kind, random.randint(2, 3))
    return Block(kind, f"{kind}_{name}", [grown(random, depth - 1, f"{name}{place}") for place in range(count)])


def drawn(block):
    """The diagram of a whole process of this block."""
    body, entry, leave = _drawn(block)
    return begin() + body + end() + path("begin", entry) + path(leave, "done")


def _drawn(block):
    parts = [_drawn(one) for one in block.inner]
    return _DRAWERS[block.kind](block.name, parts)


def _task(name, parts):
    return user(name), name, name


def _timed(name, parts):
    late, merge = f"{name}_late", f"{name}_merge"
    body = user(name) + boundary(f"{name}_due", name, timer("P1D")) + user(late) + node("exclusiveGateway", merge)
    return body + path(name, merge) + path(f"{name}_due", late, merge), name, merge


def _sequence(name, parts):
    joints = "".join(flow(before[2], after[1]) for before, after in pairwise(parts))
    return "".join(body for body, _, _ in parts) + joints, parts[0][1], parts[-1][2]


def _split(tag, condition):
    def draw(name, parts):
        split, join = f"{name}_split", f"{name}_join"
        body = node(tag, split) + node(tag, join) + "".join(body for body, _, _ in parts)
        for place, (_, entry, leave) in enumerate(parts):
            body += flow(split, entry, when=condition.format(name=name, place=place)) + flow(leave, join)
        return body, split, join

    return draw


def _loop(name, parts):
    ((body, entry, leave),) = parts
    merge, question = f"{name}_merge", f"{name}_again"
    gateways = node("exclusiveGateway", merge) + node("exclusiveGateway", question, default=f"{name}_enough")
    after = f"{name}_exit"
    flows = path(merge, entry) + path(leave, question) + flow(question, merge, when=f"{name} = true")
    return (
        body + gateways + node("exclusiveGateway", after) + flows + flow(question, after, name=f"{name}_enough"),
        merge,
        after,
    )


def _subprocess(name, parts):
    ((body, entry, leave),) = parts
    inner = begin(f"{name}_in") + body + end(f"{name}_out") + path(f"{name}_in", entry) + path(leave, f"{name}_out")
    return node("subProcess", name, inner), name, name


_DRAWERS = {
    "task": _task,
    "timed": _timed,
    "sequence": _sequence,
    "choice": _split("exclusiveGateway", "{name} = {place}"),
    "parallel": _split("parallelGateway", ""),
    "inclusive": _split("inclusiveGateway", "list contains({name}, {place})"),
    "loop": _loop,
    "subprocess": _subprocess,
}


def chances(block, random):
    """Values for the variables that choose the ways from now on."""
    values = {}
    for one in block.deciders():
        ways = range(len(one.inner))
        values[one.name] = {
            "choice": random.choice(ways),
            "inclusive": random.sample(ways, random.randint(1, len(ways))),
            "loop": random.random() < 0.5,
        }[one.kind]
    return values


class Expected:
    """What must be open in one block. Done when nothing is open any more."""

    def __init__(self, block, values):
        self.block, self.values = block, values
        self.place, self.parts, self.own = 0, [], ""
        self._enter(values)

    def _enter(self, values):
        inner = self.block.inner
        if self.block.kind in ("task", "timed"):
            self.own = self.block.name
        elif self.block.kind == "choice":
            inner = [inner[values[self.block.name]]]
        elif self.block.kind == "inclusive":
            inner = [inner[place] for place in sorted(values[self.block.name])]
        elif self.block.kind == "sequence":
            inner = inner[:1]
        self.parts = [Expected(one, values) for one in inner]

    @property
    def open(self):
        return ([self.own] if self.own else []) + [name for part in self.parts for name in part.open]

    def complete(self, name, values):
        """Complete an open task, then go on as far as nobody is needed."""
        if self.own == name:
            self.own = ""
            return
        for part in self.parts:
            if name in part.open:
                part.complete(name, values)
        if not self.open:
            self._go_on(values)

    def _go_on(self, values):
        if self.block.kind == "sequence" and self.place + 1 < len(self.block.inner):
            self.place += 1
            self.parts = [Expected(self.block.inner[self.place], values)]
        elif self.block.kind == "loop" and values[self.block.name]:
            self._enter(values)

    def let_time_pass(self):
        """Every task with a deadline that is still open is late."""
        if self.own.startswith("timed") and not self.own.endswith("_late"):
            self.own += "_late"
        for part in self.parts:
            part.let_time_pass()
