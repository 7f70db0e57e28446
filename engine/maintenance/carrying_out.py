"""Carrying out a plan: the rows of a case follow it to the other version, in the action's own transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.maintenance.plans import CasePlan
from engine.maintenance.steps import Step
from engine.maintenance.tokens import places
from engine.recording import WINDOW_EXTENDED, WINDOW_GRACE, CaseAction, record, window_followed_by
from engine.runtime import Progress
from engine.store import migrations, repairs, tasks
from engine.store.tasks import NO_LIMIT


def carry_out(plan: CasePlan, comment: str) -> tuple[str, ...]:
    """Write a plan that nothing speaks against; return what changed, one Chinese sentence each."""
    action, progress = plan.action, plan.progress
    assert action is not None
    assert progress is not None
    migrations.keep_versions(action.connection, plan.case.id, plan.case.definition_id)
    for old_id, new_id in plan.target.element_map.items():
        migrations.rename_step(action.connection, plan.case.id, old_id, new_id)
    for step in plan.steps:
        tasks.update_task(action.connection, step.task.id, _task_values(plan, action, progress, step))
    _follow_with_timers(plan, action, progress)
    action.changes |= {
        "definition_id": plan.target.definition_id,
        "offices": dict(action.case.offices),
        "participants": list(action.case.participants),
    }
    record(action, progress, "case_migrated", comment=comment, details=_details(plan, progress))
    repairs.drop_failed_timers(action.connection, plan.case.id, [token.token_id for token in progress.tokens])
    return plan.changes


def _details(plan: CasePlan, progress: Progress) -> dict[str, Any]:
    assert plan.preview is not None
    return {
        "before": {
            "version": plan.source_version,
            "digest": plan.source.digest,
            "places": places(plan.source.definition, plan.tokens),
        },
        "after": {
            "version": plan.target.version,
            "digest": plan.target.folder.digest,
            "places": places(plan.target.folder.definition, progress.tokens),
        },
        "mapped": [list(pair) for pair in plan.preview.mapped],
        "withdrawn": list(plan.preview.withdrawn),
        "changes": list(plan.changes),
    }


def _task_values(plan: CasePlan, action: CaseAction, progress: Progress, step: Step) -> dict[str, Any]:
    due_at = _due_at(plan, action, progress, step)
    return {
        "element_id": step.element_id,
        "name": step.name,
        "organisation_id": step.organisation_id,
        "role": step.role,
        "due_at": due_at,
        "sort_at": due_at or NO_LIMIT,
    }


def _due_at(plan: CasePlan, action: CaseAction, progress: Progress, step: Step) -> datetime | None:
    """Return the task's deadline: the running one, unless the timer behind it is gone or an earlier one has begun."""
    withdrawn = [row.due_at for row in plan.timers if row.token_id in progress.disarmed]
    kept = [row for row in plan.timers if row.token_id not in progress.disarmed]
    limits = [armed.due_at for armed in progress.armed if _takes_away(action, armed.element_id, step)]
    if step.task.due_at is not None and step.task.due_at not in withdrawn:
        return min([step.task.due_at, *limits])
    if step.task.due_at is not None:
        limits += [row.due_at for row in kept if _takes_away(action, plan.new_id(row.element_id), step)]
        limits += _time_limit(action, step)
    return min(limits, default=None)


def _takes_away(action: CaseAction, timer_id: str, step: Step) -> bool:
    timer = action.folder.definition.elements.get(timer_id)
    return timer is not None and timer.attached_to == step.element_id and timer.is_interrupting


def _time_limit(action: CaseAction, step: Step) -> list[datetime]:
    """Return the new version's limit for a step, counted from when it was opened."""
    rule = action.folder.time_limits.get(step.element_id)
    if rule is None:
        return []
    return [replace(action, counted_from=step.task.opened_at).deadline(rule.after, rule.working_days)]


def _follow_with_timers(plan: CasePlan, action: CaseAction, progress: Progress) -> None:
    """Let the timers that go on keep their due instants under their new names; they follow the new version's window."""
    for row in plan.timers:
        if row.message is not None or row.token_id in progress.disarmed:
            continue
        element_id = plan.new_id(row.element_id)
        window_id = window_followed_by(action, element_id)
        values = {
            "element_id": element_id,
            "name": action.label(element_id)[1],
            "window_id": window_id,
            "release_at": row.due_at + (WINDOW_GRACE if window_id else timedelta(0)),
        }
        migrations.update_timer(action.connection, row.id, values)
    elements = action.folder.definition.elements
    if all(elements[token.element_id].message != WINDOW_EXTENDED for token in progress.tokens):
        repairs.cancel_messages(action.connection, plan.case.id, WINDOW_EXTENDED)
