"""Checking a draft as it stands, or as it would stand with what is open in an editor."""

from __future__ import annotations

from collections.abc import Mapping

from engine.editions import readable_draft
from engine.errors import BadRequest
from engine.folders import digest_of
from engine.lint import Report, examine
from engine.store import drafts, editions
from engine.system import System
from engine.views import Actor

#: Bytes of everything that an editor may hand in unsaved.
MOST_UNSAVED = 5 * 1024 * 1024


def check_draft(system: System, actor: Actor, draft_id: int, unsaved: Mapping[str, str] | None = None) -> Report:
    """Return everything that the checks find; nothing is stored.

    Args:
        system: the system.
        actor: who asks.
        draft_id: the draft.
        unsaved: path -> text that an editor has open; it takes the place of the draft's own file.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        BadRequest: too much text was handed in.
    """
    texts = {path: text.encode() for path, text in (unsaved or {}).items()}
    if sum(map(len, texts.values())) > MOST_UNSAVED:
        raise BadRequest("未保存的内容过大，请先保存再检查。")
    with system.database.reading() as connection:
        draft = readable_draft(system, connection, actor, draft_id)
        files = {**drafts.read_contents(connection, draft_id), **texts}
        replay = editions.read_replay(connection, digest_of(files))
    covered = None if replay is None else replay.passed
    return examine(files, name=draft.procedure_id, now=system.clock.now(), covered=covered, calendar=system.calendar)
