"""Templates in which a variable gets another name: only placeholders change, everything else stays as it was made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from lxml.etree import _Element as XmlNode

from engine.documents.parts import close_parts, open_parts, parse_xml, write_xml
from engine.documents.pieces import PLACEHOLDER, clean_text
from engine.documents.word import W, filled_parts, own_texts, put

#: Returns where an expression means the variable.
Places = Callable[[str], Sequence[int]]

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELLS = re.compile(r"xl/(sharedStrings|worksheets/[^/]+)\.xml")
_HEAD = re.compile(r"(for\s+\w+\s+in|if)\s+(?!.*\b(return|then)\b)", re.DOTALL)
#: What word processors make of quotes and blanks, character by character.
_PLAIN = str.maketrans("“”\u00a0\u3000", '""  ')


def reword_template(content: bytes, old: str, new: str, places: Places) -> tuple[bytes, int]:
    """Return a Word or Excel template with the variable renamed in its placeholders, and how often.

    Args:
        content: a template that `read_template` accepted.
        old: the name.
        new: what it should be.
        places: tells where an expression means it.
    """
    parts, count = open_parts(content), 0
    for name in sorted({*filled_parts(parts), *filter(_CELLS.fullmatch, parts)}):
        root = parse_xml(parts[name])
        changed = sum(_reword_texts(texts, (old, new), places) for texts in _groups(root))
        if changed:
            parts[name] = write_xml(root)
            count += changed
    return (close_parts(parts), count) if count else (content, 0)


def _groups(root: XmlNode) -> Iterator[list[XmlNode]]:
    """Yield the texts that are read as one: those of a paragraph, or of a cell."""
    yield from (own_texts(paragraph) for paragraph in root.iter(f"{W}p"))
    yield from (list(cell.iter(f"{_S}t")) for cell in root.iter(f"{_S}si", f"{_S}is"))


def _reword_texts(texts: list[XmlNode], words: tuple[str, str], places: Places) -> int:
    old, new = words
    whole = "".join(node.text or "" for node in texts)
    found = [
        match.start(1) + place
        for match in PLACEHOLDER.finditer(whole)
        if old in match[1]
        for place in _places_in(match[1], places)
    ]
    for place in sorted(found, reverse=True):
        put(texts, place, place + len(old), new)
    return len(found)


def _places_in(text: str, places: Places) -> Iterator[int]:
    """Yield where a placeholder means the variable; the head of a row or paragraph is no part of its expression."""
    plain = text.translate(_PLAIN) if '"' not in text else text
    blank = len(plain) - len(plain.lstrip())
    head = _HEAD.match(clean_text(text)) and _HEAD.match(plain, blank)
    start = head.end() if head else 0
    yield from (start + place for place in places(plain[start:]))
