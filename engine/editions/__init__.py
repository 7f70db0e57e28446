"""Editions of procedures: whose they are, how a draft changes, how one becomes a version."""

from engine.editions.beginning import begin_received
from engine.editions.deploying import (
    Entry,
    Order,
    bring_due_into_force,
    deploy,
    enter,
    keep_version,
    put_in_force,
)
from engine.editions.handing_in import hand_in, tell_owners
from engine.editions.judging import Judgement, judge
from engine.editions.looking import draft_view, file_view, name_in, procedure_view
from engine.editions.ownership import (
    first_person_obstacle,
    owned_procedures,
    readable_draft,
    refuse_others,
    scope_of_draft,
    scope_of_order,
    tree_of,
)
from engine.editions.titles import titles_of
from engine.editions.writing import Edit, apply, begin, check_bounds, record, refuse_bad_path, refuse_closed, take_back

__all__ = [
    "Edit",
    "Entry",
    "Judgement",
    "Order",
    "apply",
    "begin",
    "begin_received",
    "bring_due_into_force",
    "check_bounds",
    "deploy",
    "draft_view",
    "enter",
    "file_view",
    "first_person_obstacle",
    "hand_in",
    "judge",
    "keep_version",
    "name_in",
    "owned_procedures",
    "procedure_view",
    "put_in_force",
    "readable_draft",
    "record",
    "refuse_bad_path",
    "refuse_closed",
    "refuse_others",
    "scope_of_draft",
    "scope_of_order",
    "take_back",
    "tell_owners",
    "titles_of",
    "tree_of",
]
