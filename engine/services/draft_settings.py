"""What a diagram editor sets outside the diagram: who works in a lane, and how long a step may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.calendars import LEVELS
from engine.editions import Edit, apply, readable_draft
from engine.errors import BadRequest, NotFound
from engine.folders import procedure as procedure_file
from engine.folders import renaming
from engine.folders import windows as windows_file
from engine.folders.editing import remove_value, set_value
from engine.folders.organisations import KINDS, ROLES
from engine.folders.procedure import MARKS
from engine.folders.spelling import Value
from engine.store import drafts
from engine.system import System
from engine.views import Actor
from engine.views.drafts import RenamingView, SavedFile

LONGEST_LIMIT = 250
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSetting:
    """Who works in a lane."""

    role: str
    #: `applicant`, {kind, level} or {named}
    office: str | Mapping[str, str]
    is_sealed: bool = False
    sets_windows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSetting:
    """How long a step may take."""

    working_days: int
    after: str
    basis: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """An element's old and new id."""

    old: str
    new: str
    #: File in which it is drawn; "" when it is called so there already, and only its parts go by the old id.
    diagram: str = ""


def set_lane(system: System, actor: Actor, draft_id: int, lane_id: str, setting: LaneSetting) -> SavedFile:
    """Write who works in a lane into procedure.yaml; its comments and order stay.

    Raises:
        NotFound: no such draft or file, or the draft is not the actor's.
        Conflict: the draft is not open for changes.
        BadRequest: a role, kind or level is unknown, or the file cannot be edited safely.
    """
    value = _lane_value(setting)

    def edit(content: bytes) -> bytes:
        return set_value(content, ["lanes", lane_id], value)

    return _change(system, actor, draft_id, procedure_file.FILE, edit, f"改泳道 {lane_id} 由谁办理")


def set_time_limit(
    system: System, actor: Actor, draft_id: int, element_id: str, setting: LimitSetting | None
) -> SavedFile:
    """Write how long a step may take into windows.yaml, or take its limit away.

    Raises:
        NotFound, Conflict: as for `set_lane`.
        BadRequest: the number of days or the mark cannot be, the basis is missing, or the file cannot be edited safely.
    """
    value = None if setting is None else _limit_value(setting)
    place = ["time_limits", element_id]

    def edit(content: bytes) -> bytes:
        return remove_value(content, place) if value is None else set_value(content, place, value)

    return _change(system, actor, draft_id, windows_file.FILE, edit, f"改 {element_id} 的办理时限")


def plan_rename(system: System, actor: Actor, draft_id: int, renamed: Renamed) -> RenamingView:
    """Return what a new id would bring with it; nothing is stored.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        BadRequest: an id cannot be one or is taken, or a file cannot be edited safely.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        files = drafts.read_contents(connection, draft_id)
    found = renaming.rename(files, renamed.old, renamed.new, diagram=renamed.diagram)
    return RenamingView(changes=found.changes, left=found.left)


def rename(system: System, actor: Actor, draft_id: int, renamed: Renamed) -> int:
    """Give an element another id in every file that names it, in one step of the log; return the draft's revision.

    Raises:
        NotFound, Conflict: as for `set_lane`.
        BadRequest: as for `plan_rename`.
    """
    with system.database.transaction() as connection:
        draft = readable_draft(system, connection, actor, draft_id, lock=True)
        files = drafts.read_contents(connection, draft_id)
        found = renaming.rename(files, renamed.old, renamed.new, diagram=renamed.diagram)
        rows = drafts.file_rows(connection, draft_id, list(found.files))
        wanted = {path: (text, rows[path].revision if path in rows else None) for path, text in found.files.items()}
        one = Edit(connection=connection, draft=draft, actor=actor, at=system.clock.now())
        return apply(one, wanted, f"{renamed.old} 改编号为 {renamed.new}，提到它的文件随之改")


def _lane_value(setting: LaneSetting) -> dict[str, Value]:
    if setting.role not in ROLES:
        raise BadRequest("请选择岗位角色。")
    value: dict[str, Value] = {"role": setting.role, "office": _office_value(setting.office)}
    if setting.is_sealed:
        value["sealed"] = True
    if setting.sets_windows:
        value["sets_windows"] = True
    return value


def _office_value(office: str | Mapping[str, str]) -> Value:
    if office == "applicant":
        return "applicant"
    given = office if isinstance(office, Mapping) else {}
    if set(given) == {"named"} and given["named"].isidentifier():
        return {"named": given["named"]}
    if set(given) == {"kind", "level"} and given["kind"] in KINDS and given["level"] in LEVELS:
        return {"kind": given["kind"], "level": given["level"]}
    raise BadRequest("请选择单位种类和层级，或写明存放单位编号的变量。")


def _limit_value(setting: LimitSetting) -> dict[str, Value]:
    if not 1 <= setting.working_days <= LONGEST_LIMIT:
        raise BadRequest(f"办理时限应为 1 到 {LONGEST_LIMIT} 个工作日。")
    if setting.mark not in MARKS or not setting.basis.strip() or len(setting.basis) > LONGEST_TEXT:
        raise BadRequest("请写明时限的依据和标记；没有规定的，写“来源文件没有规定”。")
    return {
        "working_days": setting.working_days,
        "after": setting.after,
        "basis": setting.basis.strip(),
        "mark": setting.mark,
    }


def _change(
    system: System, actor: Actor, draft_id: int, path: str, edit: Callable[[bytes], bytes], summary: str
) -> SavedFile:
    with system.database.transaction() as connection:
        draft = readable_draft(system, connection, actor, draft_id, lock=True)
        row = drafts.file_rows(connection, draft_id, [path]).get(path)
        if row is None:
            raise NotFound(f"草稿里没有 {path}，请先在概览页补上。", path=path)
        content = edit(drafts.read_content(connection, draft_id, bytes(row.sha256)))
        one = Edit(connection=connection, draft=draft, actor=actor, at=system.clock.now())
        revision = apply(one, {path: (content, row.revision)}, summary)
        saved = drafts.file_rows(connection, draft_id, [path])[path]
    return SavedFile(revision=saved.revision, draft_revision=revision)
