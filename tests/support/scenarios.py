"""The scenarios of the owners' folders, played by the product's own rehearsal in the database of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.folders import load_directory
from engine.rehearsal import Course, Scenario, Stage, perform, read_scenarios
from engine.services.definitions import check_folder
from tests.support.offices import REPOSITORY, Offices

PROCEDURES = REPOSITORY / "bpmn"


@dataclass(frozen=True)
class Kept:
    """A scenario in an owner's folder."""

    folder: Path
    scenario: Scenario

    @property
    def name(self) -> str:
        return f"{self.folder.name}-{self.scenario.name}"


def procedure_folders() -> list[Path]:
    return sorted(path.parent for path in PROCEDURES.glob("*/procedure.yaml"))


def scenarios_of(folder: Path) -> list[Kept]:
    return [Kept(folder, scenario) for scenario in read_scenarios(load_directory(folder))]


@cache
def all_scenarios() -> list[Kept]:
    return [kept for folder in procedure_folders() for kept in scenarios_of(folder)]


def play(offices: Offices, kept: Kept) -> Course:
    """Play a scenario in an empty system.

    Raises:
        Deviation: at the first step that does something else than written.
    """
    return perform(Stage(offices.system, offices.clock), checked(kept.folder), kept.scenario)


@cache
def checked(folder: Path):
    """Compile a folder of the repository once in a test run."""
    return check_folder(folder)
