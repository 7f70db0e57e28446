"""Files that wait for the form they belong to: kept for a short time and a bounded size, then forgotten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from engine.errors import Unavailable
from engine.files.storage import FileStore, StoredFile

#: 平台默认值: what may wait at the same time, whoever it belongs to.
MOST_BYTES = 512 * 1024 * 1024


class WaitingRoom:
    """A folder of files that no row names; whoever holds a file's random name may take it again."""

    def __init__(self, root: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """Take the folder; it is made with the first file."""
        self._root, self._files, self._most_bytes = root, FileStore(root), most_bytes

    def keep(self, stream: BinaryIO, *, limit: int) -> StoredFile:
        """Write a stream to the disk and return what was written.

        Raises:
            FileRefused: the file is empty or larger than the limit.
            Unavailable: the room is full, or the disk refuses to write.
        """
        if self._size() >= self._most_bytes:
            raise Unavailable("现在暂存的文件过多。")
        return self._files.save(stream, limit=limit)

    def path(self, name: str) -> Path:
        """Return where a file lies.

        Raises:
            NotFound: this is not a name that the room gives.
        """
        return self._files.path(name)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            NotFound: it is not there any more.
        """
        return self._files.open(name)

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no error."""
        self._files.delete(name)

    def sweep(self, *, before: datetime) -> int:
        """Remove what came before an instant; return how many files that were."""
        return self._files.sweep(lambda names: (), before=before)

    def _size(self) -> int:
        return sum(path.stat().st_size for path in self._root.glob("*/*") if path.is_file())
