"""The open user tasks of a case in another version: the same rows under new names, held by whom its lanes say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.folders import Folder
from engine.recording import CaseAction
from engine.store.tasks import TaskRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One open task and its place in the new version."""

    task: TaskRecord
    element_id: str
    name: str
    organisation_id: str
    role: str
    #: Why it cannot go on there, or "".
    obstacle: str = ""

    @property
    def is_handed_over(self) -> bool:
        """Whether another office or role does it from now on."""
        return (self.organisation_id, self.role) != (self.task.organisation_id, self.task.role)


def plan_steps(
    source: Folder, action: CaseAction, tasks: Sequence[TaskRecord], element_map: Mapping[str, str]
) -> list[Step]:
    """Return every open task with its place in the action's version."""
    return [_step(source, action, task, element_map.get(task.element_id, task.element_id)) for task in tasks]


def _step(source: Folder, action: CaseAction, task: TaskRecord, element_id: str) -> Step:
    element, rule = action.element(element_id), action.lane(element_id)
    old_rule = source.procedure.lanes[source.definition.elements[task.element_id].lane]
    is_named_alike = bool(rule.named) and rule.named == old_rule.named
    organisation_id = task.organisation_id if is_named_alike else action.case.offices.get(element.lane, "")
    role = element.attributes.get("candidateGroups") or rule.role
    is_handed_over = (organisation_id, role) != (task.organisation_id, task.role)
    return Step(
        task=task,
        element_id=element_id,
        name=element.name,
        organisation_id=organisation_id,
        role=role,
        obstacle=_obstacle(task, organisation_id) if is_handed_over else "",
    )


def _obstacle(task: TaskRecord, organisation_id: str) -> str:
    """What an office has begun is not handed to another one: neither its claim nor what it has written."""
    if not organisation_id:
        return "新版流程把这一步改由其他单位办理，而现在还不能确定是哪个单位；请待这一步办结后再迁移。"
    if task.assignee_id is not None:
        return f"新版流程把这一步改由其他单位或岗位办理，而{task.assignee_name}已经签收；请待其取消签收或办结后再迁移。"
    if task.draft_saved_at is not None:
        return "新版流程把这一步改由其他单位或岗位办理，而原办理单位已有暂存内容；请待其办结后再迁移。"
    return ""
