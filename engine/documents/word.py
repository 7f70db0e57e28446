"""Word templates (.docx): reading what they ask for, and writing them out filled in.

Reading and writing walk the same way through the same parts, so that the n-th piece is the n-th entry.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as XmlNode

from engine.documents.parts import TemplateRefused, close_parts, open_parts, parse_xml, write_xml
from engine.documents.pictures import Pictures
from engine.documents.pieces import PLACEHOLDER, QR, Blank, Entry, Marker, Piece, Repeat, compile_text, read_marker

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DOCUMENT = "word/document.xml"
_FILLED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
#: Elements that hold paragraphs and tables among other things.
_HOLDERS = frozenset({f"{W}{name}" for name in ("body", "tbl", "sdt", "sdtContent", "tc", "hdr", "ftr", "ins")})


def read_pieces(content: bytes) -> tuple[Piece, ...]:
    """Return what a template asks for.

    Raises:
        TemplateRefused: it cannot be opened safely, is no Word document, or a placeholder is not FEEL.
    """
    parts = open_parts(content)
    if DOCUMENT not in parts:
        raise TemplateRefused("不是 Word 文档（.docx），请用 Word 或 WPS 重新保存。")
    reader = _Reader()
    pieces = tuple(piece for name in filled_parts(parts) for piece in reader.read(parse_xml(parts[name])))
    if reader.problems:
        raise TemplateRefused(*reader.problems)
    return pieces


def write_document(content: bytes, entries: Sequence[Entry]) -> bytes:
    """Return the template filled in; the same template and entries give the same bytes.

    Args:
        content: a template that `read_pieces` accepted.
        entries: what `pieces.fill` gave for it.
    """
    parts = open_parts(content)
    waiting = iter(entries)
    pictures = Pictures(parts)
    for name in filled_parts(parts):
        root = parse_xml(parts[name])
        _Writer(name, pictures).write(root, waiting)
        parts[name] = write_xml(root)
    pictures.close()
    return close_parts(parts)


def filled_parts(parts: Mapping[str, bytes]) -> list[str]:
    """Return the names of the parts that may have placeholders, in a fixed order."""
    return sorted(name for name in parts if _FILLED.fullmatch(name))


def units(container: XmlNode) -> Iterator[XmlNode]:
    """Yield the rows and paragraphs inside, outermost first; what is inside a row is reached through the row."""
    for child in container:
        if child.tag in (f"{W}p", f"{W}tr"):
            yield child
        elif child.tag in _HOLDERS:
            yield from units(child)


def cells(row: XmlNode) -> Iterator[XmlNode]:
    """Yield the cells of a row."""
    yield from row.iterchildren(f"{W}tc")


def boxes(paragraph: XmlNode) -> Iterator[XmlNode]:
    """Yield the text boxes anchored in a paragraph, which hold paragraphs of their own."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if next(box.iterancestors(f"{W}p")) is paragraph:
            yield box


def own_texts(paragraph: XmlNode) -> list[XmlNode]:
    """Return the texts of a paragraph itself, without those of text boxes in it."""
    return [node for node in paragraph.iter(f"{W}t") if next(node.iterancestors(f"{W}p")) is paragraph]


def joined(texts: Iterable[XmlNode]) -> str:
    """Return the texts as one."""
    return "".join(node.text or "" for node in texts)


def put(texts: Sequence[XmlNode], start: int, end: int, value: str) -> XmlNode | None:
    """Replace characters of texts that may be split over runs; the first of them keeps its look.

    Returns:
        The text element that now holds the value.
    """
    place, holder = 0, None
    for node in texts:
        text = node.text or ""
        low, high = max(start - place, 0), min(end - place, len(text))
        place += len(text)
        if low >= high:
            continue
        node.text = text[:low] + (value if holder is None else "") + text[high:]
        node.set(SPACE, "preserve")
        holder = node if holder is None else holder
    return holder


def first_paragraph(unit: XmlNode) -> XmlNode | None:
    """Return the paragraph that carries the unit's marker: itself, or the first one of a row's first cell."""
    return unit if unit.tag == f"{W}p" else next(unit.iter(f"{W}p"), None)


def take_marker(unit: XmlNode) -> Marker | None:
    """Return the unit's marker and take it out of the text."""
    paragraph = first_paragraph(unit)
    texts = own_texts(paragraph) if paragraph is not None else []
    match = PLACEHOLDER.search(joined(texts))
    marker = read_marker(match[1]) if match else None
    if match and marker:
        put(texts, match.start(), match.end(), "")
    return marker


