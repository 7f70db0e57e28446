"""Diagrams and decision tables in which a variable gets another name; every other byte stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from engine.folders.fields.found import Found
from engine.folders.fields.words import CELL, FEEL, LITERAL, NAME, SCRIPT, Renamed
from engine.folders.markup import CDATA, CLOSE, OPEN, TEXT, Piece, join, map_attributes, read_pieces
from engine.runtime.moments import is_literal

#: Elements of a diagram whose text is an expression, or a name.
_TEXTS = {
    **dict.fromkeys(("conditionExpression", "condition", "completionCondition", "loopCondition"), FEEL),
    **dict.fromkeys(("loopCardinality", "loopDataInputRef", "timeDate", "timeDuration", "timeCycle"), FEEL),
    **dict.fromkeys(("loopDataOutputRef", "dataInputRefs", "dataOutputRefs"), NAME),
}
#: Attributes of a diagram that are an expression or a name: element, or "" for any, and attribute -> kind.
_ATTRIBUTES = {
    ("multiInstanceLoopCharacteristics", "collection"): FEEL,
    ("parameter", "value"): FEEL,
    ("", "resultVariable"): NAME,
    ("", "errorCodeVariable"): NAME,
    ("", "escalationCodeVariable"): NAME,
    ("outputDataItem", "id"): NAME,
    ("outputDataItem", "name"): NAME,
    ("dataInput", "id"): NAME,
    ("dataOutput", "id"): NAME,
}
#: Elements of a decision table whose `text` is an expression.
_TABLE_TEXTS = {
    **dict.fromkeys(("inputExpression", "outputEntry", "literalExpression", "defaultOutputEntry"), FEEL),
    "inputEntry": CELL,
}
_CDATA = ("<![CDATA[", "]]>")


@dataclass(slots=True)
class _Walk:
    """The way through a file: which elements are open."""

    found: Found
    opened: list[Piece] = field(default_factory=list)

    def take(self, piece: Piece) -> Piece:
        """Return what becomes of a piece, and go on."""
        if piece.kind == CLOSE:
            self.opened.pop()
        elif piece.kind == OPEN:
            changed = map_attributes(piece, lambda name, raw: self.attribute(piece, name, raw))
            if not piece.is_empty:
                self.opened.append(piece)
            return changed
        elif piece.kind in (TEXT, CDATA) and self.opened and piece.text.strip():
            return self._text(piece)
        return piece

    def attribute(self, tag: Piece, name: str, raw: str) -> str:
        """Return an attribute's value as it should be written."""
        raise NotImplementedError

    def kind_of(self, value: str) -> str:
        """Return what the text inside the innermost element is, or ""."""
        raise NotImplementedError

    def where(self, tag: Piece | None = None) -> str:
        """Return what people call the innermost thing that has a name."""
        inside = [*self.opened, *([tag] if tag else [])]
        names = (part.attributes().get("name") for part in reversed(inside) if part.name not in _UNNAMED)
        return " ".join(next((name for name in names if name), "").split())

    def _text(self, piece: Piece) -> Piece:
        is_section = piece.kind == CDATA
        raw = piece.text[len(_CDATA[0]) : -len(_CDATA[1])] if is_section else piece.text
        value = raw if is_section else unescape(raw)
        kind = self.kind_of(value)
        if not kind:
            return piece
        changed = self.found.reword(raw, value, kind, self.where())
        return Piece(piece.kind, f"{_CDATA[0]}{changed}{_CDATA[1]}" if is_section else changed)


#: Elements whose name is not what people call the place.
_UNNAMED = frozenset({"inputParameter", "outputDataItem", "property", "definitions"})


@dataclass(slots=True)
class _DiagramWalk(_Walk):
    #: Whether the variable is one of this diagram.
    is_here: bool = True
    #: Id of a call activity -> whether the variable is one of the diagram it leads into.
    into: Mapping[str, bool] = field(default_factory=dict)

    def attribute(self, tag: Piece, name: str, raw: str) -> str:
        plain = name.rpartition(":")[2]
        if tag.name in ("in", "out") and plain in ("source", "sourceExpression", "target"):
            is_ours = self._is_ours(tag.name, is_target=plain == "target")
            kind = (NAME if plain == "target" else FEEL) if is_ours else ""
        else:
            kind = (_ATTRIBUTES.get((tag.name, plain)) or _ATTRIBUTES.get(("", plain), "")) if self.is_here else ""
        return self.found.reword(raw, unescape(raw), kind, self.where(tag)) if kind else raw

    def _is_ours(self, way: str, *, is_target: bool) -> bool:
        """Whether one side of a mapping is named by the diagram whose variable it is."""
        calls = (part.attributes().get("id", "") for part in reversed(self.opened) if part.name == "callActivity")
        is_inside = (way == "in") == is_target
        return self.into.get(next(calls, ""), False) if is_inside else self.is_here

    def kind_of(self, value: str) -> str:
        if not self.is_here:
            return ""
        name = self.opened[-1].name
        if name == "inputParameter":
            return FEEL if value.strip().startswith("=") else LITERAL
        if name == "script":
            holder = self.opened[-2].attributes() if len(self.opened) > 1 else {}
            return FEEL if any(one.endswith(":resultVariable") for one in holder) else SCRIPT
        return "" if name.startswith("time") and is_literal(value.strip()) else _TEXTS.get(name, "")


@dataclass(slots=True)
class _TableWalk(_Walk):
    def attribute(self, tag: Piece, name: str, raw: str) -> str:
        is_variable = tag.name == "variable" and bool(self.opened) and self.opened[-1].name == "inputData"
        if name != "name" or not (is_variable or tag.name == "inputData"):
            return raw
        return self.found.reword(raw, unescape(raw), NAME, self.where())

    def kind_of(self, value: str) -> str:
        names = [part.name for part in self.opened[-2:]]
        return _TABLE_TEXTS.get(names[0], "") if len(names) > 1 and names[1] == "text" else ""


def rename_in_diagram(
    content: bytes, renamed: Renamed, *, is_here: bool, into: Mapping[str, bool]
) -> tuple[bytes, Found]:
    """Return a diagram with the variable renamed.

    Args:
        content: the file.
        renamed: the variable.
        is_here: whether it is a variable of this diagram.
        into: id of a call activity -> whether it is a variable of the diagram that is called.
    """
    found = Found(renamed)
    return _walked(content, _DiagramWalk(found, is_here=is_here, into=into)), found


def rename_in_tables(content: bytes, renamed: Renamed) -> tuple[bytes, Found]:
    """Return a file of decision tables with the variable renamed; one that gives the name a meaning itself stays."""
    found = Found(renamed)
    if _is_own_name(content, renamed.old):
        found.unsure.append("")
        return content, found
    return _walked(content, _TableWalk(found)), found


def _is_own_name(content: bytes, name: str) -> bool:
    """Whether a decision, a parameter or an entry of the file is called so."""
    holder = ""
    for piece in read_pieces(content) or []:
        is_input = piece.name == "inputData" or (piece.name == "variable" and holder == "inputData")
        if piece.kind == OPEN and piece.attributes().get("name") == name and not is_input:
            return True
        holder = piece.name if piece.kind == OPEN and not piece.is_empty else holder
    return False


def _walked(content: bytes, walk: _Walk) -> bytes:
    if walk.found.renamed.old.encode() not in content:
        return content
    pieces = read_pieces(content)
    if pieces is None:
        walk.found.unsure.append("")
        return content
    return join([walk.take(piece) for piece in pieces]).encode()
