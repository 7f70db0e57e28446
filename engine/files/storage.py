"""Where uploaded files are kept: under random names, outside anything a web server serves.

A file is on the disk, synced, before the row that names it is written. So a crash leaves an orphan, which the sweep
removes after a day, and never a row without its file.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from engine.errors import FileRefused, NotFound, Unavailable

CHUNK = 256 * 1024
_STORAGE_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as it lies in the store."""

    #: Its random name in the store, not the person's.
    name: str
    size: int
    #: Hexadecimal digests of the contents.
    sha256: str
    sm3: str


class FileStore:
    """A folder of files, two levels deep."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made at the first save."""
        self._root = root

    def save(self, stream: BinaryIO, *, limit: int) -> StoredFile:
        """Write a stream to the disk and return what was written.

        Args:
            stream: read in pieces, never as a whole.
            limit: most bytes.

        Raises:
            FileRefused: the file is empty or larger than the limit.
            Unavailable: the disk is full or refuses to write.
        """
        name = secrets.token_hex(16)
        arriving = self._root / "arriving" / name
        place = self.path(name)
        try:
            arriving.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            with _removed_on_error(arriving):
                stored = _write(stream, arriving, limit)
                arriving.rename(place)
            _sync_folder(place.parent)
        except OSError as error:
            raise Unavailable(
                "系统暂时无法保存文件，请稍后重新上传。您已填写的内容不会丢失。", reason=str(error)
            ) from error
        return stored

    def path(self, name: str) -> Path:
        """Return where a stored file lies.

        Raises:
            NotFound: this is not a name that the store gives.
        """
        if not _STORAGE_NAME.fullmatch(name):
            raise NotFound(storage_name=name)
        return self._root / name[:2] / name

    def open(self, name: str) -> BinaryIO:
        """Open a stored file for reading.

        Raises:
            NotFound: it is not there.
        """
        try:
            return self.path(name).open("rb")
        except FileNotFoundError as error:
            raise NotFound("没有找到该文件，请联系管理员。", storage_name=name) from error

    def delete(self, name: str) -> None:
        """Remove a stored file; one that is gone already is no error."""
        self.path(name).unlink(missing_ok=True)

    def sweep(self, known: Callable[[Collection[str]], Collection[str]], *, before: datetime) -> int:
        """Remove files that no row names, and uploads that were broken off.

        Args:
            known: given storage names, returns those that rows name.
            before: younger files are left alone, because their row may be about to be written.

        Returns:
            How many files were removed.
        """
        removed = 0
        for folder in sorted(self._root.glob("*/")):
            old = [path for path in folder.iterdir() if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before]
            kept = set(known([path.name for path in old])) if folder.name != "arriving" else set()
            for path in old:
                if path.name not in kept:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed


def _write(stream: BinaryIO, path: Path, limit: int) -> StoredFile:
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    with path.open("xb") as file:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > limit:
                raise FileRefused(f"文件超过 {limit // (1024 * 1024)} MB，请压缩或拆分后重新上传。", limit=limit)
            sha256.update(piece)
            sm3.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise FileRefused("文件是空的，请检查后重新上传。")
    return StoredFile(name=path.name, size=size, sha256=sha256.hexdigest(), sm3=sm3.hexdigest())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _removed_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
