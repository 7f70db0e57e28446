"""What speaks against publishing a draft: checks, scenarios, owners, another order, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Row

from engine.applicants import round_owners
from engine.editions.ownership import tree_of
from engine.folders import digest_of
from engine.lint import Report, examine
from engine.store import drafts, editions, procedures
from engine.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A draft as it stands, looked at from every side."""

    files: Mapping[str, bytes]
    digest: str
    report: Report
    #: How its scenarios went; None when they were not replayed as it stands.
    replay: Row | None
    #: The version in force, or None.
    current: Row | None
    #: One sentence for everything that keeps it from being published.
    obstacles: tuple[str, ...]


def judge(system: System, connection: Connection, draft: Row) -> Judgement:
    """Look at a draft as it stands."""
    files = drafts.read_contents(connection, draft.id)
    digest = digest_of(files)
    replay = editions.read_replay(connection, digest)
    covered = None if replay is None else frozenset(replay.passed)
    report = examine(files, name=draft.procedure_id, now=system.clock.now(), covered=covered, calendar=system.calendar)
    definition_id = procedures.current_version(connection, draft.procedure_id)
    current = None if definition_id is None else procedures.read_archive(connection, definition_id)
    obstacles = [*_faults(report, replay), *_strangers(system, connection, draft, report)]
    if current is not None and current.digest == digest:
        obstacles.append("与现行版本没有差别，不需要发布。")
    return Judgement(
        files=files, digest=digest, report=report, replay=replay, current=current, obstacles=tuple(obstacles)
    )


def _faults(report: Report, replay: Row | None) -> Iterator[str]:
    if not report.is_publishable:
        yield f"检查发现 {len(report.errors) or 1} 处错误，须全部改正。"
        return
    if replay is None:
        yield "推演用例还没有按这一稿重放；还没有用例的，请先推演一次并记录为用例。"
        return
    if not replay.scenarios:
        yield "还没有推演用例，请先推演一次并记录为用例。"
    deviating = [one for one in replay.scenarios if one["sentence"]]
    if deviating:
        yield f"有 {len(deviating)} 个推演用例的结果与所写的不符，须改正流程或用例。"


def _strangers(system: System, connection: Connection, draft: Row, report: Report) -> Iterator[str]:
    """The office must still own what it publishes: nobody publishes for another, or gives a procedure away."""
    if report.folder is None:
        return
    if draft.organisation_id not in round_owners(report.folder, tree_of(system, connection)).organisation_ids:
        yield "按这一稿的泳道和窗口，主管单位不是建立草稿的单位；请改正泳道的办理单位。"
