"""What is laid out: the steps, flows and lanes of one process or subprocess, and the picture that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.drawing.geometry import Box, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing that takes a place of its own: a step, event, gateway, note or data object."""

    id: str
    kind: str
    name: str
    #: Place in the file, which decides between places that are equally good.
    order: int
    band: int
    width: float
    height: float
    #: Boundary events on its borders, from left to right.
    guests: tuple[Guest, ...] = ()
    #: Columns it takes; more than one for an open subprocess.
    span: int = 1
    #: How far it stands from the middle of its column; an end below a boundary event has such a place.
    shift: int | None = None
    inner: Picture | None = None
    is_expanded: bool | None = None

    @property
    def is_gateway(self) -> bool:
        """Whether it is drawn as a diamond."""
        return self.kind.endswith("Gateway")

    @property
    def is_event(self) -> bool:
        """Whether it is drawn as a circle."""
        return self.kind.endswith("Event")

    @property
    def is_artifact(self) -> bool:
        """Whether it explains the flow instead of being part of it."""
        return self.kind == "textAnnotation" or self.kind.startswith("data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A boundary event."""

    id: str
    name: str
    #: From the middle of its column; positive is to the right.
    offset: int = 0
    #: Column it sits in, counted from the first one of its activity.
    column: int = 0
    #: Whether it sits on the upper border, because its line leads up.
    is_above: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A line between two nodes."""

    id: str
    kind: str
    name: str
    source: str
    target: str
    order: int
    #: The boundary event it leaves, or "".
    guest: str = ""

    @property
    def is_sequence(self) -> bool:
        """Whether the process moves along it."""
        return self.kind == "sequenceFlow"

    @property
    def is_message(self) -> bool:
        """Whether it carries a message between pools."""
        return self.kind == "messageFlow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A horizontal stripe for nodes: an innermost lane, a pool without lanes, or everything when there are neither."""

    name: str = ""
    #: Number of its pool; lanes of different pools stand apart.
    pool: int = 0
    #: A pool whose process is not known: nothing stands in it.
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A pool or lane around some bands."""

    id: str
    kind: str
    name: str
    first: int
    last: int
    #: How many frames are around it.
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """All that is laid out on one sheet."""

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    bands: tuple[Band, ...]
    frames: tuple[Frame, ...] = ()

    def node_by_id(self) -> dict[str, Node]:
        """Return the nodes by their ids."""
        return {node.id: node for node in self.nodes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A shape at its place."""

    id: str
    box: Box
    label: Box | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A line with its bends."""

    id: str
    points: tuple[Point, ...]
    label: Box | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes and lines; the frame is the room they need."""

    shapes: tuple[Placed, ...]
    lines: tuple[Drawn, ...]
    frame: Box

    def moved(self, across: float, down: float) -> Picture:
        """Return the same picture elsewhere."""
        return Picture(
            tuple(
                replace(shape, box=_moved(shape.box, across, down), label=_moved_label(shape.label, across, down))
                for shape in self.shapes
            ),
            tuple(
                replace(
                    line,
                    points=tuple(Point(point.x + across, point.y + down) for point in line.points),
                    label=_moved_label(line.label, across, down),
                )
                for line in self.lines
            ),
            _moved(self.frame, across, down),
        )


def _moved(box: Box, across: float, down: float) -> Box:
    return Box(box.x + across, box.y + down, box.width, box.height)


def _moved_label(box: Box | None, across: float, down: float) -> Box | None:
    return None if box is None else _moved(box, across, down)
