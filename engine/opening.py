"""Beginning a case: what its first row holds, whoever begins it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.applicants import RoundContext, applicant_facts, offices_for, stored_window
from engine.audit import GENESIS
from engine.calendars import LevelWindow
from engine.clock import local
from engine.store import cases
from engine.store.cases import CaseRecord
from engine.store.numbers import Spelling, spelling_of
from engine.store.organisations import OrganisationRecord, OrganisationTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Who begins a case, for whom, and when."""

    applicant: OrganisationRecord
    #: Who began it, as the history shows it.
    started_by: str
    #: The organisation that knows of the case from the first moment; others join with their first step.
    known_to: str
    at: datetime
    #: Tells the applicant's cases of one round apart where something else than the number does, e.g. a cycle.
    slot: str = ""


def register_of(one: RoundContext, at: datetime) -> tuple[str, Spelling]:
    """Return the series that numbers the cases of a round, and how its numbers are written."""
    procedure, year = one.folder.procedure, _year(one, at)
    return f"case:{procedure.id}:{year}", spelling_of(procedure.numbering["case"], year)


def _year(one: RoundContext, at: datetime) -> int:
    """Return the year of a round; a permanent one has that of the moment."""
    return int(one.row.year or local(at).year)


def new_case(
    connection: Connection,
    one: RoundContext,
    tree: OrganisationTree,
    opening: Opening,
    windows: Mapping[str, LevelWindow],
    taken: tuple[int, str] | None = None,
) -> CaseRecord:
    """Return a case that is not written yet; takes its id and number from the register.

    Args:
        connection: the transaction that will write it.
        one: its round.
        tree: all organisations.
        opening: who, for whom, when.
        windows: the round's windows as they stand for this applicant.
        taken: its id and number, when this transaction has taken them already.
    """
    procedure, applicant, year = one.folder.procedure, opening.applicant, _year(one, opening.at)
    case_id, number = taken or cases.next_case(connection, *register_of(one, opening.at))
    return CaseRecord(
        id=case_id,
        number=number,
        definition_id=one.row.definition_id,
        procedure_id=procedure.id,
        procedure_name=procedure.name,
        round_id=one.row.id,
        slot=opening.slot or (number if procedure.has_many_cases or procedure.starters.about else ""),
        title=f"{applicant.name} {year}年{procedure.name}",
        applicant_id=applicant.id,
        applicant_name=applicant.name,
        offices=offices_for(one.folder, tree, applicant.id),
        participants=(opening.known_to,),
        facts={"applicant": applicant_facts(applicant), "round": {"year": year, "title": one.row.title}},
        windows={name: stored_window(window, tree) for name, window in windows.items()},
        last_hash=GENESIS,
        started_by=opening.started_by,
        started_at=opening.at,
    )
