"""The one policy function: who may do what to which object.

`may` decides from roles, the organisation, the relation to the case and its state. Queries that return many rows use
the same relation as a condition (`engine.store`): a case is known to its participants, and an administrator knows its
course but not its contents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.views import Actor

#: Roles that watch or maintain and take no part in cases.
SUPERVISING_ROLES = frozenset({"administrator", "process_owner"})


class Action(StrEnum):
    """Everything the policy is asked about."""

    READ_CASE = "read_case"
    READ_CONTENTS = "read_contents"
    WITHDRAW_CASE = "withdraw_case"
    READ_TASK = "read_task"
    WORK_ON_TASK = "work_on_task"
    RELEASE_TASK = "release_task"
    START_CASE = "start_case"
    OPEN_ROUND = "open_round"
    SHORTEN_WINDOW = "shorten_window"
    EXTEND_WINDOW = "extend_window"
    GRANT_EXCEPTION = "grant_exception"
    READ_ROUNDS = "read_rounds"
    READ_TITLES = "read_titles"
    REGISTER_TITLE = "register_title"
    READ_FINDINGS = "read_findings"
    MONITOR = "monitor"
    DEPLOY = "deploy"
    READ_OUTBOX = "read_outbox"
    DECIDE_OBJECTIONS = "decide_objections"
    MIGRATE_CASES = "migrate_cases"
    REPAIR_CASE = "repair_case"
    READ_INCIDENTS = "read_incidents"
    READ_STUDIO = "read_studio"
    EDIT_PROCEDURE = "edit_procedure"
    APPROVE_PROCEDURE = "approve_procedure"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseScope:
    """What the policy needs to know of a case."""

    applicant_id: str
    participants: frozenset[str]
    #: The applicant's step or the next office's unopened step still allows it.
    is_withdrawable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScope:
    """What the policy needs to know of a user task."""

    organisation_id: str
    role: str
    assignee_id: int | None
    case: CaseScope


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeScope:
    """A right that belongs to one role in certain organisations, e.g. opening a round."""

    role: str
    organisation_ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureScope:
    """What the policy needs to know of a procedure: whose it is, that is who opens its rounds."""

    owner_ids: frozenset[str]


def is_office_holder(actor: Actor) -> bool:
    """Tell whether the actor takes part in cases at all."""
    return bool(actor.roles - SUPERVISING_ROLES)


def _takes_part(actor: Actor, case: CaseScope) -> bool:
    return is_office_holder(actor) and actor.organisation_id in case.participants


def _holds_task(actor: Actor, task: TaskScope) -> bool:
    return actor.organisation_id == task.organisation_id and task.role in actor.roles


def _works_on_task(actor: Actor, task: TaskScope) -> bool:
    return _holds_task(actor, task) and task.assignee_id in (None, actor.account_id)


def _withdraws(actor: Actor, case: CaseScope) -> bool:
    return (
        case.is_withdrawable and _takes_part(actor, case) and actor.organisation_id == case.applicant_id
    ) and "applicant" in actor.roles


def _holds_office(actor: Actor, office: OfficeScope) -> bool:
    return office.role in actor.roles and actor.organisation_id in office.organisation_ids


def _is_administrator(actor: Actor, _: object = None) -> bool:
    return "administrator" in actor.roles


def _owns_procedure(actor: Actor, procedure: ProcedureScope) -> bool:
    return "process_owner" in actor.roles and actor.organisation_id in procedure.owner_ids


def _reads_case(actor: Actor, case: CaseScope) -> bool:
    return _takes_part(actor, case) or "administrator" in actor.roles


_CASE_RULES: dict[Action, Callable[[Actor, CaseScope], bool]] = {
    Action.READ_CASE: _reads_case,
    Action.READ_CONTENTS: _takes_part,
    Action.WITHDRAW_CASE: _withdraws,
    Action.REPAIR_CASE: _is_administrator,
}
_TASK_RULES: dict[Action, Callable[[Actor, TaskScope], bool]] = {
    Action.READ_TASK: lambda actor, task: _holds_task(actor, task) or _takes_part(actor, task.case),
    Action.WORK_ON_TASK: _works_on_task,
    Action.RELEASE_TASK: lambda actor, task: _holds_task(actor, task) and task.assignee_id == actor.account_id,
}
_PROCEDURE_RULES: dict[Action, Callable[[Actor, ProcedureScope], bool]] = {
    Action.MIGRATE_CASES: lambda actor, procedure: _is_administrator(actor) or _owns_procedure(actor, procedure),
    Action.EDIT_PROCEDURE: _owns_procedure,
    # Who changed or submitted it is refused besides: approval takes a second person.
    Action.APPROVE_PROCEDURE: _owns_procedure,
}
_ROLE_RULES: dict[Action, Callable[[Actor], bool]] = {
    Action.READ_ROUNDS: lambda actor: True,
    Action.READ_TITLES: lambda actor: True,
    # Whoever reviews or decides anything; a party reads of its own finding in the case and in the decision.
    Action.READ_FINDINGS: lambda actor: bool(actor.roles - {"applicant", "expert", "process_owner"}),
    # Offices that grant a title may enter it too (OfficeScope).
    Action.REGISTER_TITLE: _is_administrator,
    Action.MONITOR: lambda actor: bool(actor.roles & {"administrator", "process_owner"}),
    Action.READ_OUTBOX: lambda actor: "administrator" in actor.roles,
    Action.DEPLOY: lambda actor: "process_owner" in actor.roles,
    Action.READ_INCIDENTS: _is_administrator,
    Action.READ_STUDIO: lambda actor: "process_owner" in actor.roles,
}
Target = CaseScope | TaskScope | OfficeScope | ProcedureScope


def may(actor: Actor, action: Action, target: Target | None = None) -> bool:
    """Tell whether `actor` may perform `action` on `target`.

    An action asked about the wrong kind of target is refused: the policy fails closed.
    """
    if isinstance(target, CaseScope):
        return action in _CASE_RULES and _CASE_RULES[action](actor, target)
    if isinstance(target, TaskScope):
        return action in _TASK_RULES and _TASK_RULES[action](actor, target)
    if isinstance(target, ProcedureScope):
        return action in _PROCEDURE_RULES and _PROCEDURE_RULES[action](actor, target)
    if isinstance(target, OfficeScope):
        return _holds_office(actor, target)
    return action in _ROLE_RULES and _ROLE_RULES[action](actor)
