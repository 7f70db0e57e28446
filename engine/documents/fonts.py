"""Fonts that PDF files are set in: an installation's own where it has them, else the two that come with the program.

Official documents name 仿宋_GB2312, 小标宋, 黑体, 楷体 and 宋体. They may not be redistributed, so an office that owns
them puts them into its fonts folder: `fangsong`, `xiaobiaosong`, `heiti`, `kaiti` and `songti` with .ttf, .otf or .ttc.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uharfbuzz import Font

FANGSONG, TITLE, HEI, KAI, SONG = "fangsong", "xiaobiaosong", "heiti", "kaiti", "songti"
FACES = (FANGSONG, TITLE, HEI, KAI, SONG)
ENDINGS = (".ttf", ".otf", ".ttc")
#: Part of a font's name in Word -> face; the first that fits.
_NAMES = (
    ("小标宋", TITLE),
    ("xbs", TITLE),
    ("仿宋", FANGSONG),
    ("fang", FANGSONG),
    ("黑体", HEI),
    ("hei", HEI),
    ("sans", HEI),
    ("楷", KAI),
    ("kai", KAI),
    ("宋", SONG),
    ("song", SONG),
    ("sun", SONG),
    ("times", SONG),
)
#: Tables for choosing and placing characters, and for vertical lines: a PDF file says where each character is.
_FOR_TYPESETTERS = (b"BASE", b"GDEF", b"GPOS", b"GSUB", b"VORG", b"vhea", b"vmtx")
_BUNDLED = "pylopdf_fonts_zh_cn"
_SANS, _SERIF = "NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf"


class FontsMissing(Exception):
    """No font here has Chinese characters, so no PDF can be made."""


def face_of(name: str) -> str:
    """Return the face that a font's name in a document stands for."""
    lower = name.lower()
    return next((face for part, face in _NAMES if part in lower), FANGSONG)


class Fonts:
    """The font files of an installation, by face."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look for an installation's own fonts in a folder, if it has one.

        Raises:
            FontsMissing: there are neither own nor bundled fonts.
        """
        self._files = {face: _own(folder, face) or _bundled(face) for face in FACES}

    def file(self, face: str) -> Path:
        """Return the file of a face."""
        return self._files[face]

    def faces_for(self, face: str) -> tuple[str, ...]:
        """Return the faces in which a character is looked for, in this order."""
        return (face, *(other for other in (FANGSONG, SONG, HEI) if other != face))

    def is_own(self, face: str) -> bool:
        """Tell whether a face is the installation's own, and not a stand-in."""
        return _BUNDLED not in self._files[face].parts

    def find(self, face: str, character: str) -> str | None:
        """Return the face that has a character, or None when no font has it."""
        return next((one for one in self.faces_for(face) if self.width(one, character) is not None), None)

    def width(self, face: str, character: str) -> float | None:
        """Return the width of a character as a part of the font's size, or None when the font lacks it."""
        return _width(self._files[face], character)


def _own(folder: Path | None, face: str) -> Path | None:
    if folder is None:
        return None
    return next((path for ending in ENDINGS if (path := folder / f"{face}{ending}").is_file()), None)


def _bundled(face: str) -> Path:
    found = find_spec(_BUNDLED)
    if found is None or found.origin is None:
        raise FontsMissing("没有可用的中文字体。")
    path = Path(found.origin).parent / (_SANS if face == HEI else _SERIF)
    if not path.is_file():
        raise FontsMissing("没有可用的中文字体。")
    return path


def cut_font(file: Path, characters: Iterable[str]) -> bytes:
    """Return a font file with nothing in it but these characters and a space.

    Thirty thousand characters take a second to read wherever a document is printed; these take a hundredth of it.
    """
    # Only who prints needs it.
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update({ord(character) for character in (" ", *characters)})
    # Fonts may be called in Chinese alone.
    wanted.name_lang_id_set.clear()
    wanted.name_lang_id_set.invert()
    # No other characters because of what typesetters do with those: one sign in place of two, signs for vertical lines.
    flags = uharfbuzz.SubsetFlags
    wanted.flags = flags.NOTDEF_OUTLINE | flags.NO_LAYOUT_CLOSURE | flags.NAME_LEGACY
    for table in _FOR_TYPESETTERS:
        wanted.drop_table_tag_set.add(int.from_bytes(table))
    cut: bytes = uharfbuzz.subset(_font(file).face, wanted).blob.data
    return cut


@lru_cache(maxsize=65_536)
def _width(path: Path, character: str) -> float | None:
    font = _font(path)
    glyph = font.get_nominal_glyph(ord(character))
    width: float | None = None if glyph is None else font.get_glyph_h_advance(glyph) / font.face.upem
    return width


@cache
def _font(path: Path) -> Font:
    """Return a font, of which only what is asked for is read."""
    import uharfbuzz

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
