"""Watching cases change."""

from __future__ import annotations

from engine.live import Subscription
from engine.system import System


def watch(system: System) -> Subscription:
    """Begin to hear of every case that changes; ids only, contents stay behind `read_case`."""
    return system.changes.subscribe()
