"""Rows of drafts as callers see them, and what a folder calls itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import Row

from engine.errors import BadRequest, DefinitionRefused
from engine.folders.documents import read_document
from engine.folders.procedure import FILE
from engine.views import ProcedureView
from engine.views.drafts import DraftFileView, DraftView

_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}")


def draft_view(row: Row, files: Iterable[Row] = ()) -> DraftView:
    """Return a draft as callers see it."""
    return DraftView(
        draft_id=row.id,
        procedure_id=row.procedure_id,
        name=row.name,
        state=row.state,
        revision=row.revision,
        base_definition_id=row.base_definition_id,
        base_version=row.base_version,
        origin=row.origin,
        report=tuple(row.report),
        created_by=row.created_by,
        created_at=row.created_at,
        changed_at=row.changed_at,
        files=tuple(file_view(file) for file in files),
    )


def file_view(row: Row) -> DraftFileView:
    """Return a file of a draft as callers see it."""
    return DraftFileView(
        path=row.path, revision=row.revision, size=row.size, changed_at=row.changed_at, changed_by=row.changed_by
    )


def procedure_view(row: Row) -> ProcedureView:
    """Return a version in force as callers see it."""
    return ProcedureView(
        procedure_id=row.procedure_id,
        name=row.name,
        version=row.version,
        digest=row.digest,
        deployed_at=row.deployed_at,
        running_cases=row.running_cases,
    )


def name_in(files: Mapping[str, bytes]) -> tuple[str, str]:
    """Return id and name of a folder's procedure, whatever else is wrong with it.

    Raises:
        BadRequest: there is no procedure.yaml, it cannot be read, or it has no proper id.
    """
    if FILE not in files:
        raise BadRequest(f"文件夹里没有 {FILE}，无法知道是哪个事项。")
    try:
        section = read_document(files[FILE], FILE, [])
    except DefinitionRefused as refusal:
        raise BadRequest("；".join(str(problem) for problem in refusal.problems)) from refusal
    procedure_id, name = section.content.get("id"), section.content.get("name")
    if not isinstance(procedure_id, str) or not _WORD.fullmatch(procedure_id):
        raise BadRequest(f"{FILE} 的 id 应为小写英文单词，用下划线连接。")
    return procedure_id, name.strip() if isinstance(name, str) and name.strip() else procedure_id
