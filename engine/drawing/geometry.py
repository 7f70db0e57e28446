"""Points, boxes and lines of a diagram, and how they meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the units of the diagram; y grows downwards."""

    x: float
    y: float

    def towards(self, other: Point, distance: float) -> Point:
        """Return the point at `distance` from here on the way to `other`; here itself when they coincide."""
        length = self.distance_to(other)
        share = distance / length if length else 0.0
        return Point(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)

    def distance_to(self, other: Point) -> float:
        """Return the length of the straight line to `other`."""
        return hypot(other.x - self.x, other.y - self.y)


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the bottom edge."""
        return self.y + self.height

    @property
    def center(self) -> Point:
        """The point in the middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def grown(self, margin: float) -> Box:
        """Return the box with a margin on every side; a negative margin shrinks it."""
        return Box(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def meets(self, other: Box) -> bool:
        """Return whether the insides of both have a point in common."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Box) -> bool:
        """Return whether `other` lies wholly inside."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom


def box_around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of `boxes`; an empty box at the origin when there are none."""
    found = tuple(boxes)
    if not found:
        return Box(0, 0, 0, 0)
    left, top = min(box.x for box in found), min(box.y for box in found)
    return Box(left, top, max(box.right for box in found) - left, max(box.bottom for box in found) - top)


def box_of_points(points: Sequence[Point]) -> Box:
    """Return the smallest box that holds all of `points`, of which there is at least one."""
    return box_around(Box(point.x, point.y, 0, 0) for point in points)


def crosses_box(start: Point, end: Point, box: Box) -> bool:
    """Return whether the straight line from `start` to `end` passes through the inside of `box`."""
    low, high = 0.0, 1.0
    for origin, delta, near, far in (
        (start.x, end.x - start.x, box.x, box.right),
        (start.y, end.y - start.y, box.y, box.bottom),
    ):
        if delta == 0:
            if not near < origin < far:
                return False
            continue
        first, second = sorted(((near - origin) / delta, (far - origin) / delta))
        low, high = max(low, first), min(high, second)
    return low < high


def longest_segment(points: Sequence[Point]) -> tuple[Point, Point]:
    """Return the longest straight part of a line with at least two points."""
    return max(pairwise(points), key=lambda pair: pair[0].distance_to(pair[1]))
