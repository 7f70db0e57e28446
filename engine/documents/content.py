"""A Word document as what it says and how it looks: the model that the PDF is set from.

Only what official documents need is read: paragraphs, tables, borders, headers, footers, page numbers, pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as XmlNode

from engine.documents.looks import Border, ParagraphLook, RunLook, Styles, W, attributes_of, make_border, number, points
from engine.documents.parts import open_parts, parse_xml, related

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
EMU_PER_POINT = 12_700
#: Stand for the number of the page and of all pages until a page is set.
PAGE, PAGES = "\ue000", "\ue001"
_FIELDS = {"PAGE": PAGE, "NUMPAGES": PAGES}
LINE_END, PAGE_END = "\n", "\f"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the line of text."""

    content: bytes
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look, or a picture."""

    text: str
    look: RunLook
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    look: ParagraphLook
    runs: tuple[Run, ...]
    #: Of its own mark: the height of an empty line.
    base: RunLook


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    width: float
    blocks: tuple[Block, ...]
    borders: Mapping[str, Border]
    align: str
    #: Below the one above, as one cell.
    is_continued: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    height: float
    is_head: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    rows: tuple[Row, ...]
    left: float
    padding: float
    #: Stands at the foot of its page (版记).
    is_at_foot: bool
    align: str


Block = Paragraph | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The paper: lengths in points."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    header: float
    footer: float
    pitch: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole document."""

    sheet: Sheet
    blocks: tuple[Block, ...]
    #: first, default or even -> blocks
    headers: Mapping[str, tuple[Block, ...]]
    footers: Mapping[str, tuple[Block, ...]]
    has_first: bool
    has_even: bool


def read_content(document: bytes) -> Content:
    """Read a filled Word document.

    Raises:
        TemplateRefused: it cannot be opened safely.
    """
    return _Reader(open_parts(document)).read()


