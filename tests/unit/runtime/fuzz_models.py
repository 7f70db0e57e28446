"""Diagrams for random courses: some drawn by hand to mix what is hard, any number of others put together at random."""

import itertools
import random

from tests.unit.runtime.runtime_diagrams import (
    aside,
    begin,
    boundary,
    catch,
    conditional,
    end,
    error,
    escalation,
    flow,
    link,
    many,
    message,
    node,
    path,
    read,
    script,
    signal,
    throw,
    timer,
    user,
    xml,
)


def mixed(digest="d1"):
    """A correction loop around parallel and inclusive branches, votes, a subprocess, an event gateway, reminders."""
    inner = (
        begin("in") + user("visit") + boundary("visit_late", "visit", timer("P2D")) + end("out") + end("missed")
        + path("in", "visit", "out") + path("visit_late", "missed")
    )  # fmt: skip
    return read(
        begin(), user("write"), node("parallelGateway", "split"),
        user("finance"), boundary("finance_reminder", "finance", timer("R2/P1D", "timeCycle"), interrupts=False),
        user("read_reminder"), end("reminded"),
        node("inclusiveGateway", "whom", default="whom__nobody"), user("law"), user("nobody"),
        boundary("law_stopped", "law", message("msg_stop")), user("vote", many("experts", "expert")),
        node("inclusiveGateway", "gather"), node("subProcess", "work", inner),
        boundary("work_late", "work", timer("P9D")), node("exclusiveGateway", "work_over"),
        node("parallelGateway", "join"),
        node("eventBasedGateway", "wait"), catch("answered", message("msg_answer")), catch("expired", timer("P3D")),
        user("decide"), node("exclusiveGateway", "is_good", default="is_good__yes"), end(), end("given_up"),
        path("begin", "write", "split", "finance", "join"), path("finance_reminder", "read_reminder", "reminded"),
        path("split", "whom"), flow("whom", "law", when="a"), flow("whom", "vote", when="b"),
        flow("whom", "nobody", name="whom__nobody"), path("law", "gather"), path("law_stopped", "gather"),
        path("vote", "gather"), path("nobody", "gather", "join"), path("split", "work", "work_over", "join", "wait"),
        path("work_late", "work_over"),
        path("wait", "answered", "decide", "is_good"), path("wait", "expired", "given_up"),
        flow("is_good", "write", when="c"), flow("is_good", "done", name="is_good__yes"),
        messages=["msg_stop", "msg_answer"], digest=digest,
    )  # fmt: skip


def beside(digest="d1", make=read):
    """Event subprocesses on two levels, thrown messages before their catch, signals, a link back."""
    explain = user("explain") + throw("told", signal("sig")) + end("explained")
    remind = user("remind") + end("reminded") + path("ticked", "remind", "reminded")
    inner = (
        begin("in") + user("visit") + end("failed", error("err")) + end("out")
        + node("exclusiveGateway", "well", default="well__y") + path("in", "visit", "well")
        + flow("well", "failed", when="a") + flow("well", "out", name="well__y")
        + aside("rescue", error("err"), user("mend") + end("mended") + path("erred", "mend", "mended"), begins="erred")
        + aside("tick", timer("R2/P1D", "timeCycle"), remind, begins="ticked", interrupts=False)
    )  # fmt: skip
    return make(
        begin(), catch("land", link("again")), user("write"), node("parallelGateway", "split"),
        user("tell"), throw("said", message("msg_a")), user("prepare"), catch("heard", message("msg_a")),
        node("subProcess", "work", inner), node("parallelGateway", "join"),
        node("exclusiveGateway", "more", default="more__no"), throw("leap", link("again")), end(),
        catch("hears", signal("sig")), user("react"), end("reacted"), node("parallelGateway", "first"),
        path("begin", "first", "write"), path("first", "hears", "react", "reacted"), path("land", "write", "split"),
        path("split", "tell", "said", "join"), path("split", "prepare", "heard", "join"),
        path("split", "work", "join", "more"), flow("more", "leap", when="c"), flow("more", "done", name="more__no"),
        aside("help", message("msg_help"), explain + path("asked", "explain", "told", "explained"), interrupts=False),
        messages=["msg_a", "msg_help"], signals=["sig"], errors=["err"], digest=digest,
    )  # fmt: skip


def scopes(digest="d1"):
    """Calls with variables of their own, a transaction, escalations, loops, sequential votes, conditions."""
    check = xml(begin("c_in"), user("look"), end("c_out"), path("c_in", "look", "c_out"), process="check")
    mapping = '<camunda:in source="a" target="x"/><camunda:out source="a" target="b"/>'
    call = f"<bpmn:extensionElements>{mapping}</bpmn:extensionElements>" + many("experts", "expert")
    cancel = "<bpmn:cancelEventDefinition/>"
    trade = (
        begin("t_in") + node("parallelGateway", "both") + user("book") + throw("raise", escalation("esc"))
        + user("pay") + node("exclusiveGateway", "paid", default="paid__y") + end("t_out") + end("t_gone")
        + end("revoked", cancel) + path("t_in", "both", "book", "raise", "t_out") + path("both", "pay", "paid")
        + flow("paid", "revoked", when="a") + flow("paid", "t_gone", name="paid__y")
    )  # fmt: skip
    loop = "<bpmn:standardLoopCharacteristics loopMaximum='3'><bpmn:loopCondition>b</bpmn:loopCondition>"
    return read(
        begin(), node("exclusiveGateway", "again"), node("transaction", "trade", trade),
        boundary("cancelled", "trade", cancel), boundary("raised", "trade", escalation("esc"), interrupts=False),
        user("note"), end("noted"), user("repair"), node("exclusiveGateway", "merge"),
        node("callActivity", "call", call, calledElement="check"),
        user("vote", many("experts", "expert", collects=("scores", "a"), is_sequential=True)),
        boundary("condition", "vote", conditional("b and c")), node("exclusiveGateway", "voted"),
        user("retry", loop + "</bpmn:standardLoopCharacteristics>"), script("reset", "b = false"),
        node("exclusiveGateway", "good", default="good__y"), end(),
        path("begin", "again", "trade", "merge", "call", "vote", "voted", "retry", "reset", "good"),
        path("cancelled", "repair", "merge"), path("raised", "note", "noted"), path("condition", "voted"),
        flow("good", "again", when="c"), flow("good", "done", name="good__y"),
        escalations=["esc"], called={"c/check.bpmn": check}, digest=digest,
    )  # fmt: skip


