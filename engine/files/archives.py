"""Files that are zip archives inside (docx, xlsx, ofd, newer wps and et): what their members may be and unpack to.

Sizes are counted while unpacking, not believed: an archive of 200 kB can claim little and hold hundreds of megabytes.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO

from engine.errors import FileRefused

MEBIBYTE = 1024 * 1024
MOST_MEMBERS = 2_000
MOST_UNPACKED = 100 * MEBIBYTE
HIGHEST_RATIO = 100
#: Short, repetitive XML compresses well; below this the ratio says nothing.
RATIO_MATTERS_FROM = MEBIBYTE
#: A list of 2,000 members with ordinary names is far shorter; a longer one is not even read.
LONGEST_DIRECTORY = 2 * MEBIBYTE
LONGEST_COMMENT = 65_535
END_RECORD = b"PK\x05\x06"
END_RECORD_LENGTH = 22
IS_ENCRYPTED = 0x1

#: How an archive, a program or an old Office file begins.
NESTED_SIGNATURES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
PROGRAM_SIGNATURES = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!")
#: An Office document keeps the table behind a chart as a small document of its own.
EMBEDDED_DOCUMENTS = (".xlsx", ".docx", ".pptx")
MACROS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("/macrosheets/", "/activex/")

DAMAGED = "文件已损坏或没有传完整，请重新导出后再上传。"
SUSPICIOUS = "文件内部结构异常，为安全起见不予接收。请用办公软件打开后另存为新文件，再重新上传。"


def check_archive(path: Path) -> frozenset[str]:
    """Check every member and return their names.

    Raises:
        FileRefused: damaged, encrypted, too many or too large members, names that lead outside, links, nested
            archives, programs or macros.
    """
    try:
        _check_directory_length(path)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_count(members)
            for member in members:
                _check_member(member)
            _check_contents(archive, members, path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise FileRefused(DAMAGED, reason=str(error)) from error
    return frozenset(member.filename for member in members)


def _check_directory_length(path: Path) -> None:
    """Refuse a huge table of contents before it is read into memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LONGEST_COMMENT - END_RECORD_LENGTH))
        tail = file.read()
    place = tail.rfind(END_RECORD)
    record = tail[place : place + END_RECORD_LENGTH]
    if place < 0 or len(record) < END_RECORD_LENGTH:
        raise zipfile.BadZipFile("no end of central directory")
    count = int.from_bytes(record[10:12], "little")
    length = int.from_bytes(record[12:16], "little")
    if count > MOST_MEMBERS or length > LONGEST_DIRECTORY:
        raise _too_many(count)


def _too_many(count: int) -> FileRefused:
    return FileRefused(f"文件内含的条目超过 {MOST_MEMBERS} 个，请拆分后重新上传。", members=count)


def _check_count(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise _too_many(len(members))
    if len({member.filename.lower() for member in members}) < len(members):
        raise FileRefused(SUSPICIOUS, reason="two members of one name")


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & IS_ENCRYPTED:
        raise FileRefused("文件已加密，审核人员无法打开。请取消密码后重新上传。")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileRefused(SUSPICIOUS, reason="symbolic link", member=member.filename)
    if not _is_inside(member.orig_filename):
        raise FileRefused(SUSPICIOUS, reason="path leads outside", member=member.filename)
    name = f"/{member.filename.lower()}"
    if name.endswith(MACROS) or any(folder in name for folder in MACRO_FOLDERS):
        raise FileRefused("文件含有宏，为安全起见不予接收。请另存为不含宏的文件后重新上传。", member=member.filename)


def _is_inside(name: str) -> bool:
    """Say whether a member's name stays below the folder it would be unpacked to, on any system."""
    parts = name.replace("\\", "/").rstrip("/").split("/")
    is_plain = all(part not in {"", ".", ".."} for part in parts)
    return is_plain and ":" not in name and all(ord(character) >= ord(" ") for character in name)


def _check_contents(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], packed: int) -> None:
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise _too_large()
    total = 0
    for member in members:
        with archive.open(member) as contents:
            total += _count(contents, member, MOST_UNPACKED - total)
    if total > RATIO_MATTERS_FROM and total > packed * HIGHEST_RATIO:
        raise _too_large()


def _count(contents: IO[bytes], member: zipfile.ZipInfo, room: int) -> int:
    head = contents.read(64 * 1024)
    _check_beginning(head, member.filename)
    size = len(head)
    while piece := contents.read(MEBIBYTE):
        size += len(piece)
        if size > room:
            raise _too_large()
    if size > RATIO_MATTERS_FROM and size > member.compress_size * HIGHEST_RATIO:
        raise _too_large()
    return size


def _check_beginning(head: bytes, name: str) -> None:
    is_document = name.lower().endswith(EMBEDDED_DOCUMENTS) and "/embeddings/" in name.lower()
    if head.startswith(NESTED_SIGNATURES) and not is_document:
        raise FileRefused("文件中还套有压缩包，请取出后逐个上传。", member=name)
    if head.startswith(PROGRAM_SIGNATURES):
        raise FileRefused("文件中含有程序，为安全起见不予接收。", member=name)


def _too_large() -> FileRefused:
    return FileRefused("文件展开后过大（超过 100 MB 或压缩比异常），请压缩图片或拆分后重新上传。")
