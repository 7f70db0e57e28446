"""Words of the pages of simulations: the kinds and levels an applicant may have, what a scenario file is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.calendars import LEVELS

#: Kinds of organisations that may apply, as they are called.
KINDS: Mapping[str, str] = {
    "government": "人民政府",
    "park_committee": "园区管委会",
    "town_government": "镇街人民政府",
    "park": "园区",
    "enterprise": "企业",
    "association": "行业协会",
    "citizen": "个人",
}

_ID = re.compile(r"（[a-z][a-z0-9_]*）")


def without_ids(sentence: str) -> str:
    """Return a sentence without the ids that stand behind names: a page shows the names, the command both."""
    return _ID.sub("", sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen where no scenario is taken."""

    kinds: tuple[tuple[str, str], ...]
    levels: tuple[str, ...]


def read_choices() -> Choices:
    """Return the choices of the form that begins a simulation."""
    return Choices(kinds=tuple(KINDS.items()), levels=LEVELS)
