"""Materials: uploading to a step, taking off its list, opening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.errors import BadRequest, FileRefused, InstanceNotOpen, NotAllowed, NotFound, TaskAlreadyCompleted
from engine.files import StoredFile, check_upload, clean_file_name
from engine.store import cases, materials, tasks
from engine.store.cases import CaseRecord
from engine.store.history import Journal
from engine.store.tasks import TaskRecord
from engine.system import System
from engine.views import Actor, MaterialView

#: 平台默认值: what one case may hold.
MOST_FILES = 60
MOST_BYTES = 200 * 1024 * 1024


def add_material(
    system: System, actor: Actor, task_id: int, field_key: str, file_name: str, stream: BinaryIO
) -> MaterialView:
    """Store an uploaded file and put it on the step's list.

    The bytes are written and synced before the row: a crash between the two leaves an orphan file, never a row without
    its file.

    Raises:
        FileRefused: the file is too large, of a type that is not accepted, or not what its name says.
        NotFound, NotAllowed, TaskAlreadyCompleted, InstanceNotOpen, BadRequest: as for completing the task.
    """
    with system.database.reading() as connection:
        label = _field_label(system, connection, *_workable(connection, actor, task_id), field_key)
    name = clean_file_name(file_name)
    stored = system.files.save(stream, limit=system.settings.max_upload_bytes)
    try:
        media_type = check_upload(system.files.path(stored.name), name)
        return _put_on_list(system, actor, task_id, (field_key, label), (name, media_type, stored))
    except BaseException:
        system.files.delete(stored.name)
        raise


def remove_material(system: System, actor: Actor, task_id: int, material_id: int) -> None:
    """Take a file off the step's list; what an earlier submission contained stays with that submission.

    Raises:
        NotFound: the file is not on this step's list.
        NotAllowed, TaskAlreadyCompleted, InstanceNotOpen: as for completing the task.
    """
    with system.database.transaction() as connection:
        task, case = _workable(connection, actor, task_id, lock=True)
        row = materials.read_material(connection, material_id)
        if row.instance_id != case.id or row.element_id != task.element_id or row.removed_at is not None:
            raise NotFound(material_id=material_id)
        materials.remove_material(connection, material_id, system.clock.now())
        _note(system, connection, (case, actor), "material_removed", (task, row.file_name))
    if not row.is_frozen:
        system.files.delete(row.storage_name)


def open_material(system: System, actor: Actor, material_id: int) -> tuple[MaterialView, BinaryIO]:
    """Return a file for reading. Until it is submitted it is its own office's alone.

    Raises:
        NotFound: there is no such file, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        row = materials.read_material(connection, material_id)
        case = cases.read_case(connection, row.instance_id)
    is_own_draft = row.removed_at is None and row.organisation_id == actor.organisation_id
    if not (row.is_frozen or is_own_draft) or not may(actor, Action.READ_CONTENTS, case.scope):
        raise NotFound(material_id=material_id)
    return materials.view_of(row), system.files.open(row.storage_name)


def _workable(
    connection: Connection, actor: Actor, task_id: int, *, lock: bool = False
) -> tuple[TaskRecord, CaseRecord]:
    task, case = tasks.read_task(connection, task_id, lock=lock)
    scope = tasks.scope_of(task, case)
    if not may(actor, Action.READ_TASK, scope):
        raise NotFound(task_id=task_id)
    if not may(actor, Action.WORK_ON_TASK, scope):
        raise NotAllowed(task_id=task_id)
    if case.state != "running":
        raise InstanceNotOpen(case_id=case.id)
    if task.state != "open":
        raise TaskAlreadyCompleted("该任务已经办结，不能再改动材料。")
    return task, case


def _field_label(system: System, connection: Connection, task: TaskRecord, case: CaseRecord, field_key: str) -> str:
    form = system.folder(connection, case.definition_id).forms.get(task.element_id)
    for file_field in form.file_fields if form else ():
        if file_field.key == field_key:
            return file_field.label
    raise BadRequest("这一环节没有该项材料，请刷新页面后重新选择。", field_key=field_key)


def _put_on_list(
    system: System, actor: Actor, task_id: int, item: tuple[str, str], file: tuple[str, str, StoredFile]
) -> MaterialView:
    (field_key, label), (name, media_type, stored) = item, file
    with system.database.transaction() as connection:
        task, case = _workable(connection, actor, task_id, lock=True)
        _refuse_over_quota(materials.materials_of_case(connection, case.id), stored.size)
        view = materials.insert_material(
            connection,
            {
                "instance_id": case.id,
                "task_id": task.id,
                "element_id": task.element_id,
                "field_key": field_key,
                "label": label,
                "file_name": name,
                "storage_name": stored.name,
                "size": stored.size,
                "media_type": media_type,
                "sha256": stored.sha256,
                "sm3": stored.sm3,
                "organisation_id": actor.organisation_id,
                "uploaded_by": actor.name,
                "uploaded_at": system.clock.now(),
            },
        )
        _note(system, connection, (case, actor), "material_added", (task, name))
    return view


def _refuse_over_quota(rows: Sequence[Row], size: int) -> None:
    kept = [row for row in rows if row.removed_at is None]
    if len(kept) >= MOST_FILES:
        raise FileRefused(f"一件申请最多上传 {MOST_FILES} 个文件，请先删除不需要的文件。")
    if sum(row.size for row in kept) + size > MOST_BYTES:
        raise FileRefused("一件申请的文件合计不能超过 200 MB，请压缩或删除部分文件后再上传。")


def _note(
    system: System,
    connection: Connection,
    journal_of: tuple[CaseRecord, Actor],
    kind: str,
    details: tuple[TaskRecord, str],
) -> None:
    (case, actor), (task, file_name) = journal_of, details
    journal = Journal.of(case, system.clock.now(), actor)
    journal.add(kind, element=(task.element_id, task.name), details={"file_name": file_name})
    cases.update_case(connection, case.id, journal.write(connection))
