"""How paragraphs and characters of a Word document look, with its styles and defaults resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element as XmlNode

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TWIPS = 20
BLACK = (0, 0, 0)
_EIGHTHS = 8
_DEFAULT_SIZE = 10.5
#: How much taller than its characters a line of a Chinese font is.
_NATURAL = 1.3

#: Property -> its attributes, as styles and direct formatting add them up.
Properties = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Border:
    """A line above, below or beside something."""

    style: str
    #: Points of its thick line.
    width: float
    space: float
    color: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RunLook:
    """How characters look."""

    font: str
    latin_font: str
    size: float
    is_bold: bool
    is_underlined: bool
    color: tuple[int, int, int]
    #: Points added after each character.
    spacing: float


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """How a paragraph is set; lengths in points."""

    align: str
    left: float
    right: float
    first: float
    before: float
    after: float
    #: Height of a line for characters of a size: exact, or a multiple of the natural height.
    line: float
    is_exact: bool
    borders: Mapping[str, Border]
    starts_page: bool
    keeps_next: bool

    def line_height(self, size: float, pitch: float) -> float:
        """Return the height of a line; on a page with a grid, whole lines of the grid."""
        if self.is_exact:
            return self.line
        natural = size * _NATURAL
        if pitch:
            natural = pitch * max(1, -(-natural // pitch))
        return natural * self.line


@dataclass(slots=True)
class Styles:
    """The styles of a document."""

    defaults_p: Properties = field(default_factory=dict)
    defaults_r: Properties = field(default_factory=dict)
    by_id: dict[str, XmlNode] = field(default_factory=dict)
    default_id: str = ""
    #: Points between two characters of the page's grid, added to each.
    grid_space: float = 0.0

    @classmethod
    def read(cls, root: XmlNode | None) -> Styles:
        """Read `word/styles.xml`; None when the document has none."""
        styles = cls()
        if root is None:
            return styles
        styles.defaults_p = _properties(root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr"))
        styles.defaults_r = _properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for style in root.iterchildren(f"{W}style"):
            styles.by_id[style.get(f"{W}styleId") or ""] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                styles.default_id = style.get(f"{W}styleId") or ""
        return styles

    def paragraph(self, node: XmlNode) -> ParagraphLook:
        """Return how a paragraph is set."""
        own = node.find(f"{W}pPr")
        merged = _merged(self.defaults_p, *self._chain(_style_of(own, "pStyle") or self.default_id, "pPr"))
        return _paragraph_look(_merged(merged, _properties(own)), self.run(node, None), self.grid_space)

    def run(self, paragraph: XmlNode, run: XmlNode | None) -> RunLook:
        """Return how the characters of a run look, or those of the paragraph when there is no run."""
        style = _style_of(paragraph.find(f"{W}pPr"), "pStyle") or self.default_id
        own = run.find(f"{W}rPr") if run is not None else None
        layers = [*self._chain(style, "rPr"), *self._chain(_style_of(own, "rStyle"), "rPr"), _properties(own)]
        return _run_look(_merged(self.defaults_r, *layers), self.grid_space)

    def _chain(self, style_id: str, part: str) -> Iterator[Properties]:
        """Yield the properties of a style and of those it is based on, the basis first."""
        nodes: list[XmlNode] = []
        while style_id in self.by_id and self.by_id[style_id] not in nodes:
            nodes.append(self.by_id[style_id])
            basis = nodes[-1].find(f"{W}basedOn")
            style_id = (basis.get(f"{W}val") or "") if basis is not None else ""
        yield from (_properties(node.find(f"{W}{part}")) for node in reversed(nodes))


def attributes_of(node: XmlNode) -> dict[str, str]:
    """Return the attributes of an element without their namespace."""
    return {str(key).removeprefix(W): str(value) for key, value in node.items()}


def make_border(values: Mapping[str, str]) -> Border | None:
    """Return a border, or None where none is drawn."""
    if values.get("val") in (None, "nil", "none"):
        return None
    return Border(
        style=values["val"],
        width=number(values.get("sz"), 4) / _EIGHTHS,
        space=number(values.get("space"), 0),
        color=_color(values.get("color")),
    )


def number(text: str | None, default: float) -> float:
    """Return a number of the file, or the default where it says nothing useful."""
    try:
        return float(text) if text else default
    except ValueError:
        return default


def points(text: str | None, default: float = 0.0) -> float:
    """Return a length that is written in twentieths of a point."""
    return number(text, default * TWIPS) / TWIPS


def _style_of(properties: XmlNode | None, tag: str) -> str:
    node = properties.find(f"{W}{tag}") if properties is not None else None
    return (node.get(f"{W}val") or "") if node is not None else ""


def _properties(node: XmlNode | None) -> Properties:
    if node is None:
        return {}
    found = {str(child.tag).removeprefix(W): attributes_of(child) for child in node}
    borders = node.find(f"{W}pBdr")
    if borders is not None:
        found |= {f"border.{str(side.tag).removeprefix(W)}": attributes_of(side) for side in borders}
    return found


def _merged(*layers: Properties) -> Properties:
    merged: Properties = {}
    for layer in layers:
        for name, attributes in layer.items():
            merged[name] = {**merged.get(name, {}), **attributes}
    return merged


def _is_on(properties: Properties, name: str) -> bool:
    return name in properties and properties[name].get("val", "1") not in ("0", "false", "off", "none")


def _run_look(properties: Properties, grid_space: float) -> RunLook:
    fonts = properties.get("rFonts", {})
    return RunLook(
        font=fonts.get("eastAsia", ""),
        latin_font=fonts.get("ascii", fonts.get("eastAsia", "")),
        size=number(properties.get("sz", {}).get("val"), _DEFAULT_SIZE * 2) / 2,
        is_bold=_is_on(properties, "b"),
        is_underlined=_is_on(properties, "u"),
        color=_color(properties.get("color", {}).get("val")),
        spacing=points(properties.get("spacing", {}).get("val")) + grid_space,
    )


def _paragraph_look(properties: Properties, run: RunLook, grid_space: float) -> ParagraphLook:
    spacing, indent = properties.get("spacing", {}), properties.get("ind", {})
    is_exact = spacing.get("lineRule") in ("exact", "atLeast")
    one = run.size + grid_space
    hanging = _indent(indent, "hanging", one)
    sides = {name.removeprefix("border."): entry for name, entry in properties.items() if name.startswith("border.")}
    borders = {side: make_border(entry) for side, entry in sides.items()}
    return ParagraphLook(
        align=properties.get("jc", {}).get("val", "both"),
        left=_indent(indent, "left", one) or _indent(indent, "start", one),
        right=_indent(indent, "right", one) or _indent(indent, "end", one),
        first=-hanging if hanging else _indent(indent, "firstLine", one),
        before=points(spacing.get("before")),
        after=points(spacing.get("after")),
        line=points(spacing.get("line")) if is_exact else number(spacing.get("line"), 240) / 240,
        is_exact=is_exact,
        borders={side: border for side, border in borders.items() if border is not None},
        starts_page=_is_on(properties, "pageBreakBefore"),
        keeps_next=_is_on(properties, "keepNext"),
    )


def _indent(indent: Mapping[str, str], name: str, one: float) -> float:
    """Return an indent; characters come before points, as in Word."""
    characters = number(indent.get(f"{name}Chars"), 0)
    return characters / 100 * one if characters else points(indent.get(name))


def _color(text: str | None) -> tuple[int, int, int]:
    if text is None or len(text) != 6:
        return BLACK
    try:
        return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)
    except ValueError:
        return BLACK
