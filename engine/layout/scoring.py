"""How good a picture is, to choose among several: the fewer faults, crossings, bends and detours, the better."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, pairwise

from engine.drawing.geometry import Point, box_of_points
from engine.layout.model import Picture

_CROSSING = 6.0
_BEND, _MAIN_BEND = 0.5, 2.5
_UPWARDS = 2.0
#: A line that doubles back on its way to the right.
_BACKWARDS = 2.0
#: Per unit of the diagram.
_LENGTH, _SIZE = 0.001, 0.003
#: What leaves a boundary event should stay near it.
_GUEST_LENGTH = 0.003


def score(picture: Picture, main: Collection[str], guests: Collection[str]) -> float:
    """Return the cost of a picture; the smaller, the better.

    Args:
        picture: A picture.
        main: Flows of the main way, which should be straight.
        guests: Flows that leave a boundary event, which usually lead down.
    """
    special = [line.points for line in picture.lines if line.id in main]
    upwards = [line for line in picture.lines if line.id in guests and line.points[-1].y < line.points[0].y]
    lines = [line.points for line in picture.lines]
    bends = sum(len(points) - 2 for points in lines)
    length = sum(_length(points) for points in lines)
    length_of_guests = sum(_length(line.points) for line in picture.lines if line.id in guests)
    size = picture.frame.width + picture.frame.height
    extra = _MAIN_BEND * sum(len(points) - 2 for points in special) + _UPWARDS * len(upwards)
    extra += _BACKWARDS * sum(_backwards(points) for points in lines)
    return (
        extra
        + _CROSSING * sum(count for *_, count in crossing_pairs(lines))
        + _BEND * bends
        + _LENGTH * length
        + _GUEST_LENGTH * length_of_guests
        + _SIZE * size
    )


def _backwards(points: Sequence[Point]) -> int:
    """Return how often a line that leads to the right goes to the left."""
    if points[-1].x <= points[0].x:
        return 0
    return sum(end.x < start.x for start, end in pairwise(points))


def _length(points: Sequence[Point]) -> float:
    return sum(start.distance_to(end) for start, end in pairwise(points))


def crossing_pairs(lines: Sequence[Sequence[Point]]) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers of lines that cross, and how often they do."""
    boxed = [(number, points, box_of_points(points).grown(1)) for number, points in enumerate(lines)]
    for (one, points, box), (other, other_points, other_box) in combinations(boxed, 2):
        if box.meets(other_box) and (count := _crossings(points, other_points)):
            yield one, other, count


def _crossings(one: Sequence[Point], other: Sequence[Point]) -> int:
    return sum(_cross(a, b, c, d) for a, b in pairwise(one) for c, d in pairwise(other))


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether a flat and an upright line cross."""
    if (a.y == b.y) == (c.y == d.y):
        return False
    if a.x == b.x:
        a, b, c, d = c, d, a, b
    return min(a.x, b.x) < c.x < max(a.x, b.x) and min(c.y, d.y) < a.y < max(c.y, d.y)
