"""XML as written: its pieces one by one, so that a few of them can be changed and every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape

from lxml import etree

COMMENT, INSTRUCTION, CDATA, DOCTYPE, OPEN, CLOSE, TEXT = (
    "comment",
    "instruction",
    "cdata",
    "doctype",
    "open",
    "close",
    "text",
)
_PIECE = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<instruction><\?.*?\?>)|(?P<cdata><!\[CDATA\[.*?\]\]>)|(?P<doctype><![^>]*>)"
    r"""|(?P<close></[^>]*>)|(?P<open><(?:[^<>"']|"[^"]*"|'[^']*')*>)|(?P<text>[^<]+)""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAME = re.compile(r"</?\s*([^\s/>]+)")
_ENCODING = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of XML: `kind` is one of the words above; an element without content is `open` and empty."""

    kind: str
    text: str

    @property
    def name(self) -> str:
        """Return the local name of a tag."""
        found = _NAME.match(self.text)
        return found[1].rpartition(":")[2] if found else ""

    @property
    def is_empty(self) -> bool:
        """Whether a tag opens and closes its element at once."""
        return self.kind == OPEN and self.text.endswith("/>")

    def opened(self) -> tuple[Piece, str]:
        """Return the tag of an empty element as one that contents may follow, and what ends the element."""
        name = _NAME.match(self.text)[1]  # type: ignore[index]
        return Piece(OPEN, f"{self.text.removesuffix('/>').rstrip()}>"), f"</{name}>"

    def attributes(self) -> dict[str, str]:
        """Return the attributes of a tag by their names as written."""
        if self.kind != OPEN:
            return {}
        return {name: unescape(one or other) for name, one, other in _ATTRIBUTE.findall(self.text)}


def read_pieces(content: bytes) -> list[Piece] | None:
    """Return the pieces of an XML file, which joined again are its text; None when it is not well-formed UTF-8."""
    declared = _ENCODING.search(content[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"ascii", b"us-ascii"):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(content, parser)
        text = content.decode("utf-8")
    except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError):
        return None
    return [Piece(match.lastgroup or TEXT, match[0]) for match in _PIECE.finditer(text)]


def join(parts: Iterable[Piece]) -> str:
    """Return the text of pieces."""
    return "".join(part.text for part in parts)


def with_attributes(tag: Piece, values: dict[str, str]) -> Piece:
    """Return a tag with other values for attributes that it has; the values need no escaping."""
    return map_attributes(tag, lambda name, raw: values.get(name, raw))


def map_attributes(tag: Piece, change: Callable[[str, str], str]) -> Piece:
    """Return a tag with each attribute's value, as it is written, replaced by what `change(name, value)` says."""

    def replace(match: re.Match[str]) -> str:
        old = match[2] if match[2] is not None else match[3]
        quote = match[0][-1]
        wanted = change(match[1], old)
        return match[0] if wanted == old else match[0][: -len(old) - 2] + quote + wanted + quote

    return Piece(tag.kind, _ATTRIBUTE.sub(replace, tag.text))
