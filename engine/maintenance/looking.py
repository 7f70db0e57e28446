"""Looking at a case that may be damaged: where it is, what its diagram may ask for, what failed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine import runtime
from engine.folders import Folder
from engine.language import FeelError, evaluate
from engine.maintenance.tokens import name_of
from engine.runtime import Definition, StateDamaged, Token
from engine.runtime.plain import plain
from engine.runtime.values import FACTS
from engine.store.cases import CaseRecord
from engine.store.organisations import OrganisationTree
from engine.store.tasks import TaskRecord
from engine.views import HistoryEvent, IncidentView, TokenView

#: Events of the history that are acts of maintenance, or what made one necessary.
MAINTENANCE = frozenset(
    {"case_migrated", "case_returned", "token_moved", "variables_changed", "incident_raised", "incident_resolved"}
)


#: Kinds of elements that hold others; moving a token to one begins all of it anew.
HOLDING = frozenset({"callActivity", "subProcess", "transaction"})
ANEW = "（从头办理）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case is; no tokens and a sentence when its state cannot be read."""

    tokens: tuple[Token, ...]
    damage: str


def standing_of(folder: Folder, state: bytes) -> Standing:
    """Read where a case is, whatever its state is like."""
    try:
        return Standing(tokens=runtime.read_tokens(folder.definition, state), damage="")
    except StateDamaged as damage:
        return Standing(tokens=(), damage=damage.sentence)


def repairable_names(folder: Folder) -> frozenset[str]:
    """Return the variables that maintenance may see and set: those that the diagram's own expressions name.

    Everything else that a form told is the contents of the case, which its administrators do not see.
    """
    return folder.definition.variable_names - FACTS


def variables_of(folder: Folder, case: CaseRecord) -> tuple[tuple[str, str, str], ...]:
    """Return name, label and value, as FEEL, of every variable that maintenance may see.

    The label is the one of the form field that answers it; a variable that a script sets has none.
    """
    labels = {part.key: part.label for form in folder.forms.values() for part in form.fields}
    names = sorted(repairable_names(folder))
    return tuple((name, labels.get(name, ""), as_feel(case.variables.get(name))) for name in names)


def as_feel(value: object) -> str:
    """Return a kept value as a FEEL literal; JSON is one."""
    return json.dumps(value, ensure_ascii=False)


def read_feel(text: str) -> object:
    """Return the value of a FEEL expression over nothing, as variables are kept.

    Raises:
        FeelError: it is not one, or its value cannot be kept.
    """
    try:
        return plain(evaluate(text, {}))
    except TypeError as error:
        raise FeelError("这个值不能作为流程变量保存。", 0) from error


def targets_of(folder: Folder, state: bytes) -> tuple[tuple[str, str], ...]:
    """Return id and name of the activities that an open task may be moved to, in the order of the diagrams.

    These are the ones of its own process and of the processes around it; one that holds others begins anew.

    Raises:
        StateDamaged: the state cannot be read.
    """
    within = runtime.read_destinations(folder.definition, state)
    found = (element for name, element in folder.definition.elements.items() if name in within)
    return tuple((one.id, f"{one.name or one.id}{ANEW if one.kind in HOLDING else ''}") for one in found)


def left_behind(definition: Definition, before: Iterable[Token], after: Iterable[Token]) -> tuple[str, ...]:
    """Return the names of the called diagrams and subprocesses that were open before and are not any more."""
    open_ids = {token.token_id for token in after}
    gone = [token.element_id for token in before if token.token_id not in open_ids]
    return tuple(name_of(definition, name) for name in gone if definition.elements[name].kind in HOLDING)


def passed_by(events: Iterable[HistoryEvent]) -> frozenset[str]:
    """Return the ids of the elements that a case has been at."""
    return frozenset(name for event in events for name in event.details.get("passed", ()))


def token_views(
    folder: Folder, tree: OrganisationTree, standing: Standing, tasks: Sequence[TaskRecord], timers: Sequence[Row]
) -> tuple[TokenView, ...]:
    """Return every place where a case stands, with what the inbox and the timers know of it."""
    by_task = {task.token_id: task for task in tasks}
    by_timer = {timer.token_id: timer for timer in timers}
    return tuple(
        TokenView(
            token_id=token.token_id,
            element_id=token.element_id,
            name=name_of(folder.definition, token.element_id),
            kind=token.kind,
            **_task_part(tree, by_task.get(token.token_id)),
            **_timer_part(by_timer.get(token.token_id)),
        )
        for token in standing.tokens
    )


def _task_part(tree: OrganisationTree, task: TaskRecord | None) -> Mapping[str, Any]:
    if task is None:
        return {}
    office = tree.organisations[task.organisation_id].name
    return {
        "office": office,
        "assignee": task.assignee_name or "",
        "opened_at": task.opened_at,
        "due_at": task.due_at,
    }


def _timer_part(timer: Row | None) -> Mapping[str, Any]:
    return {} if timer is None else {"due_at": timer.due_at, "is_failed": timer.state == "failed"}


def incident_view(row: Row, number: str, title: str, folder: Folder, *, is_damaged: bool) -> IncidentView:
    """Return an incident as callers see it."""
    return IncidentView(
        incident_id=row.id,
        case_id=row.instance_id,
        case_number=number,
        case_title=title,
        element_name=name_of(folder.definition, row.element_id) if row.element_id else "",
        action=row.action,
        sentence=row.sentence,
        raised_at=row.raised_at,
        is_damaged=is_damaged,
    )
