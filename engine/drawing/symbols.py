"""The small pictures of BPMN: task types, event triggers, gateway signs and markers.

Every symbol is drawn around its own origin, on a grid of about 16 units, in two colours: `line` and `ground`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin

from lxml import etree

from engine.drawing.geometry import Box, Point
from engine.drawing.markup import circle, path, polygon, rectangle

Symbol = Callable[[etree._Element, str, str], None]

_ORIGIN = Point(0, 0)


def _user(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-7 7.5c0-4.6 2.7-7 7-7s7 2.4 7 7z", fill=ground, stroke=line, stroke_linejoin="round")
    circle(parent, Point(0, -3.4), 3.7, fill=ground, stroke=line)


def _manual(parent: etree._Element, line: str, ground: str) -> None:
    thumb = "M-7.5 -1.8l4.3-4.6c.9-.8 2.3.3 1.6 1.4l-1.4 2h9c1.6 0 1.6 2.3 0 2.3h-4"
    fingers = (
        "h3.2c1.5 0 1.5 2.2 0 2.2h-3.2h2.4c1.4 0 1.4 2.1 0 2.1h-2.4h1.5c1.3 0 1.3 2 0 2h-6.5c-2.6 0-4.5-1.3-4.5-3.4z"
    )
    path(parent, thumb + fingers, fill=ground, stroke=line, stroke_linejoin="round")


def _service(parent: etree._Element, line: str, ground: str) -> None:
    corners = []
    for tooth in range(8):
        for share, radius in ((-0.3, 5.6), (-0.19, 7.6), (0.19, 7.6), (0.3, 5.6)):
            angle = (tooth + share) * pi / 4
            corners.append(Point(radius * cos(angle), radius * sin(angle)))
    polygon(parent, corners, fill=ground, stroke=line, stroke_linejoin="round")
    circle(parent, _ORIGIN, 2.4, fill=ground, stroke=line)


def _script(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-2.5 -7.5h9c-3.6 3.4-3.6 5 -1.6 7.5s1.6 4.6-1.9 7.5h-9.5c3.5-2.9 3.9-5 1.9-7.5s-1.6-4.4 2.1-7.5z",
         fill=ground, stroke=line, stroke_linejoin="round")  # fmt: skip
    path(parent, "M-2.4 -4h4.6M-2.4 -.6h4.4M-.4 3h4.4", stroke=line)


def _rule(parent: etree._Element, line: str, ground: str) -> None:
    rectangle(parent, Box(-8, -6, 16, 12), fill=ground, stroke=line)
    rectangle(parent, Box(-8, -6, 16, 3.6), fill=line, stroke=line)
    path(parent, "M-8 1.8h16M-3 -2.4v8.4", stroke=line)


def _envelope(parent: etree._Element, line: str, ground: str) -> None:
    rectangle(parent, Box(-7.5, -5, 15, 10), fill=ground, stroke=line)
    path(parent, "M-7.5 -5l7.5 6 7.5 -6", stroke=line, stroke_linejoin="round")


def _sealed_envelope(parent: etree._Element, line: str, ground: str) -> None:
    _envelope(parent, ground, line)


def _clock(parent: etree._Element, line: str, ground: str) -> None:
    circle(parent, _ORIGIN, 8.4, fill=ground, stroke=line)
    ticks = "".join(
        f"M{7.9 * cos(hour * pi / 6):.1f} {7.9 * sin(hour * pi / 6):.1f}"
        f"L{6.4 * cos(hour * pi / 6):.1f} {6.4 * sin(hour * pi / 6):.1f}"
        for hour in range(12)
    )
    path(parent, ticks, stroke=line, stroke_width=0.8)
    path(parent, "M0 0L1.5 -5.4M0 0H3.6", stroke=line, stroke_linecap="round")


def _bolt(parent: etree._Element, line: str, ground: str) -> None:
    points = [Point(-8, 6), Point(-4.5, -7), Point(1, 0.5), Point(7.5, -7), Point(3.5, 7), Point(-2, 0)]
    polygon(parent, points, fill=ground, stroke=line, stroke_linejoin="round")


def _triangle(parent: etree._Element, line: str, ground: str) -> None:
    polygon(parent, [Point(0, -7.5), Point(8, 5.5), Point(-8, 5.5)], fill=ground, stroke=line, stroke_linejoin="round")


def _arrow_up(parent: etree._Element, line: str, ground: str) -> None:
    points = [Point(0, -8), Point(6, 7.5), Point(0, 1.5), Point(-6, 7.5)]
    polygon(parent, points, fill=ground, stroke=line, stroke_linejoin="round")


def _disc(parent: etree._Element, line: str, ground: str) -> None:
    circle(parent, _ORIGIN, 9, fill=line, stroke=line)


def _page(parent: etree._Element, line: str, ground: str) -> None:
    rectangle(parent, Box(-6, -7.5, 12, 15), fill=ground, stroke=line)
    path(parent, "M-4 -4.5h8M-4 -1.5h8M-4 1.5h8M-4 4.5h8", stroke=line)


def _arrow_right(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-8 -3h9v-4l7.5 7-7.5 7v-4h-9z", fill=ground, stroke=line, stroke_linejoin="round")


def _rewind(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M0 -6v12l-8-6zM8 -6v12l-8-6z", fill=ground, stroke=line, stroke_linejoin="round")


def _cross(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-6 -6L6 6M6 -6L-6 6", stroke=line, stroke_width=3.4)


def _pentagon(parent: etree._Element, line: str, ground: str) -> None:
    corners = [Point(8 * sin(turn * 2 * pi / 5), -8 * cos(turn * 2 * pi / 5)) for turn in range(5)]
    polygon(parent, corners, fill=ground, stroke=line, stroke_linejoin="round")


def _plus(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-9 0H9M0 -9V9", stroke=line, stroke_width=3.6)


def _ring(parent: etree._Element, line: str, ground: str) -> None:
    circle(parent, _ORIGIN, 9.5, fill=ground, stroke=line, stroke_width=2.6)


def _star(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-10 0H10M0 -10V10M-7 -7L7 7M7 -7L-7 7", stroke=line, stroke_width=3)


def _thin_x(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-7 -7.5L7 7.5M7 -7.5L-7 7.5", stroke=line, stroke_width=3)


def _event_choice(parent: etree._Element, line: str, ground: str) -> None:
    circle(parent, _ORIGIN, 13, fill=ground, stroke=line)
    circle(parent, _ORIGIN, 10.5, fill=ground, stroke=line)
    polygon(
        parent,
        [Point(6.6 * sin(turn * 2 * pi / 5), -6.6 * cos(turn * 2 * pi / 5)) for turn in range(5)],
        fill=ground,
        stroke=line,
    )


def _loop(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-2.6 5.2A5.6 5.6 0 1 1 2.4 5.2M-6.4 5.4h4v-4", stroke=line, stroke_width=1.4)


def _bars(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-4.5 -6v12M0 -6v12M4.5 -6v12", stroke=line, stroke_width=2.2)


def _rows(parent: etree._Element, line: str, ground: str) -> None:
    path(parent, "M-6 -4.5h12M-6 0h12M-6 4.5h12", stroke=line, stroke_width=2.2)


def _boxed_plus(parent: etree._Element, line: str, ground: str) -> None:
    rectangle(parent, Box(-7, -7, 14, 14), fill=ground, stroke=line)
    path(parent, "M-4 0H4M0 -4V4", stroke=line)


TASK_SYMBOLS: Mapping[str, Symbol] = {
    "userTask": _user,
    "manualTask": _manual,
    "serviceTask": _service,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "sendTask": _sealed_envelope,
    "receiveTask": _envelope,
}
EVENT_SYMBOLS: Mapping[str, Symbol] = {
    "message": _envelope,
    "timer": _clock,
    "error": _bolt,
    "signal": _triangle,
    "escalation": _arrow_up,
    "terminate": _disc,
    "conditional": _page,
    "link": _arrow_right,
    "compensate": _rewind,
    "cancel": _cross,
    "multiple": _pentagon,
}
GATEWAY_SYMBOLS: Mapping[str, Symbol] = {
    "exclusiveGateway": _thin_x,
    "parallelGateway": _plus,
    "inclusiveGateway": _ring,
    "complexGateway": _star,
    "eventBasedGateway": _event_choice,
}
MARKER_SYMBOLS: Mapping[str, Symbol] = {"loop": _loop, "parallel": _bars, "sequential": _rows, "collapsed": _boxed_plus}