class Blocks:
    """Puts blocks together at random; every diagram is sound, so no course of it may get stuck."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.body = []
        self.count = 0

    def name(self, word):
        self.count += 1
        return f"{word}_{self.count}"

    def add(self, *parts):
        self.body += parts

    def condition(self):
        return self.dice.choice(["a", "b", "c", "a and b", "not(c)"])

    def chain(self, depth):
        """Some blocks one after the other; return the first and the last element."""
        blocks = [self.block(depth) for _ in range(self.dice.randint(1, 2))]
        for (_, last), (first, _) in itertools.pairwise(blocks):
            self.add(path(last, first))
        return blocks[0][0], blocks[-1][1]

    def block(self, depth):
        kinds = ["task", "task", "timed_task", "votes"]
        if depth:
            kinds += ["parallel", "inclusive", "exclusive", "loop", "sub", "sub", "events", "implicit"]
        return getattr(self, self.dice.choice(kinds))(depth - 1)

    def task(self, depth):
        name = self.name("task")
        self.add(user(name))
        return name, name

    def votes(self, depth):
        name = self.name("vote")
        self.add(user(name, many("experts", "expert", is_sequential=self.dice.random() < 0.5)))
        return name, name

    def timed_task(self, depth):
        first, _ = self.task(depth)
        return first, self.surround(first)

    def surround(self, host):
        """Add a boundary event; return the merge behind the host and what interrupted it."""
        merge, event = self.name("merge"), self.name("event")
        interrupts = self.dice.random() < 0.5
        kind = self.dice.choice([timer("P2D"), timer("R2/P1D", "timeCycle"), message("msg_a"), signal("sig")])
        self.add(boundary(event, host, kind, interrupts=interrupts), node("exclusiveGateway", merge), path(host, merge))
        if interrupts:
            self.add(path(event, merge))
        else:
            side, over = self.name("side"), self.name("over")
            self.add(user(side), end(over), path(event, side, over))
        return merge

    def between(self, gateway, depth, conditions):
        split, join = self.name("split"), self.name("join")
        branches = [self.chain(depth) for _ in range(self.dice.randint(2, 3))]
        default = f"{split}__{branches[0][0]}"
        options = {"default": default} if conditions else {}
        self.add(node(gateway, split, **options), node(gateway, join))
        for number, (first, last) in enumerate(branches):
            when = self.condition() if conditions and number else ""
            self.add(flow(split, first, when=when), path(last, join))
        return split, join

    def parallel(self, depth):
        return self.between("parallelGateway", depth, conditions=False)

    def inclusive(self, depth):
        return self.between("inclusiveGateway", depth, conditions=True)

    def exclusive(self, depth):
        return self.between("exclusiveGateway", depth, conditions=True)

    def loop(self, depth):
        merge, again = self.name("merge"), self.name("again")
        first, last = self.chain(depth)
        after, _ = self.task(depth)
        self.add(node("exclusiveGateway", merge), node("exclusiveGateway", again, default=f"{again}__{after}"))
        self.add(path(merge, first), path(last, again), flow(again, merge, when="c"), path(again, after))
        return merge, after

    def implicit(self, depth):
        task, join = self.name("task"), self.name("join")
        self.add(user(task), node("parallelGateway", join))
        for _ in range(2):
            first, last = self.chain(depth)
            self.add(path(task, first), path(last, join))
        return task, join

    def events(self, depth):
        which, merge = self.name("which"), self.name("merge")
        self.add(node("eventBasedGateway", which), node("exclusiveGateway", merge))
        for kind in (timer("P1D"), message("msg_b"), conditional("a and b"))[: self.dice.randint(2, 3)]:
            event = self.name("event")
            self.add(catch(event, kind), path(which, event, merge))
        return which, merge

    def sub(self, depth):
        name, start, over = self.name("sub"), self.name("in"), self.name("out")
        outer, self.body = self.body, []
        first, last = self.chain(depth)
        self.add(begin(start), end(over), path(start, first), path(last, over))
        if self.dice.random() < 0.5:
            self.add(self.event_subprocess())
        repeated = many("experts", "expert") if self.dice.random() < 0.3 else ""
        inner, self.body = "".join(self.body), outer
        self.add(node("subProcess", name, inner + repeated))
        return name, self.surround(name) if self.dice.random() < 0.5 else name

    def event_subprocess(self):
        asked, step, told = self.name("asked"), self.name("step"), self.name("told")
        event = self.dice.choice([timer("P1D"), message("msg_a"), signal("sig")])
        body = user(step) + end(told) + path(asked, step, told)
        return aside(self.name("aside"), event, body, begins=asked, interrupts=self.dice.random() < 0.5)


def drawn(seed, digest="d1", make=read):
    """A diagram put together at random."""
    blocks = Blocks(seed)
    first, last = blocks.chain(3)
    return make(begin(), *blocks.body, end(), path("begin", first), path(last, "done"),
                messages=["msg_a", "msg_b"], signals=["sig"], digest=digest)  # fmt: skip
