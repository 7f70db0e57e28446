"""A form's field gets another name: what that brings with it, and the change itself."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editions import Edit, apply, readable_draft
from engine.folders import fields
from engine.folders.renaming import Renaming
from engine.store import drafts
from engine.system import System
from engine.views import Actor
from engine.views.drafts import FieldRenamingView, RenamingView


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldName:
    """A field's old and new name."""

    #: Path of its form.
    form: str
    old: str
    new: str


def plan_field_name(system: System, actor: Actor, draft_id: int, name: FieldName) -> FieldRenamingView:
    """Return what a field's new name would bring with it; nothing is stored.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        BadRequest: the name cannot be one or is taken, the form does not have the field, or a file cannot be edited
            safely.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        files = drafts.read_contents(connection, draft_id)
    found = fields.rename_field(files, name.form, name.old, name.new)
    together = None if found.together is None else _view_of(found.together)
    reaches_out = bool(found.others or found.alone.left or found.alone.files.keys() - {name.form})
    return FieldRenamingView(
        alone=_view_of(found.alone), together=together, others=found.others, reaches_out=reaches_out
    )


def rename_field(system: System, actor: Actor, draft_id: int, name: FieldName, *, is_together: bool) -> int:
    """Give a field another name wherever it is meant, in one step of the log; return the draft's revision.

    Args:
        system: the system.
        actor: who does it.
        draft_id: the draft.
        name: the field.
        is_together: whether everybody else who gives the same variable its value follows, too.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        Conflict: the draft is not open for changes.
        BadRequest: as for `plan_field_name`.
    """
    with system.database.transaction() as connection:
        draft = readable_draft(system, connection, actor, draft_id, lock=True)
        found = fields.rename_field(drafts.read_contents(connection, draft_id), name.form, name.old, name.new)
        chosen = found.together if is_together and found.together is not None else found.alone
        rows = drafts.file_rows(connection, draft_id, list(chosen.files))
        wanted = {path: (content, rows[path].revision) for path, content in chosen.files.items()}
        one = Edit(connection=connection, draft=draft, actor=actor, at=system.clock.now())
        return apply(one, wanted, f"{name.old} 改名为 {name.new}，提到它的文件随之改")


def _view_of(found: Renaming) -> RenamingView:
    return RenamingView(changes=found.changes, left=found.left)
