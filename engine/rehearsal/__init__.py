"""Rehearsals (推演): the system once more on a stage of its own, with a clock that is moved by hand."""

from engine.rehearsal.acting import Acting
from engine.rehearsal.carrying import carry_out, nudge_replays
from engine.rehearsal.course import Course, perform, play
from engine.rehearsal.coverage import coverage_of
from engine.rehearsal.desk import fill_in, open_document, put_sample_file, read_form, record_scenario, remove_file
from engine.rehearsal.deviation import Deviation
from engine.rehearsal.impact import read_impact
from engine.rehearsal.looking import list_simulations, read_simulation
from engine.rehearsal.past import list_past_rounds, order_past_round, read_past_page
from engine.rehearsal.playing import play_all, play_scenarios
from engine.rehearsal.replays import order_replay, problems_of, read_scenarios_page, replay_files
from engine.rehearsal.scenarios import SAMPLES, Scenario, read_scenarios, scenario_files
from engine.rehearsal.scratch import sweep_scratches
from engine.rehearsal.simulating import (
    begin_simulation,
    do_task,
    end_simulation,
    move_clock,
    play_again,
    send,
    take_back,
)
from engine.rehearsal.stage import Stage, rehearse
from engine.rehearsal.troupe import sweep_stages

__all__ = [
    "SAMPLES",
    "Acting",
    "Course",
    "Deviation",
    "Scenario",
    "Stage",
    "begin_simulation",
    "carry_out",
    "coverage_of",
    "do_task",
    "end_simulation",
    "fill_in",
    "list_past_rounds",
    "list_simulations",
    "move_clock",
    "nudge_replays",
    "open_document",
    "order_past_round",
    "order_replay",
    "perform",
    "play",
    "play_again",
    "play_all",
    "play_scenarios",
    "problems_of",
    "put_sample_file",
    "read_form",
    "read_impact",
    "read_past_page",
    "read_scenarios",
    "read_scenarios_page",
    "read_simulation",
    "record_scenario",
    "rehearse",
    "remove_file",
    "replay_files",
    "scenario_files",
    "send",
    "sweep_scratches",
    "sweep_stages",
    "take_back",
]