class _Reader:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self._targets = related(parts, "word/document.xml")
        self._styles = Styles.read(self._optional("word/styles.xml"))
        self._settings = self._optional("word/settings.xml")

    def _optional(self, name: str) -> XmlNode | None:
        return parse_xml(self._parts[name]) if name in self._parts else None

    def read(self) -> Content:
        body = parse_xml(self._parts["word/document.xml"]).find(f"{W}body")
        assert body is not None
        section = body.find(f"{W}sectPr")
        section = section if section is not None else body.makeelement(f"{W}sectPr")
        sheet = self._sheet(section)
        return Content(
            sheet=sheet,
            blocks=tuple(self._blocks(body, self._targets)),
            headers=self._around(section, "header"),
            footers=self._around(section, "footer"),
            has_first=section.find(f"{W}titlePg") is not None,
            has_even=self._settings is not None and self._settings.find(f"{W}evenAndOddHeaders") is not None,
        )

    def _sheet(self, section: XmlNode) -> Sheet:
        size, margin = _attributes(section, "pgSz"), _attributes(section, "pgMar")
        grid = _attributes(section, "docGrid")
        is_grid = grid.get("type") in ("lines", "linesAndChars", "snapToChars")
        if grid.get("type") == "linesAndChars":
            self._styles.grid_space = number(grid.get("charSpace"), 0) / 4096
        return Sheet(
            width=points(size.get("w"), 595.3),
            height=points(size.get("h"), 841.9),
            top=points(margin.get("top"), 72),
            bottom=points(margin.get("bottom"), 72),
            left=points(margin.get("left"), 90),
            right=points(margin.get("right"), 90),
            header=points(margin.get("header"), 42.5),
            footer=points(margin.get("footer"), 49.6),
            pitch=points(grid.get("linePitch")) if is_grid else 0.0,
        )

    def _around(self, section: XmlNode, kind: str) -> dict[str, tuple[Block, ...]]:
        found: dict[str, tuple[Block, ...]] = {}
        for reference in section.iterchildren(f"{W}{kind}Reference"):
            name = self._targets.get(reference.get(f"{R}id") or "", "")
            if name in self._parts:
                blocks = self._blocks(parse_xml(self._parts[name]), related(self._parts, name))
                found[reference.get(f"{W}type") or "default"] = tuple(blocks)
        return found

    def _blocks(self, container: XmlNode, targets: Mapping[str, str]) -> Iterator[Block]:
        for child in container:
            if child.tag == f"{W}p":
                yield self._paragraph(child, targets)
            elif child.tag == f"{W}tbl":
                yield self._table(child, targets)
            elif child.tag in (f"{W}sdt", f"{W}sdtContent"):
                yield from self._blocks(child, targets)

    def _paragraph(self, node: XmlNode, targets: Mapping[str, str]) -> Paragraph:
        base = self._styles.run(node, None)
        return Paragraph(self._styles.paragraph(node), tuple(self._runs(node, targets)), base)

    def _runs(self, paragraph: XmlNode, targets: Mapping[str, str]) -> Iterator[Run]:
        """Yield the runs; what a field shows is its own mark, not the number that was there when it was saved."""
        field = ""
        for node in paragraph.iter(f"{W}r", f"{W}fldSimple"):
            if node.tag == f"{W}fldSimple":
                yield Run(_field(node.get(f"{W}instr")), self._styles.run(paragraph, node.find(f"{W}r")))
                continue
            parent = node.getparent()
            if parent is not None and parent.tag == f"{W}fldSimple":
                continue
            look = self._styles.run(paragraph, node)
            for char in node.iter(f"{W}fldChar", f"{W}instrText"):
                field = _next_field(field, char)
                if char.get(f"{W}fldCharType") == "end":
                    yield Run(_field(field), look)
                    field = ""
            if not field:
                yield from self._contents(node, look, targets)

    def _contents(self, run: XmlNode, look: RunLook, targets: Mapping[str, str]) -> Iterator[Run]:
        for child in run:
            if child.tag == f"{W}t":
                yield Run(child.text or "", look)
            elif child.tag in (f"{W}br", f"{W}cr"):
                yield Run(PAGE_END if child.get(f"{W}type") == "page" else LINE_END, look)
            elif child.tag == f"{W}tab":
                yield Run("\t", look)
            elif child.tag == f"{W}drawing" and (picture := self._picture(child, targets)):
                yield Run("", look, picture)

    def _picture(self, drawing: XmlNode, targets: Mapping[str, str]) -> Picture | None:
        extent, blip = next(drawing.iter(_EXTENT), None), next(drawing.iter(_BLIP), None)
        name = targets.get(blip.get(f"{R}embed") or "", "") if blip is not None else ""
        if extent is None or not name.endswith((".png", ".jpg", ".jpeg")) or name not in self._parts:
            return None
        width, height = (number(extent.get(side), 0) / EMU_PER_POINT for side in ("cx", "cy"))
        return Picture(self._parts[name], width, height)

    def _table(self, node: XmlNode, targets: Mapping[str, str]) -> Table:
        properties = node.find(f"{W}tblPr")
        properties = properties if properties is not None else node.makeelement(f"{W}tblPr")
        widths = [points(column.get(f"{W}w")) for column in node.iterfind(f"{W}tblGrid/{W}gridCol")]
        borders = _borders(properties.find(f"{W}tblBorders"))
        margin = properties.find(f"{W}tblCellMar/{W}left")
        rows = [self._row(row, widths, borders, targets) for row in node.iterchildren(f"{W}tr")]
        return Table(
            rows=tuple(rows),
            left=points(_attributes(properties, "tblInd").get("w")),
            padding=points(margin.get(f"{W}w")) if margin is not None else 5.4,
            is_at_foot=_attributes(properties, "tblpPr").get("tblpYSpec") == "bottom",
            align=_attributes(properties, "jc").get("val", "left"),
        )

    def _row(
        self, node: XmlNode, widths: list[float], borders: Mapping[str, Border], targets: Mapping[str, str]
    ) -> Row:
        cells, column = [], 0
        for cell in node.iterchildren(f"{W}tc"):
            own = cell.find(f"{W}tcPr")
            own = own if own is not None else cell.makeelement(f"{W}tcPr")
            span = int(number(_attributes(own, "gridSpan").get("val"), 1))
            merge = own.find(f"{W}vMerge")
            cells.append(
                Cell(
                    width=sum(widths[column : column + span]),
                    blocks=tuple(self._blocks(cell, targets)),
                    borders={**_inner(borders), **_borders(own.find(f"{W}tcBorders"))},
                    align=_attributes(own, "vAlign").get("val", "top"),
                    is_continued=merge is not None and merge.get(f"{W}val", "continue") == "continue",
                )
            )
            column += span
        row = node.find(f"{W}trPr")
        height = points(_attributes(row, "trHeight").get("val")) if row is not None else 0.0
        return Row(tuple(cells), height, row is not None and row.find(f"{W}tblHeader") is not None)


def _attributes(node: XmlNode, tag: str) -> dict[str, str]:
    child = node.find(f"{W}{tag}")
    return attributes_of(child) if child is not None else {}


def _borders(node: XmlNode | None) -> dict[str, Border]:
    if node is None:
        return {}
    found = {str(child.tag).removeprefix(W): make_border(attributes_of(child)) for child in node}
    return {side: border for side, border in found.items() if border is not None}


def _inner(borders: Mapping[str, Border]) -> dict[str, Border]:
    """Return the borders of a cell that has none of its own."""
    sides = {"top": "insideH", "bottom": "insideH", "left": "insideV", "right": "insideV"}
    return {side: borders.get(side) or borders[inside] for side, inside in sides.items() if inside in borders} | {
        side: borders[side] for side in sides if side in borders
    }


def _field(instruction: str | None) -> str:
    words = (instruction or "").split()
    return _FIELDS.get(words[0].upper(), "") if words else ""


def _next_field(field: str, node: XmlNode) -> str:
    if node.tag == f"{W}instrText":
        return field + (node.text or "")
    return " " if node.get(f"{W}fldCharType") == "begin" else field
