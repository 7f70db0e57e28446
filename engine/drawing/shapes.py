"""Drawing shapes: pools and lanes, activities, events, gateways, data and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.drawing.geometry import Box, Point
from engine.drawing.lettering import LINE_HEIGHT, Lettering, fit
from engine.drawing.markup import (
    BAND,
    FAINT,
    FRAME,
    INK,
    PAPER,
    add,
    circle,
    icon,
    letters,
    number,
    path,
    polygon,
    rectangle,
)
from engine.drawing.painting import Paint
from engine.drawing.reading import Shape
from engine.drawing.symbols import EVENT_SYMBOLS, GATEWAY_SYMBOLS, MARKER_SYMBOLS, TASK_SYMBOLS

Painter = Callable[[etree._Element, Shape, Paint], None]

SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = frozenset({*TASK_SYMBOLS, *SUBPROCESSES, "task", "callActivity"})
FRAMES = frozenset({"participant", "lane"})
THROWN = frozenset({"intermediateThrowEvent", "endEvent"})

BAND_WIDTH = 30.0
LABEL_SIZE = 13.0
#: Labels beside events, gateways and lines may be this wide whatever the file says, as in bpmn-js.
LABEL_WIDTH = 92.0
NAME_SIZES = (14.0, 13.0, 12.0, 11.0)
_FRAME_SIZES = (15.0, 14.0, 13.0, 12.0)
_MARKER_STEP = 18.0
#: Corner that the symbol of a task takes.
_SYMBOL = 25.0


def draw_frame(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a pool or lane with its name in the band at the left (or top)."""
    is_pool = shape.kind == "participant"
    rectangle(parent, shape.box, fill=PAPER, stroke=FAINT if is_pool else FRAME, stroke_width=1.6 if is_pool else 1)
    box = shape.box
    if shape.is_horizontal:
        band = Box(box.x, box.y, min(BAND_WIDTH, box.width), box.height)
    else:
        band = Box(box.x, box.y, box.width, min(BAND_WIDTH, box.height))
    rectangle(parent, band, fill=BAND, stroke=FAINT if is_pool else FRAME, stroke_width=1)
    length = (band.height if shape.is_horizontal else band.width) - 12
    lettering = fit(shape.name, length, BAND_WIDTH - 2, _FRAME_SIZES)
    turned = add(parent, "g", font_weight="600" if is_pool else "400")
    if shape.is_horizontal:
        turned.set("transform", f"rotate(-90 {number(band.center.x)} {number(band.center.y)})")
    letters(turned, lettering, band.center)


