"""Attachments of a form that was refused: kept a while, so that nobody has to choose them again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from engine.errors import BadRequest, FileRefused, NotFound, Unavailable
from engine.files import check_upload, clean_file_name
from engine.store import publications
from engine.system import System

#: 平台默认值: how long a file waits, how many forms of a sender keep theirs within the period, and how many files each.
KEPT_FOR = timedelta(hours=2)
MOST_PER_SENDER = 10
THROTTLE_PERIOD = timedelta(hours=1)
MOST_FILES = 10
GONE = "先前选择的附件保留两小时，已经过期，请重新选择。"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that waits."""

    #: Its random name: who knows it may send the file with a form.
    key: str
    file_name: str
    size: int


def keep_files(system: System, given: Sequence[tuple[str, BinaryIO]], *, address: str) -> tuple[KeptFile, ...]:
    """Keep the attachments of a refused form that could be sent again; what cannot be kept is left out.

    Args:
        system: the system.
        given: name and content of each attachment.
        address: of the sender, who keeps so many within an hour and no more.
    """
    if not given or not _may_keep(system, address):
        return ()
    system.waiting.sweep(before=system.wall.now() - KEPT_FOR)
    kept = (_keep(system, clean_file_name(name), stream) for name, stream in given[:MOST_FILES])
    return tuple(one for one in kept if one is not None)


def find_kept(system: System, named: Sequence[tuple[str, str]]) -> tuple[KeptFile, ...]:
    """Return the files that still wait, given key and name of each."""
    found = []
    for key, file_name in named[:MOST_FILES]:
        try:
            size = system.waiting.path(key).stat().st_size
        except (NotFound, FileNotFoundError):
            continue
        found.append(KeptFile(key=key, file_name=clean_file_name(file_name), size=size))
    return tuple(found)


@contextmanager
def opened(system: System, kept: Sequence[KeptFile]) -> Iterator[list[tuple[str, BinaryIO]]]:
    """Give name and content of files that wait.

    Raises:
        BadRequest: one of them is gone; `details["messages"]` says so under `files`.
    """
    with ExitStack() as stack:
        try:
            files = [(one.file_name, stack.enter_context(system.waiting.open(one.key))) for one in kept]
        except NotFound as error:
            raise BadRequest(GONE, messages={"files": GONE}) from error
        yield files


def forget_files(system: System, kept: Sequence[KeptFile]) -> None:
    """Remove files that have been sent."""
    for one in kept:
        system.waiting.delete(one.key)


def _may_keep(system: System, address: str) -> bool:
    key = system.settings.secret_key.encode()
    subject = hmac.new(key, f"kept:{address}".encode(), hashlib.sha256).hexdigest()
    with system.database.transaction() as connection:
        uses = publications.count_use(connection, subject, system.wall.now(), THROTTLE_PERIOD)
    return uses <= MOST_PER_SENDER


def _keep(system: System, name: str, stream: BinaryIO) -> KeptFile | None:
    stream.seek(0)
    try:
        stored = system.waiting.keep(stream, limit=system.settings.max_upload_bytes)
    except (FileRefused, Unavailable):
        return None
    try:
        check_upload(system.waiting.path(stored.name), name)
    except FileRefused:
        system.waiting.delete(stored.name)
        return None
    return KeptFile(key=stored.name, file_name=name, size=stored.size)
