"""Packages of a case's papers: one zip with a list of its contents and their digests; equal contents, equal bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
LONGEST_NAME = 100
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
_UNUSABLE = frozenset('/\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a package."""

    #: Name inside the package; made usable everywhere and unique.
    name: str
    #: What it is, for the list.
    label: str
    content: BinaryIO


def write_package(target: IO[bytes], items: Iterable[Item], described: Mapping[str, Any]) -> None:
    """Write a package: the items in their order, then the manifest.

    Args:
        target: where to, opened for writing.
        items: the files; read in pieces, never as a whole.
        described: what the manifest says of the case, as plain JSON.
    """
    listed: list[dict[str, Any]] = []
    taken: set[str] = {MANIFEST}
    with zipfile.ZipFile(target, "w") as archive:
        for item in items:
            name = _free_name(item.name, taken)
            with archive.open(_entry(name), "w", force_zip64=True) as place:
                digests = _Digests(place)
                shutil.copyfileobj(item.content, digests, CHUNK)
            listed.append({"file": name, "label": item.label, **digests.summary()})
        manifest = {**described, "files": listed}
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        archive.writestr(_entry(MANIFEST), text.encode())


class _Digests:
    """Counts and digests what passes."""

    def __init__(self, place: IO[bytes]) -> None:
        self._place = place
        self._sha256, self._sm3, self._size = hashlib.sha256(), hashlib.new("sm3"), 0

    def write(self, piece: bytes) -> int:
        self._sha256.update(piece)
        self._sm3.update(piece)
        self._size += len(piece)
        return self._place.write(piece)

    def summary(self) -> dict[str, Any]:
        return {"size": self._size, "sha256": self._sha256.hexdigest(), "sm3": self._sm3.hexdigest()}


def _entry(name: str) -> zipfile.ZipInfo:
    # Stored as they are: most materials are compressed already, and no compressor's version changes the bytes.
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_STORED, _PLAIN_FILE, _UNIX
    return entry


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that leads nowhere else, can be written on any system, and is not taken."""
    clean = "".join("_" if one in _UNUSABLE or ord(one) < ord(" ") else one for one in name).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    stem, ending = (stem, dot + ending) if dot and len(ending) <= 5 else (clean, "")
    stem, number, free = stem[:LONGEST_NAME] or "file", 1, ""
    while not free or free in taken:
        free = f"{stem}{f'_{number}' if number > 1 else ''}{ending}"
        number += 1
    taken.add(free)
    return free
