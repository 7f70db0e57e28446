"""Pictures: complete, and not larger than what a reader's machine can show. Only headers are read."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FileRefused

MOST_PIXELS = 40_000_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
#: Start-of-frame markers carry height and width; C4, C8 and CC in the same range mean something else.
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_SCAN = 0xDA
JPEG_END = b"\xff\xd9"

INCOMPLETE = "图片不完整或已损坏，请重新保存后再上传。"


def check_png(path: Path) -> None:
    """Check a PNG picture.

    Raises:
        FileRefused: incomplete, with something behind its end, or too many pixels.
    """
    contents = path.read_bytes()
    if contents[12:16] != b"IHDR" or not contents.endswith(PNG_END):
        raise FileRefused(INCOMPLETE)
    _check_pixels(int.from_bytes(contents[16:20]), int.from_bytes(contents[20:24]))


def check_jpeg(path: Path) -> None:
    """Check a JPEG picture.

    Raises:
        FileRefused: incomplete, without a frame, or too many pixels.
    """
    contents = path.read_bytes()
    if JPEG_END not in contents[-65_536:]:
        raise FileRefused(INCOMPLETE)
    place = 2
    while place + 9 <= len(contents) and contents[place] == 0xFF:
        marker = contents[place + 1]
        if marker in JPEG_FRAMES:
            height, width = contents[place + 5 : place + 7], contents[place + 7 : place + 9]
            _check_pixels(int.from_bytes(width), int.from_bytes(height))
            return
        if marker == JPEG_SCAN:
            break
        # A fill byte stands alone; every other segment says how long it is.
        place += 1 if marker == 0xFF else 2 + max(2, int.from_bytes(contents[place + 2 : place + 4]))
    raise FileRefused(INCOMPLETE)


def _check_pixels(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise FileRefused(INCOMPLETE)
    if width * height > MOST_PIXELS:
        raise FileRefused(f"图片过大（{width}×{height}），请缩小到 4000 万像素以内后重新上传。", pixels=width * height)
