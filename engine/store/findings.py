"""Findings (认定) against an organisation, and what an organisation has been and done so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, Select, and_, extract, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from engine.clock import ZONE
from engine.errors import NotFound
from engine.models import finding, organisation, process_instance, title, yearly_round
from engine.titles import LIVE

_findings = finding.c
PAGE = 50
#: Tabs of the list -> their conditions.
SCOPES: Mapping[str, ColumnElement[bool]] = {
    "in_force": _findings.lifted_on.is_(None),
    "lifted": _findings.lifted_on.is_not(None),
    "all": _findings.id.is_not(None),
}
#: What eligibility rules read as `history` about somebody who has done nothing yet.
NOTHING_YET: Mapping[str, Any] = {"titles": [], "findings": [], "cases": []}


def insert_finding(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a finding and return its id."""
    return connection.execute(insert(finding).values(**values).returning(_findings.id)).scalar_one()


def lift_findings(
    connection: Connection, organisation_id: str, scheme: str, values: Mapping[str, Any], *, on: date
) -> int:
    """Lift the findings in force under a scheme; return how many there were.

    Args:
        connection: the caller's transaction.
        organisation_id: against whom.
        scheme: the rules under which it was found.
        values: lift_reason and lifted_in.
        on: the day of the decision.
    """
    statement = (
        update(finding)
        .where(_findings.organisation_id == organisation_id, _findings.scheme == scheme, _findings.lifted_on.is_(None))
        .values(**values, lifted_on=on)
        .returning(_findings.id)
    )
    return len(connection.execute(statement).all())


def findings_of(connection: Connection, organisation_id: str) -> Sequence[Row]:
    """Return every finding against an organisation, latest first."""
    query = select(finding).where(_findings.organisation_id == organisation_id)
    return connection.execute(query.order_by(_findings.id.desc())).all()


def list_findings(connection: Connection, scope: str, search: str, before: tuple[date, int] | None) -> Sequence[Row]:
    """Return a page of findings, the latest decision first, after the keyset position `before`, one row more.

    Args:
        connection: where to read.
        scope: one of SCOPES.
        search: words in the party's name, the scheme or the ground.
        before: day and id of the last row of the page before.
    """
    query = _with_names().where(SCOPES[scope])
    if search:
        columns = (organisation.c.name, _findings.scheme, _findings.ground)
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    if before is not None:
        on, finding_id = before
        earlier = and_(_findings.decided_on == on, _findings.id < finding_id)
        query = query.where(or_(_findings.decided_on < on, earlier))
    return connection.execute(query.order_by(_findings.decided_on.desc(), _findings.id.desc()).limit(PAGE + 1)).all()


def read_finding(connection: Connection, finding_id: int) -> Row:
    """Return one finding with the names of the party and of the deciding office.

    Raises:
        NotFound: there is no such finding.
    """
    row = connection.execute(_with_names().where(_findings.id == finding_id)).one_or_none()
    if row is None:
        raise NotFound(finding_id=finding_id)
    return row


def _with_names() -> Select:
    deciding = organisation.alias()
    return (
        select(finding, organisation.c.name.label("party_name"), deciding.c.name.label("decided_by_name"))
        .join(organisation, organisation.c.id == _findings.organisation_id)
        .join(deciding, deciding.c.id == _findings.decided_by)
    )


def cases_named(connection: Connection, case_ids: Sequence[int], known: ColumnElement[bool]) -> dict[int, str]:
    """Return id -> number of those cases that the caller may know of."""
    cases = process_instance.c
    query = select(cases.id, cases.number).where(cases.id.in_(case_ids), known)
    return {row.id: row.number for row in connection.execute(query)}


def read_histories(connection: Connection, organisation_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what rules read as `history` of each organisation, in one statement.

    `titles`: kinds held; `findings`: schemes of the findings in force; `cases`: procedure, year, state and outcome of
    each case, taken back ones too, in the order they began. One of a permanent round counts for the year it began.
    """
    query = select(organisation.c.id, _kinds_held(), _schemes_in_force(), _cases_so_far())
    return {
        organisation_id: {
            "titles": sorted(kinds or ()),
            "findings": sorted(schemes or ()),
            "cases": [entry for _, entry in sorted(entries or (), key=lambda one: one[0])],
        }
        for organisation_id, kinds, schemes, entries in connection.execute(
            query.where(organisation.c.id.in_(organisation_ids))
        )
    }


def _kinds_held() -> ScalarSelect:
    return (
        select(func.array_agg(title.c.kind.distinct()))
        .where(title.c.holder_id == organisation.c.id, title.c.status.in_(LIVE))
        .scalar_subquery()
    )


def _schemes_in_force() -> ScalarSelect:
    return (
        select(func.array_agg(_findings.scheme.distinct()))
        .where(_findings.organisation_id == organisation.c.id, _findings.lifted_on.is_(None))
        .scalar_subquery()
    )


def _cases_so_far() -> ScalarSelect:
    """Return [id, entry] of each case; sorted by the caller, who knows that ids grow."""
    cases, rounds = process_instance.c, yearly_round.c
    began = extract("year", func.timezone(str(ZONE), cases.started_at))
    said = {
        "procedure": cases.procedure_id,
        "year": func.coalesce(func.nullif(rounds.year, 0), began),
        "state": cases.state,
        "outcome": cases.outcome,
    }
    entry = func.jsonb_build_object(*(part for pair in said.items() for part in pair))
    return (
        select(func.jsonb_agg(func.jsonb_build_array(cases.id, entry)))
        .join(yearly_round, rounds.id == cases.round_id)
        .where(cases.applicant_id == organisation.c.id)
        .scalar_subquery()
    )
