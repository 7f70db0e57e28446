"""Findings (认定) against an organisation, and what an organisation has been and done so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, extract, func, insert, select, update

from engine.clock import ZONE
from engine.models import finding, organisation, process_instance, title, yearly_round
from engine.titles import LIVE

_findings = finding.c
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
