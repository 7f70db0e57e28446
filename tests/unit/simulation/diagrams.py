"""Tiny diagrams that begin at once in a sandbox. The elements are written as in the tests of the runtime."""

from datetime import UTC, datetime, timedelta

from engine.simulation import Sandbox
from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, user, xml

#: 2026-01-31 10:00 in Asia/Shanghai: the last day of a long month before a short one.
MORNING = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OFFICES = ("finance", "law", "science")


def sandbox(*body, at=MORNING, variables=None, process="sample", **declared):
    """A case of a process of these elements; `declared` are the names of messages, signals, errors, escalations."""
    return Sandbox(xml(*body, process=process, **declared), process, variables or {}, at)


def chain(*names, **more):
    """A process of user tasks one after another."""
    return sandbox(begin(), *(user(name) for name in names), end(), path("begin", *names, "done"), **more)


def rounds(gateway, offices=OFFICES):
    """Write, ask every office at once, decide; a decision that is not good begins another round."""
    condition = "true" if gateway == "inclusiveGateway" else ""
    return (
        begin(),
        user("write"),
        node(gateway, "ask"),
        *(user(office) for office in offices),
        node(gateway, "gather"),
        user("decide"),
        node("exclusiveGateway", "is_good", default="is_good__yes"),
        end(),
        path("begin", "write", "ask"),
        *(flow("ask", office, when=condition) for office in offices),
        *(flow(office, "gather") for office in offices),
        path("gather", "decide", "is_good"),
        flow("is_good", "write", when="good = false"),
        flow("is_good", "done", name="is_good__yes"),
    )


def after(days, start=MORNING):
    """The instant so many days later."""
    return start + timedelta(days=days)
