"""Films: complete, and nothing but the boxes that players read. What is inside the boxes is left to the player."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FileRefused

#: How an MP4 file begins: the length of its first box, which names its brands, and that box's name.
MP4_SIGNATURES = tuple(length.to_bytes(4, "big") + b"ftyp" for length in range(16, 100, 4))
#: Length of a box's head, and of one whose length takes eight bytes.
_HEAD, _LONG_HEAD = 8, 16
#: What a film cannot do without: what is in it, and the pictures and sounds themselves.
_NEEDED = frozenset({b"moov", b"mdat"})
INCOMPLETE = "视频不完整或已损坏，请重新导出为 MP4 后再上传。"


def check_mp4(path: Path) -> None:
    """Check an MP4 film.

    Raises:
        FileRefused: incomplete, or with something behind its end.
    """
    size, place, found = path.stat().st_size, 0, set()
    with path.open("rb") as file:
        while place < size:
            file.seek(place)
            head = file.read(_LONG_HEAD)
            length, name = int.from_bytes(head[:4]), head[4:_HEAD]
            if length == 1:
                length = int.from_bytes(head[_HEAD:])
            elif length == 0:
                length = size - place
            if length < _HEAD or place + length > size or not name.isalnum():
                raise FileRefused(INCOMPLETE)
            found.add(name)
            place += length
    if not found >= _NEEDED:
        raise FileRefused(INCOMPLETE)
