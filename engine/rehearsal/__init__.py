"""Rehearsals (推演): the system once more on a stage of its own, with a clock that is moved by hand."""

from engine.rehearsal.acting import Acting
from engine.rehearsal.course import Course, perform, play
from engine.rehearsal.coverage import coverage_of
from engine.rehearsal.deviation import Deviation
from engine.rehearsal.playing import play_all, play_scenarios
from engine.rehearsal.scenarios import SAMPLES, Scenario, read_scenarios, scenario_files
from engine.rehearsal.scratch import sweep_scratches
from engine.rehearsal.stage import Stage, rehearse

__all__ = [
    "SAMPLES",
    "Acting",
    "Course",
    "Deviation",
    "Scenario",
    "Stage",
    "coverage_of",
    "perform",
    "play",
    "play_all",
    "play_scenarios",
    "read_scenarios",
    "rehearse",
    "scenario_files",
    "sweep_scratches",
]
