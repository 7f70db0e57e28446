"""PDF: refused when it can act by itself (scripts, launching), carries other files, or cannot be looked into."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from engine.errors import FileRefused

MEBIBYTE = 1024 * 1024
#: Names of what a document of record has no use for, with the word a person is told.
ACTIVE_NAMES = {
    b"JavaScript": "脚本",
    b"Launch": "启动程序的动作",
    b"EmbeddedFile": "附件",
    b"EmbeddedFiles": "附件",
    b"RichMedia": "多媒体内容",
}
#: Objects may be packed together; unpacked for the search up to this size in all.
MOST_UNPACKED = 64 * MEBIBYTE
PIECE = 64 * 1024
#: The dictionary of a stream stands right before it.
LONGEST_DICTIONARY = 4096
MARK_AT_END = b"%%EOF"
STRANGE = "PDF 文件内部结构异常，请重新导出后再上传。"

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/(" + b"|".join(ACTIVE_NAMES) + rb")(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream\r?\n")


def check_portable_document(path: Path) -> None:
    """Check a PDF file.

    Raises:
        FileRefused: incomplete, encrypted, with active or embedded content, or packed in a way that hides its objects.
    """
    contents = path.read_bytes()
    if MARK_AT_END not in contents[-4096:]:
        raise FileRefused("PDF 文件不完整，可能没有传完。请重新导出后再上传。")
    plain = _unescaped(contents)
    if re.search(rb"/Encrypt\b", plain):
        raise FileRefused("PDF 文件设有密码或权限限制，无法归档。请取消限制后重新上传。")
    _refuse_active(plain)
    room = MOST_UNPACKED
    for objects in _object_streams(contents):
        room -= len(objects)
        if room < 0:
            raise FileRefused(STRANGE, reason="object streams too large")
        _refuse_active(_unescaped(objects))


def _unescaped(contents: bytes) -> bytes:
    """Undo `/J#61vaScript`."""
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), contents)


def _refuse_active(contents: bytes) -> None:
    found = _NAME.search(contents)
    if found:
        raise FileRefused(
            f"PDF 文件含有{ACTIVE_NAMES[found[1]]}，为安全起见不予接收。请用“打印为 PDF”重新生成后上传。",
            found=found[1].decode(),
        )


def _object_streams(contents: bytes) -> Iterator[bytes]:
    """Give the unpacked streams that hold objects.

    Raises:
        FileRefused: one is packed otherwise than everybody packs them, or unpacks to too much.
    """
    for match in _STREAM.finditer(contents):
        before = contents[max(0, match.start() - LONGEST_DICTIONARY) : match.start()]
        dictionary = _unescaped(before[before.rfind(b"obj") :])
        if b"/ObjStm" in dictionary:
            try:
                yield _inflate(contents, match.end())
            except zlib.error as error:
                raise FileRefused(STRANGE, reason=str(error)) from error


def _inflate(contents: bytes, place: int) -> bytes:
    """Unpack from `place` to wherever the packed data itself ends, in small pieces."""
    inflater, objects = zlib.decompressobj(), bytearray()
    while not inflater.eof and place < len(contents):
        packed = contents[place : place + PIECE]
        while packed and not inflater.eof:
            objects += inflater.decompress(packed, MEBIBYTE)
            packed = inflater.unconsumed_tail
            if len(objects) > MOST_UNPACKED:
                raise FileRefused(STRANGE, reason="object stream too large")
        place += PIECE
    return bytes(objects)
