"""Writing SVG: elements with presentation attributes only, so that a strict content security policy lets them through.

There is no style attribute, no script, no reference to anything outside, and no id: several diagrams can stand in one
page. Every word from a diagram goes through `lxml`, which escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from lxml import etree

from engine.drawing.geometry import Box, Point
from engine.drawing.lettering import LINE_HEIGHT, Lettering

SVG = "http://www.w3.org/2000/svg"
FONTS = "PingFang SC, Hiragino Sans GB, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, sans-serif"

INK = "#1c2430"
OUTLINE = "#3d4756"
LINE = "#4b5665"
FAINT = "#7c8796"
FRAME = "#9aa4b2"
BAND = "#f0f3f7"
PAPER = "#ffffff"

#: What XML cannot hold: control characters, halves of characters, and two that are none.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
#: How round the corners of lines are.
_BEND = 7.0


def number(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def add(parent: etree._Element, tag: str, **attributes: str | float) -> etree._Element:
    """Append an element; `stroke_width` becomes stroke-width, `class_` becomes class."""
    written = {
        _attribute(name): number(value) if isinstance(value, int | float) else clean(value)
        for name, value in attributes.items()
    }
    return etree.SubElement(parent, f"{{{SVG}}}{tag}", written)


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def clean(text: str) -> str:
    """Drop the control characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def path(parent: etree._Element, shape: str, **attributes: str | float) -> etree._Element:
    """Append a path drawn by the letters of `shape`."""
    return add(parent, "path", d=shape, **{"fill": "none", **attributes})


def rectangle(parent: etree._Element, box: Box, radius: float = 0, **attributes: str | float) -> etree._Element:
    """Append a rectangle, with rounded corners when a radius is given."""
    corners: dict[str, str | float] = {"rx": radius, "ry": radius} if radius else {}
    return add(parent, "rect", x=box.x, y=box.y, width=box.width, height=box.height, **corners, **attributes)


def circle(parent: etree._Element, center: Point, radius: float, **attributes: str | float) -> etree._Element:
    """Append a circle."""
    return add(parent, "circle", cx=center.x, cy=center.y, r=radius, **attributes)


def polygon(parent: etree._Element, points: Sequence[Point], **attributes: str | float) -> etree._Element:
    """Append a closed shape with straight sides."""
    written = " ".join(f"{number(point.x)},{number(point.y)}" for point in points)
    return add(parent, "polygon", points=written, **attributes)


def icon(parent: etree._Element, at: Point, scale: float = 1) -> etree._Element:
    """Append a group whose origin is at `at`, for a symbol drawn on its own little grid."""
    move = f"translate({number(at.x)} {number(at.y)})"
    return add(parent, "g", transform=move if scale == 1 else f"{move} scale({number(scale)})", aria_hidden="true")


def letters(
    parent: etree._Element, lettering: Lettering, middle: Point, *, halo: bool = False, **attributes: str | float
) -> None:
    """Append lines of text centred around `middle`; a halo keeps them readable across lines."""
    look: dict[str, str | float] = {"fill": INK, "text_anchor": "middle", "font_size": lettering.size}
    if halo:
        look |= {"stroke": PAPER, "stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"}
    text = add(parent, "text", **{**look, **attributes})
    step = lettering.size * LINE_HEIGHT
    # 0.36 of the size puts the middle of Chinese characters on the middle of the line.
    first = middle.y - step * (len(lettering.lines) - 1) / 2 + lettering.size * 0.36
    for index, line in enumerate(lettering.lines):
        add(text, "tspan", x=middle.x, y=first + index * step).text = clean(line)


def bent_line(points: Sequence[Point]) -> str:
    """Return the path of a line through `points` with its corners rounded."""
    parts = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        bend = min(_BEND, before.distance_to(corner) / 2, after.distance_to(corner) / 2)
        leave, join = corner.towards(before, bend), corner.towards(after, bend)
        parts.append(f"L{_pair(leave)}Q{_pair(corner)} {_pair(join)}")
    parts.append(f"L{_pair(points[-1])}")
    return "".join(parts)


def _pair(point: Point) -> str:
    return f"{number(point.x)} {number(point.y)}"
