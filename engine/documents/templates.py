"""One door for both kinds of template: read, fill, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.documents.parts import TemplateRefused
from engine.documents.pieces import Entry, Piece, fill, names_of
from engine.documents.sheets import read_sheet_pieces, write_sheet
from engine.documents.word import read_pieces, write_document

WORD, SHEET = "docx", "xlsx"
#: Extension -> media type.
KINDS = {
    WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What the engine tells every template, besides the case's variables and the facts of expressions.
GIVEN_NAMES = frozenset({"document", "case", "qr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template that may be used: safe to open, every placeholder compiled. Immutable, shared by threads."""

    #: docx or xlsx
    kind: str
    content: bytes
    pieces: tuple[Piece, ...]

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Return (name, placeholder) for every name taken from outside."""
        return tuple(dict.fromkeys(names_of(self.pieces)))

    def fill(self, context: Mapping[str, object]) -> list[Entry]:
        """Return what goes into the placeholders, as plain JSON.

        Raises:
            FeelError: an expression takes too long or grows too large.
        """
        return fill(self.pieces, context)


def read_template(content: bytes, file: str) -> Template:
    """Read and check a template.

    Raises:
        TemplateRefused: every problem, as Chinese sentences.
    """
    kind = file.rpartition(".")[2].lower()
    if kind not in KINDS:
        raise TemplateRefused("模板应为 .docx 或 .xlsx 文件；.doc、.xls、.wps 请另存为新格式。")
    pieces = read_pieces(content) if kind == WORD else read_sheet_pieces(content)
    return Template(kind=kind, content=content, pieces=pieces)


def write_filled(kind: str, content: bytes, entries: Sequence[Entry]) -> bytes:
    """Return a template filled in; equal arguments give equal bytes.

    Args:
        kind: docx or xlsx.
        content: the bytes of the template.
        entries: what `Template.fill` gave.
    """
    return write_document(content, entries) if kind == WORD else write_sheet(content, entries)
