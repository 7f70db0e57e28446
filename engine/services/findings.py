"""认定: what was found against whom, and which applications it keeps the party from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.applicants import applicant_facts, concerned_by
from engine.calendars import day_start
from engine.clock import local
from engine.cycles import outline_of
from engine.errors import NotAllowed
from engine.folders import EligibilityRule
from engine.language import FeelError
from engine.paging import read_cursor, write_cursor
from engine.store import cases, cycles, findings, organisations
from engine.system import System
from engine.views import Actor
from engine.views.findings import Bar, FindingPage, FindingRow, FindingView

SCOPES = tuple(findings.SCOPES)


def list_findings(
    system: System, actor: Actor, *, scope: str = "in_force", search: str = "", cursor: str | None = None
) -> FindingPage:
    """Return a page of findings, the latest decision first.

    Args:
        system: the system.
        actor: who looks.
        scope: in_force, lifted or all.
        search: words in the party's name, the scheme or the ground.
        cursor: `next_cursor` of the page before.

    Raises:
        NotAllowed: the actor reviews and decides nothing.
        BadRequest: the cursor is not one of ours.
    """
    _refuse_reader(actor)
    before = read_cursor(cursor)
    position = (local(before[0]).date(), before[1]) if before else None
    with system.database.reading() as connection:
        found = findings.list_findings(connection, scope, search.strip(), position)
    last = found[findings.PAGE - 1] if len(found) > findings.PAGE else None
    return FindingPage(
        rows=tuple(_row(row) for row in found[: findings.PAGE]),
        next_cursor=write_cursor(day_start(last.decided_on), last.id) if last else None,
    )


def read_finding(system: System, actor: Actor, finding_id: int) -> FindingView:
    """Return one finding with the preconditions that the party fails because of what is in force against it.

    Raises:
        NotAllowed: the actor reviews and decides nothing.
        NotFound: no such finding.
    """
    _refuse_reader(actor)
    with system.database.reading() as connection:
        row = findings.read_finding(connection, finding_id)
        ids = [case_id for case_id in (row.instance_id, row.lifted_in) if case_id is not None]
        numbers = findings.cases_named(connection, ids, cases.visible_to(actor))
        bars = tuple(_bars(system, connection, row.organisation_id))
    return FindingView(
        row=_row(row),
        lift_reason=row.lift_reason,
        decided_in=_case(row.instance_id, numbers),
        lifted_in=_case(row.lifted_in, numbers),
        bars=bars,
    )


def _refuse_reader(actor: Actor) -> None:
    if not may(actor, Action.READ_FINDINGS):
        raise NotAllowed("认定由办理审核、决定的单位查看；涉及本单位的，请看有关办件和决定书。")


def _row(row: Row) -> FindingRow:
    return FindingRow(
        finding_id=row.id,
        party_name=row.party_name,
        scheme=row.scheme,
        ground=row.ground,
        decided_on=row.decided_on,
        decided_by=row.decided_by_name,
        lifted_on=row.lifted_on,
    )


def _case(case_id: int | None, numbers: Mapping[int, str]) -> tuple[int, str] | None:
    return (case_id, numbers[case_id]) if case_id is not None and case_id in numbers else None


def _bars(system: System, connection: Connection, organisation_id: str) -> Iterator[Bar]:
    """Yield the preconditions of the procedures in force that the party would satisfy without the findings."""
    tree = organisations.read_tree(connection)
    party = tree.organisations[organisation_id]
    history = findings.read_histories(connection, [organisation_id])[organisation_id]
    if not history["findings"]:
        return
    facts = applicant_facts(party)
    for version in cycles.versions_in_force(connection):
        procedure = outline_of(system, connection, version.definition_id).procedure
        if party.kind not in procedure.starters.kinds or party.id not in concerned_by(procedure, tree).organisations:
            continue
        for rule in procedure.eligibility:
            if _is_barred(rule, facts, history):
                yield Bar(
                    procedure_name=procedure.name,
                    rule_id=rule.id,
                    label=rule.label,
                    message=rule.message,
                    basis=rule.basis,
                    mark=rule.mark,
                    overridable_by=rule.overridable_by,
                )


def _is_barred(rule: EligibilityRule, facts: Mapping[str, Any], history: Mapping[str, Any]) -> bool:
    """Tell whether the findings alone make the difference."""
    if rule.rule is None or "history" not in rule.rule.names:
        return False
    try:
        now = rule.rule.evaluate({"applicant": facts, "history": history})
        without = rule.rule.evaluate({"applicant": facts, "history": {**history, "findings": []}})
    except FeelError:
        return False
    return now is not True and without is True
