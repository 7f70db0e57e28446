"""An applicant in a round: the offices above it, the windows that count for it, what rules may ask about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import OfficeScope
from engine.calendars import LEVELS, Extension, LevelWindow, effective_window
from engine.folders import Folder
from engine.folders.outline import Outline
from engine.folders.procedure import OfficeRule, Procedure
from engine.store import findings, rounds
from engine.store.organisations import OrganisationRecord, OrganisationTree
from engine.system import System
from engine.views import Actor, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundContext:
    """A round with everything an applicant's view of it needs."""

    row: Row
    folder: Folder
    windows: Sequence[LevelWindow]
    extensions: Sequence[Extension]
    #: applicant id -> ids of the rules waived for it
    waived: Mapping[str, frozenset[str]]
    #: applicant id -> what rules read as `history`; of those that somebody asked for (`with_histories`)
    histories: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def applicant_facts(organisation: OrganisationRecord) -> dict[str, Any]:
    """Return what rules and diagrams may ask about the applicant."""
    return {
        **organisation.attributes,
        "id": organisation.id,
        "name": organisation.name,
        "kind": organisation.kind,
        "levels": list(organisation.levels),
        "region": organisation.region_code,
    }


def offices_for(folder: Folder, tree: OrganisationTree, applicant_id: str) -> dict[str, str]:
    """Return the organisation of each lane: the applicant itself, or the office above it on its chain of regions.

    A lane whose office does not exist on the chain is left out; a diagram that still opens a step there is an incident.
    """
    offices = {}
    for lane_id, rule in folder.procedure.lanes.items():
        if rule.is_applicant:
            offices[lane_id] = applicant_id
        elif rule.office is not None:
            found = tree.office(applicant_id, rule.office.kind, rule.office.level)
            if found is not None:
                offices[lane_id] = found.id
    return offices


def round_context(system: System, connection: Connection, row: Row) -> RoundContext:
    """Read a round with its version, windows, orders and exceptions."""
    return round_contexts(system, connection, [row])[0]


def round_contexts(system: System, connection: Connection, rows: Sequence[Row]) -> list[RoundContext]:
    """Read rounds with their versions, windows, orders and exceptions: three statements, however many rounds."""
    ids = [row.id for row in rows]
    windows, orders = defaultdict(list), defaultdict(list)
    waived: defaultdict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for window in rounds.window_rows(connection, ids):
        windows[window.round_id].append(rounds.window_of(window))
    for order in rounds.extension_rows(connection, ids):
        orders[order.round_id].append(rounds.extension_of(order))
    for exception in rounds.exception_rows(connection, ids):
        of_round, whose = waived[exception.round_id], exception.organisation_id
        of_round[whose] = of_round.get(whose, frozenset()) | {exception.rule_id}
    return [
        RoundContext(
            row=row,
            folder=system.folder(connection, row.definition_id),
            windows=windows[row.id],
            extensions=orders[row.id],
            waived=waived[row.id],
        )
        for row in rows
    ]


def with_histories(
    connection: Connection, contexts: Sequence[RoundContext], organisation_ids: Sequence[str]
) -> list[RoundContext]:
    """Return the rounds with what these organisations have been and done so far.

    One statement for all of them, and none when no precondition of these procedures asks.
    """
    if not any(one.folder.procedure.asks_history for one in contexts):
        return list(contexts)
    histories = findings.read_histories(connection, organisation_ids)
    return [replace(one, histories=histories) for one in contexts]


def window_chain(folder: Folder, tree: OrganisationTree, applicant_id: str) -> list[str]:
    """Return the offices above the applicant that may set windows, highest level first, then the applicant."""
    offices = offices_for(folder, tree, applicant_id)
    ranked = []
    for lane_id, rule in folder.procedure.lanes.items():
        if rule.office is not None and lane_id in offices:
            ranked.append((LEVELS.index(rule.office.level), offices[lane_id]))
    return [*dict.fromkeys(office for _, office in sorted(ranked)), applicant_id]


