"""Official documents: an owner's Word or Excel template and frozen values give the same bytes, and a PDF like them."""

from engine.documents.fonts import Fonts, FontsMissing
from engine.documents.grids import Grid, read_grids
from engine.documents.parts import TemplateRefused
from engine.documents.pictures import draw_code_svg
from engine.documents.pieces import Entry
from engine.documents.portable import print_document
from engine.documents.rewording import reword_template
from engine.documents.templates import GIVEN_NAMES, KINDS, SHEET, WORD, Template, read_template, write_filled
from engine.documents.wording import MISSING, write_day, write_value

__all__ = [
    "GIVEN_NAMES",
    "KINDS",
    "MISSING",
    "SHEET",
    "WORD",
    "Entry",
    "Fonts",
    "FontsMissing",
    "Grid",
    "Template",
    "TemplateRefused",
    "draw_code_svg",
    "print_document",
    "read_grids",
    "read_template",
    "reword_template",
    "write_day",
    "write_filled",
    "write_value",
]