def draw_activity(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a task, call activity or subprocess."""
    box = shape.box
    heavy = {"callActivity": 2.0}.get(shape.kind, 0.0)
    dash: dict[str, str | float] = {"stroke_dasharray": "2 4"} if shape.is_event_subprocess else {}
    is_open = shape.kind in SUBPROCESSES and shape.is_expanded
    fill = PAPER if is_open else paint.fill
    rectangle(parent, box, 8, class_="body", fill=fill, stroke=paint.stroke, stroke_width=paint.width + heavy, **dash)
    if shape.kind == "transaction":
        rectangle(parent, box.grown(-4), 5, fill="none", stroke=paint.stroke, stroke_width=1)
    if symbol := TASK_SYMBOLS.get(shape.kind):
        symbol(icon(parent, Point(box.x + 15, box.y + 15), 0.95), paint.stroke, PAPER)
    markers = _draw_markers(parent, shape, paint)
    if is_open:
        lettering = fit(shape.name, box.width - 20, LABEL_SIZE * LINE_HEIGHT * 2, (LABEL_SIZE,))
        letters(parent, lettering, Point(box.center.x, box.y + 6 + lettering.height / 2), font_weight="600")
        return
    room = box.height - 10 - (16 if markers else 0)
    middle = Point(box.center.x, box.center.y - (7 if markers else 0))
    lettering = fit(shape.name, box.width - 12, room, NAME_SIZES)
    letters(parent, lettering, _below_symbol(shape, lettering, middle))


def _below_symbol(shape: Shape, lettering: Lettering, middle: Point) -> Point:
    """Return the middle of a name, moved down as far as its first line would cover the symbol of a task."""
    box = shape.box
    top, bottom = middle.y - lettering.height / 2, middle.y + lettering.height / 2
    is_clear = middle.x - lettering.width / 2 > box.x + _SYMBOL or shape.kind not in TASK_SYMBOLS
    down = 0.0 if is_clear else min(box.y + _SYMBOL - top, box.bottom - 3 - bottom)
    return Point(middle.x, middle.y + max(0.0, down))


def _draw_markers(parent: etree._Element, shape: Shape, paint: Paint) -> int:
    is_closed = shape.kind in SUBPROCESSES and not shape.is_expanded
    names = [name for name in (shape.repeats, "collapsed" if is_closed else "") if name]
    left = shape.box.center.x - _MARKER_STEP * (len(names) - 1) / 2
    for index, name in enumerate(names):
        at = Point(left + index * _MARKER_STEP, shape.box.bottom - 11)
        MARKER_SYMBOLS[name](icon(parent, at), paint.stroke, PAPER)
    return len(names)


def draw_event(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw an event: one ring at the start, two on the way, a thick one at the end; dashed without interruption."""
    middle, radius = shape.box.center, min(shape.box.width, shape.box.height) / 2
    is_end = shape.kind == "endEvent"
    dash: dict[str, str | float] = {} if shape.is_interrupting else {"stroke_dasharray": "4 3"}
    width = 3.2 if is_end else paint.width
    circle(parent, middle, radius, class_="body", fill=paint.fill, stroke=paint.stroke, stroke_width=width, **dash)
    if shape.kind not in ("startEvent", "endEvent"):
        circle(parent, middle, max(radius - 3.5, 1), fill="none", stroke=paint.stroke, stroke_width=1.2, **dash)
    if symbol := EVENT_SYMBOLS.get(shape.event):
        scale = radius / 18
        is_thrown = shape.kind in THROWN
        ground = paint.stroke if is_thrown and shape.event not in ("message", "timer", "conditional") else paint.fill
        line = paint.stroke
        if is_thrown and shape.event == "message":
            line, ground = paint.fill, paint.stroke
        symbol(icon(parent, middle, scale), line, ground)


def draw_gateway(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a gateway: a diamond with its sign."""
    box, middle = shape.box, shape.box.center
    corners = [
        Point(middle.x, box.y),
        Point(box.right, middle.y),
        Point(middle.x, box.bottom),
        Point(box.x, middle.y),
    ]
    look = {"fill": paint.fill, "stroke": paint.stroke, "stroke_linejoin": "round"}
    polygon(parent, corners, class_="body", stroke_width=paint.width, **look)
    if symbol := GATEWAY_SYMBOLS.get(shape.kind):
        symbol(icon(parent, middle, min(box.width, box.height) / 50), paint.stroke, paint.fill)


def draw_note(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a text annotation: an open bracket and its text."""
    box = shape.box
    edge, foot = min(box.width, 10.0), number(box.bottom)
    bracket = f"M{number(box.x + edge)} {number(box.y)}H{number(box.x)}V{foot}H{number(box.x + edge)}"
    path(parent, bracket, stroke=FAINT, stroke_width=1.2)
    lettering = fit(shape.name, box.width - 14, box.height - 4, (LABEL_SIZE, 12.0, 11.0))
    letters(parent, lettering, Point(box.x + 9, box.center.y), text_anchor="start")


def draw_group(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a group: a dash-dotted frame around what belongs together."""
    rectangle(parent, shape.box, 10, fill="none", stroke=FAINT, stroke_width=1.4, stroke_dasharray="10 4 2 4")
    lettering = fit(shape.name, shape.box.width - 20, 20, (LABEL_SIZE,))
    letters(parent, lettering, Point(shape.box.center.x, shape.box.y + 12), halo=True)


def draw_data(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a data object: a page with a folded corner."""
    box = shape.box
    fold = min(box.width, box.height) * 0.28
    x, y, right, foot = number(box.x), number(box.y), number(box.right), number(box.bottom)
    inner, turn = number(box.right - fold), number(box.y + fold)
    outline = f"M{x} {y}H{inner}L{right} {turn}V{foot}H{x}z"
    path(parent, outline, class_="body", fill=paint.fill, stroke=paint.stroke, stroke_width=paint.width)
    path(parent, f"M{inner} {y}V{turn}H{right}", stroke=paint.stroke, stroke_width=1)


def draw_store(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw a data store: a drum."""
    box = shape.box
    lid = min(box.height * 0.14, 10.0)
    arc = f"{number(box.width / 2)} {number(lid)} 0 0"
    left, right, top = number(box.x), number(box.right), number(box.y + lid)
    drum = f"M{left} {top}A{arc} 1 {right} {top}V{number(box.bottom - lid)}A{arc} 1 {left} {number(box.bottom - lid)}z"
    path(parent, drum, class_="body", fill=paint.fill, stroke=paint.stroke, stroke_width=paint.width)
    path(parent, f"M{left} {top}A{arc} 0 {right} {top}", stroke=paint.stroke, stroke_width=1.2)


def draw_unknown(parent: etree._Element, shape: Shape, paint: Paint) -> None:
    """Draw anything else as a plain box, so that nothing of the file is hidden."""
    rectangle(parent, shape.box, 4, class_="body", fill=paint.fill, stroke=paint.stroke, stroke_width=1)
    letters(parent, fit(shape.name, shape.box.width - 8, shape.box.height - 4, NAME_SIZES), shape.box.center)


_PAINTERS: Mapping[str, Painter] = {
    "textAnnotation": draw_note,
    "group": draw_group,
    "dataObjectReference": draw_data,
    "dataObject": draw_data,
    "dataInput": draw_data,
    "dataOutput": draw_data,
    "dataStoreReference": draw_store,
}


def painter_for(kind: str) -> Painter:
    """Return the function that draws this sort of shape."""
    if kind in FRAMES:
        return draw_frame
    if kind in ACTIVITIES:
        return draw_activity
    if kind.endswith("Event"):
        return draw_event
    if kind.endswith("Gateway"):
        return draw_gateway
    return _PAINTERS.get(kind, draw_unknown)


def label_box(shape: Shape) -> Box | None:
    """Return where the name beside a shape stands; None when it stands inside or there is none."""
    has_outer = shape.kind.endswith(("Event", "Gateway")) or shape.kind.startswith("data")
    if not shape.name or not has_outer:
        return None
    lettering = fit(shape.name, LABEL_WIDTH, LABEL_SIZE * LINE_HEIGHT * 3, (LABEL_SIZE,))
    if shape.label is None:
        return Box(shape.box.center.x - LABEL_WIDTH / 2, shape.box.bottom + 4, LABEL_WIDTH, lettering.height)
    return shape.label


def draw_label(parent: etree._Element, name: str, box: Box, paint: Paint) -> None:
    """Write a name beside a shape or line, centred in `box` from its top downwards."""
    lettering = fit(name, max(LABEL_WIDTH, box.width), LABEL_SIZE * LINE_HEIGHT * 4, (LABEL_SIZE,))
    top = box.y + max(0.0, box.height - lettering.height) / 2
    middle = Point(box.center.x, top + lettering.height / 2)
    letters(parent, lettering, middle, halo=True, fill=paint.line if paint.state else INK)


def draw_badge(parent: etree._Element, corner: Point, text: str, paint: Paint, *, is_left: bool) -> None:
    """Draw the pill that says how many are here, or a tick when all went through; it grows away from the shape."""
    badge = add(parent, "g", class_="badge", aria_hidden="true")
    if not text:
        circle(badge, corner, 9, fill=paint.badge, stroke=PAPER, stroke_width=2)
        path(icon(badge, corner), "M-4 .2l2.8 3L4.2 -3", stroke=PAPER, stroke_width=1.9, stroke_linecap="round")
        return
    lettering = fit(text, 200, 20, (12.0,))
    width = max(22.0, lettering.width + 14)
    left = corner.x + 12 - width if is_left else corner.x - 12
    box = Box(left, corner.y - 11, width, 22)
    rectangle(badge, box, 11, fill=paint.badge, stroke=PAPER, stroke_width=2)
    letters(badge, lettering, box.center, fill=PAPER, font_weight="600")