def windows_for(
    one: RoundContext, tree: OrganisationTree, applicant_id: str, draft_begun_at: datetime | None
) -> dict[str, LevelWindow]:
    """Return each window of the round as it stands for one applicant."""
    chain = window_chain(one.folder, tree, applicant_id)
    return {
        window_id: effective_window(
            [window for window in one.windows if window.window_id == window_id],
            [order for order in one.extensions if order.window_id == window_id],
            chain=chain,
            applicant_id=applicant_id,
            draft_begun_at=draft_begun_at,
        )
        for window_id in dict.fromkeys(window.window_id for window in one.windows)
    }


def window_in_view(windows: Iterable[LevelWindow], now: datetime) -> LevelWindow:
    """Return the window that counts now, where a round has one per channel: a case may begin while any is open.

    The open one that closes first, so that nobody misses a channel; else the next to open; else the last to close.
    """
    windows = tuple(windows)
    is_open = [window for window in windows if window.opens_at <= now < window.closes_at]
    if is_open:
        return min(is_open, key=lambda window: window.closes_at)
    coming = [window for window in windows if now < window.opens_at]
    if coming:
        return min(coming, key=lambda window: (window.opens_at, window.closes_at))
    return max(windows, key=lambda window: window.closes_at)


def stored_window(window: LevelWindow, tree: OrganisationTree) -> dict[str, str]:
    """Return a window as it is kept with a case."""
    return {
        "name": window.name,
        "opens_at": window.opens_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "set_by": tree.organisations[window.organisation_id].name,
        "basis": window.basis,
        "mark": window.mark,
    }


def window_view(window: LevelWindow, tree: OrganisationTree) -> Window:
    """Return a window as callers see it."""
    return Window(
        window_id=window.window_id,
        name=window.name,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        set_by=tree.organisations[window.organisation_id].name,
        basis=window.basis,
        mark=window.mark,
    )


def concerned_by(procedure: Procedure, tree: OrganisationTree) -> OrganisationTree:
    """Return the organisations that a procedure may concern: those of its region, or all."""
    return tree if procedure.region is None else tree.concerned_by(procedure.region.code)


def scope_of_office(procedure: Procedure, tree: OrganisationTree, role: str, office: OfficeRule) -> OfficeScope:
    """Return a role in every organisation that an office of a procedure may be."""
    offices = concerned_by(procedure, tree).of(office.kind, office.level)
    return OfficeScope(role=role, organisation_ids=frozenset(one.id for one in offices))


def round_owners(folder: Folder | Outline, tree: OrganisationTree) -> OfficeScope:
    """Return the role and organisations that open the procedure's rounds: the office at the level of its windows."""
    ranks = [LEVELS.index(rule.office.level) for rule in folder.procedure.lanes.values() if rule.office is not None]
    highest = {LEVELS[min(ranks)]} if ranks else set()
    levels = {window.level for window in folder.windows.values()} or highest
    for rule in folder.procedure.lanes.values():
        if rule.office is not None and rule.office.level in levels:
            return scope_of_office(folder.procedure, tree, rule.role, rule.office)
    return OfficeScope(role="", organisation_ids=frozenset())


def shortening_level(folder: Folder, tree: OrganisationTree, actor: Actor) -> str | None:
    """Return the level at which the actor's office may set a shorter window, or None when it may not."""
    tree = concerned_by(folder.procedure, tree)
    for rule in folder.procedure.lanes.values():
        if rule.office is None or not rule.sets_windows or rule.role not in actor.roles:
            continue
        if any(one.id == actor.organisation_id for one in tree.of(rule.office.kind, rule.office.level)):
            return rule.office.level
    return None


def round_parties(folder: Folder, tree: OrganisationTree) -> list[tuple[str, str]]:
    """Return (organisation id, role) of everybody whom a round concerns: its offices and those that may apply."""
    starters, tree = folder.procedure.starters, concerned_by(folder.procedure, tree)
    parties = [(one.id, starters.role) for one in tree.of_kinds(starters.kinds)]
    for rule in folder.procedure.lanes.values():
        if rule.office is not None:
            parties += [(one.id, rule.role) for one in tree.of(rule.office.kind, rule.office.level)]
    return list(dict.fromkeys(parties))
