"""A process that arranges diagrams for months keeps nothing of them."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionRefused
from engine.layout import arrange, sketching
from tests.unit.runtime.runtime_diagrams import begin, end, path, user, xml

DIAGRAM = xml(begin(), user("one"), user("two"), end(), path("begin", "one", "two", "done"))


def remembered():
    kept = (sketching.priced_sketches, sketching._spots, sketching.crossings)
    return sum(one.cache_info().currsize for one in kept)


def test_nothing_is_remembered_of_an_arranged_diagram():
    arrange(DIAGRAM)

    assert remembered() == 0


def test_nothing_is_remembered_of_a_refused_one():
    with pytest.raises(DefinitionRefused):
        arrange(b"no diagram")

    assert remembered() == 0
