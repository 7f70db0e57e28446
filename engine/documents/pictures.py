"""The one picture that a document gets from us: a QR code that leads to the page where it can be checked."""

from __future__ import annotations

import io
import posixpath
from typing import TYPE_CHECKING

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.documents.parts import CONTENT_TYPES, parse_xml, write_xml

if TYPE_CHECKING:
    from segno import QRCode

EMU_PER_MILLIMETRE = 36_000
SIDE_MILLIMETRES = 22

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_DRAWING = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{side}" cy="{side}"/>'
    '<wp:docPr id="{number}" name="qr{number}" descr="二维码：扫描后核验本文书"/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{number}" name="qr{number}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing>"
)


def draw_code(text: str) -> bytes:
    """Return a QR code as PNG."""
    buffer = io.BytesIO()
    _code(text).save(buffer, kind="png", scale=4, border=1)
    return buffer.getvalue()


def draw_code_svg(text: str) -> str:
    """Return a QR code as an inline SVG element for pages, without any style attribute."""
    return _code(text).svg_inline(scale=4, border=1, omitsize=False)


def _code(text: str) -> QRCode:
    # Only who draws needs it.
    import segno

    return segno.make(text, error="m", micro=False)


class Pictures:
    """Adds pictures to the parts of a document."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        """Take the parts, which `draw` and `close` change."""
        self._parts = parts
        self._count = 0

    def draw(self, part: str, text: str) -> XmlNode:
        """Return a drawing of a QR code, to be put into a run of this part."""
        self._count += 1
        name, relation = f"word/media/qr{self._count}.png", f"qr{self._count}"
        self._parts[name] = draw_code(text)
        folder, base = posixpath.split(part)
        self._relate(posixpath.join(folder, "_rels", f"{base}.rels"), relation, f"media/qr{self._count}.png")
        side = SIDE_MILLIMETRES * EMU_PER_MILLIMETRE
        return etree.fromstring(_DRAWING.format(side=side, number=9000 + self._count, relation=relation))

    def _relate(self, name: str, relation: str, target: str) -> None:
        empty = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
        root = parse_xml(self._parts.get(name, empty))
        attributes = {"Id": relation, "Type": _IMAGE, "Target": target}
        root.append(root.makeelement(f"{{{_RELATIONS}}}Relationship", attributes))
        self._parts[name] = write_xml(root)

    def close(self) -> None:
        """Declare the type of the pictures, if there are any."""
        root = parse_xml(self._parts[CONTENT_TYPES])
        known = {node.get("Extension") for node in root.iter(f"{_TYPES}Default")}
        if self._count and "png" not in known:
            root.insert(0, root.makeelement(f"{_TYPES}Default", {"Extension": "png", "ContentType": "image/png"}))
            self._parts[CONTENT_TYPES] = write_xml(root)
