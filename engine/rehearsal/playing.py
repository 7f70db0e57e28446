"""Playing the scenarios of a folder: on a stage of their own, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from engine.folders import OPERATIONS, Folder, read_folder
from engine.rehearsal.course import play
from engine.rehearsal.coverage import coverage_of
from engine.rehearsal.scenarios import Scenario, read_scenarios
from engine.rehearsal.stage import rehearse
from engine.system import System
from engine.views.rehearsal import Played, Replay

#: Gets how many were played, and of how many.
Told = Callable[[int, int], None]


def play_all(system: System, files: Mapping[str, bytes], *, file: str = "", told: Told | None = None) -> Replay:
    """Play every scenario of a folder, or those of one of its files, and say what they reach.

    Args:
        system: the running system; none of its rows is read or written.
        files: the folder.
        file: path of one scenario file inside it, or "" for all.
        told: called after each scenario.

    Raises:
        DefinitionRefused: the folder or one of the scenarios has faults.
        Unavailable: there is no room for a rehearsal on the server.
    """
    folder = read_folder(files, operations=OPERATIONS)
    return play_scenarios(system, folder, read_scenarios(files, file=file), told)


def play_scenarios(system: System, folder: Folder, scenarios: Sequence[Scenario], told: Told | None = None) -> Replay:
    """Play these scenarios of a folder that was read already."""
    begun = time.monotonic()
    played: list[Played] = []
    with rehearse(system) as stage:
        for scenario in scenarios:
            played.append(play(stage, folder, scenario))
            if told is not None:
                told(len(played), len(scenarios))
    passed = [name for one in played for name in one.passed]
    seconds = time.monotonic() - begun
    return Replay(played=tuple(played), coverage=coverage_of(folder, passed), seconds=seconds)
