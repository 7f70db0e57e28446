"""The fonts that documents are printed in: an office's own before those that come with the program."""

from datetime import UTC, datetime

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from engine.documents import Fonts, print_document
from engine.documents.fonts import FANGSONG, HEI
from tests.templates.word_files import paragraph, text, word_file
from tests.unit.documents.reading import read_pages

MADE_AT = datetime(2023, 11, 6, 2, 5, tzinfo=UTC)
OWN = "规程"


@pytest.fixture
def folder(tmp_path):
    """A folder with an office's own 仿宋: it has two characters, half as wide as others, and a Chinese name alone."""
    builder = FontBuilder(1000, isTTF=True)
    names = {character: f"uni{ord(character):04X}" for character in (" ", *OWN)}
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], _square()))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (500, 50)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": {"zh": "单位仿宋"}, "fullName": {"zh": "单位仿宋"}}, mac=False)
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "fangsong.ttf")
    return tmp_path


def _square():
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 400), (450, 400), (450, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def test_an_own_font_is_measured_and_the_stand_in_helps_out(folder):
    fonts = Fonts(folder)
    assert [fonts.width(FANGSONG, character) for character in "规政"] == [0.5, None]
    assert fonts.find(FANGSONG, "规") == FANGSONG
    assert fonts.width(fonts.find(FANGSONG, "政"), "政") == 1
    assert fonts.is_own(FANGSONG)
    assert not fonts.is_own(HEI)


def test_a_document_is_printed_with_an_own_font_and_the_stand_in_beside_it(folder):
    document = word_file(paragraph(text("规程 政务流程")))
    pdf = print_document("docx", document, Fonts(folder), title="文书", made_at=MADE_AT)
    assert read_pages(pdf)[0].split("\r\n")[0] == "规程 政务流程"
    assert pdf.count(b"/FontFile") == 2


def test_only_what_is_printed_of_a_font_is_in_the_file(folder):
    long, short = (
        print_document("docx", word_file(paragraph(text(words))), Fonts(folder), title="文书", made_at=MADE_AT)
        for words in ("政务流程平台办理公示回执查验", "政")
    )
    assert len(short) < 10_000
    assert len(short) < len(long) < 30_000
