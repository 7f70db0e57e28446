"""A folder as a mapping of paths to contents: from a directory, as one archive, and by its digest.

Everything is bounded before it is read: an archive may come from anywhere.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from engine.errors import DefinitionRefused, Problem
from engine.folders.templates import with_shared_templates

MOST_FILES = 500
MOST_BYTES = 50 * 1024 * 1024

#: The earliest time a zip can hold; equal folders give equal archives.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3


def load_directory(path: Path) -> dict[str, bytes]:
    """Read a procedure's directory, with the shared templates of documents that its diagrams name.

    Hidden files and directories are passed over.

    Returns:
        Path inside the folder, with slashes -> content.

    Raises:
        DefinitionRefused: there is no such directory, it is too large, or it holds links or special files.
    """
    if not path.is_dir():
        raise _refusal(str(path), "没有这个文件夹，请检查路径。")
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for file, name in _walk(path):
        if name in files:
            raise _refusal(name, "有两个文件名只差编码形式，请改名。")
        if len(files) == MOST_FILES:
            raise _refusal("", f"文件超过 {MOST_FILES} 个，请检查是否放错了文件。")
        with file.open("rb") as stream:
            files[name] = stream.read(left + 1)
        left -= len(files[name])
        _check_total(MOST_BYTES - left)
    return with_shared_templates(files, path.parent / "documents")


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every visible file and its path inside the folder, in a fixed order, without following any link."""
    for directory, subdirectories, names in os.walk(root):
        subdirectories[:] = sorted(name for name in subdirectories if not name.startswith("."))
        for name in sorted((*subdirectories, *names)):
            file = Path(directory, name)
            inside = normalize("NFC", file.relative_to(root).as_posix())
            mode = file.lstat().st_mode
            if name.startswith(".") or stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise _refusal(inside, "是链接或特殊文件，请换成文件本身。")
            yield file, inside


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the folder as one zip; equal folders give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, _UNIX
            archive.writestr(entry, content)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return what was packed.

    Raises:
        DefinitionRefused: it is no zip, too large, damaged, or its paths lead outside.
    """
    _check_total(len(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries)
            # A member never yields more than its declared size, so the declared total bounds what is read.
            return {normalize("NFC", entry.filename): archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise _refusal("", "压缩包已损坏、加了密码或不是 zip，请重新打包。") from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise _refusal("", f"文件超过 {MOST_FILES} 个，请检查是否放错了文件。")
    _check_total(sum(entry.file_size for entry in entries))
    names = [normalize("NFC", entry.filename) for entry in entries]
    if len(set(names)) < len(names):
        raise _refusal("", "压缩包里有同名文件，请重新打包。")
    for name in names:
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
            raise _refusal(name, "文件路径指向文件夹以外，请重新打包。")


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over sorted paths and contents, as hexadecimal digits."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        # Lengths first, so that no two folders can give the same bytes.
        for part in (name.encode(), content):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


def _check_total(size: int) -> None:
    if size > MOST_BYTES:
        raise _refusal("", f"文件合计超过 {MOST_BYTES // 1024 // 1024} MiB，请移出与事项无关的大文件。")


def _refusal(file: str, message: str) -> DefinitionRefused:
    return DefinitionRefused((Problem(file=file, message=message),))