@dataclass(slots=True)
class _Reader:
    problems: list[str] = field(default_factory=list)

    def read(self, container: XmlNode) -> Iterator[Piece]:
        for unit in list(units(container)):
            marker = take_marker(unit)
            inner = self._read_paragraph(unit) if unit.tag == f"{W}p" else self._read_row(unit)
            if marker is None:
                yield from inner
                continue
            pieces = tuple(inner)
            try:
                yield Repeat(marker.variable, compile_text(marker.text), pieces)
            except TemplateRefused as refusal:
                self.problems.extend(refusal.problems)

    def _read_row(self, row: XmlNode) -> Iterator[Piece]:
        for cell in cells(row):
            yield from self.read(cell)

    def _read_paragraph(self, paragraph: XmlNode) -> Iterator[Piece]:
        text = joined(own_texts(paragraph))
        for match in PLACEHOLDER.finditer(text):
            if read_marker(match[1]):
                self.problems.append(f"“{match[0]}”应写在一行表格或一个段落的开头，且每处只写一个。")
                continue
            try:
                yield Blank(compile_text(match[1]))
            except TemplateRefused as refusal:
                self.problems.extend(refusal.problems)
        if "{{" in PLACEHOLDER.sub("", text):
            self.problems.append(f"段落“{text[:40]}”里的 {{{{ 没有对应的 }}}}，请补上。")
        for box in boxes(paragraph):
            yield from self.read(box)


@dataclass(slots=True)
class _Writer:
    part: str
    pictures: Pictures

    def write(self, container: XmlNode, entries: Iterator[Entry]) -> None:
        for unit in list(units(container)):
            if take_marker(unit) is None:
                self._write_unit(unit, entries)
                continue
            rounds = next(entries)
            assert isinstance(rounds, list)
            for one in rounds:
                clone = copy.deepcopy(unit)
                unit.addprevious(clone)
                self._write_unit(clone, iter(one))
            _remove(unit)

    def _write_unit(self, unit: XmlNode, entries: Iterator[Entry]) -> None:
        if unit.tag == f"{W}p":
            self._write_paragraph(unit, entries)
        else:
            for cell in list(cells(unit)):
                self.write(cell, entries)

    def _write_paragraph(self, paragraph: XmlNode, entries: Iterator[Entry]) -> None:
        texts = own_texts(paragraph)
        matches, length = list(PLACEHOLDER.finditer(joined(texts))), len(joined(texts).strip())
        values = [str(next(entries)) for _ in matches]
        for box in list(boxes(paragraph)):
            self.write(box, entries)
        for match, value in zip(reversed(matches), reversed(values), strict=True):
            is_picture = compile_text(match[1]).text == QR
            holder = put(texts, match.start(), match.end(), "" if is_picture else value)
            if holder is not None and is_picture and value:
                holder.addprevious(self.pictures.draw(self.part, value))
        is_alone = len(matches) == 1 and matches[0].end() - matches[0].start() == length
        _break_lines(paragraph, is_alone=is_alone)


def _remove(unit: XmlNode) -> None:
    """Take a row or paragraph out; a cell keeps a paragraph, and a table without rows goes with its last row."""
    parent = unit.getparent()
    assert parent is not None
    parent.remove(unit)
    if parent.tag == f"{W}tc" and parent.find(f"{W}p") is None:
        parent.append(parent.makeelement(f"{W}p"))
    if parent.tag == f"{W}tbl" and parent.find(f"{W}tr") is None:
        holder = parent.getparent()
        assert holder is not None
        holder.replace(parent, parent.makeelement(f"{W}p"))


def _break_lines(paragraph: XmlNode, *, is_alone: bool) -> None:
    """Turn line ends of values into paragraphs where the value stands alone, and into line breaks elsewhere."""
    texts = [node for node in own_texts(paragraph) if "\n" in (node.text or "")]
    if not texts:
        return
    if is_alone:
        place = own_texts(paragraph).index(texts[0])
        for line in [line for line in (texts[0].text or "").split("\n") if line.strip()]:
            clone = copy.deepcopy(paragraph)
            own_texts(clone)[place].text = line.strip()
            paragraph.addprevious(clone)
        _remove(paragraph)
        return
    for node in texts:
        _split(node)


def _split(node: XmlNode) -> None:
    first, *others = (node.text or "").split("\n")
    node.text, place = first, node
    for line in others:
        broken, text = node.makeelement(f"{W}br"), node.makeelement(f"{W}t", {SPACE: "preserve"})
        text.text = line
        place.addnext(broken)
        broken.addnext(text)
        place = text
