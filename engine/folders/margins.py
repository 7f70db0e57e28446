"""What an editor of diagrams drops although nobody changed it, put back: comments, instructions, spellings of text.

Editors read a file into their own model and write that model. Of an element that means the same before and after, the
text of before is kept byte by byte; a comment of an element that changed goes before the element that it preceded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import TypeAlias

from engine.folders.markup import CDATA, CLOSE, COMMENT, INSTRUCTION, OPEN, TEXT, Piece, read_pieces

_BLANKS = re.compile(r"\s+")
_CDATA = re.compile(r"<!\[CDATA\[(.*)\]\]>", re.DOTALL)


@dataclass(slots=True, eq=False)
class _Node:
    """An element, or the whole file, with everything that stands in it."""

    tag: Piece
    inside: list[_Part] = field(default_factory=list)
    close: str = ""
    #: What it means, whatever its spelling.
    meaning: object = None

    def elements(self) -> Iterator[_Node]:
        return (part for part in self.inside if isinstance(part, _Node))

    def write(self) -> str:
        return (
            self.tag.text
            + "".join(one.write() if isinstance(one, _Node) else one.text for one in self.inside)
            + self.close
        )


_Part: TypeAlias = "_Node | Piece"
#: Elements by their id, or by name and position among their like.
_Known: TypeAlias = "dict[object, _Node]"


def keep_margins(before: bytes, after: bytes) -> bytes:
    """Return a diagram as an editor wrote it, with what the editor dropped of the file that it read.

    Args:
        before: the file as the editor read it.
        after: the file as it wrote it; comes back as it is when either is no well-formed UTF-8.
    """
    old, new = read_pieces(before), read_pieces(after)
    if old is None or new is None:
        return after
    old_file, new_file = _read(old), _read(new)
    wanted = _meanings(new_file)
    if _meanings(old_file) == wanted:
        return before
    _keep(old_file, new_file, {key: node for key, node in _all(old_file) if key})
    kept = new_file.write().encode()
    again = read_pieces(kept)
    return kept if again is not None and _meanings(_read(again)) == wanted else after


def _meanings(file: _Node) -> list[object]:
    return [one.meaning for one in file.elements()]


def _read(parts: list[Piece]) -> _Node:
    top = _Node(Piece(TEXT, ""))
    around = [top]
    for part in parts:
        if part.kind == OPEN:
            node = _Node(part)
            around[-1].inside.append(node)
            if part.is_empty:
                node.meaning = _meaning(node)
            else:
                around.append(node)
        elif part.kind == CLOSE:
            node = around.pop()
            node.close = part.text
            node.meaning = _meaning(node)
        else:
            around[-1].inside.append(part)
    return top


def _meaning(node: _Node) -> object:
    """Return what an element means. Editors drop the prefix of an attribute that its element has too."""
    prefix, given = _given(node.tag)
    children = tuple(one.meaning for one in node.elements())
    text = "".join(_text(part) for part in node.inside if isinstance(part, Piece))
    said = _BLANKS.sub("", text) if children or not text.strip() else text
    return prefix, node.tag.name, given, said, children


def _given(tag: Piece) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the prefix of an element and its attributes; namespaces are declared where an editor likes."""
    prefix = re.match(r"<([^\s/>:]+:)?", tag.text)[1] or ""  # type: ignore[index]
    own = ((name, value) for name, value in tag.attributes().items() if not _is_namespace(name))
    return prefix, tuple(sorted((name.removeprefix(prefix), value) for name, value in own))


def _is_namespace(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _namespaces(tag: Piece) -> set[tuple[str, str]]:
    return {(name, value) for name, value in tag.attributes().items() if _is_namespace(name)}


def _text(part: Piece) -> str:
    if part.kind == CDATA:
        return _CDATA.fullmatch(part.text)[1]  # type: ignore[index]
    return unescape(part.text) if part.kind == TEXT else ""


def _all(node: _Node) -> Iterator[tuple[str, _Node]]:
    for one in node.elements():
        yield one.tag.attributes().get("id", ""), one
        yield from _all(one)


def _keyed(node: _Node) -> _Known:
    """Return the elements directly inside one."""
    found: _Known = {}
    numbers: Counter[str] = Counter()
    for one in node.elements():
        numbers[one.tag.name] += 1
        found[one.tag.attributes().get("id") or (one.tag.name, numbers[one.tag.name])] = one
    return found


def _keep(old: _Node, new: _Node, by_id: dict[str, _Node]) -> None:
    """Put what was dropped of one element back, and of everything inside it."""
    before, after = _keyed(old), _keyed(new)
    partners: dict[_Node, _Node] = {}
    for key, node in after.items():
        partner = before.get(key) or (by_id.get(key) if isinstance(key, str) else None)
        if partner is None or partner.tag.name != node.tag.name:
            continue
        partners[partner] = node
        if partner.meaning == node.meaning:
            node.tag, node.inside, node.close = partner.tag, partner.inside, partner.close
        else:
            if _says_the_same(partner.tag, node.tag):
                node.tag = partner.tag
            _keep(partner, node, by_id)
    known = {part.text for part in new.inside if isinstance(part, Piece) and part.kind in (COMMENT, INSTRUCTION)}
    for index, part in enumerate(old.inside):
        if isinstance(part, Piece) and _is_margin(part) and part.text not in known:
            _put_back(old.inside, index, new, partners)


def _says_the_same(old: Piece, new: Piece) -> bool:
    """Whether a tag may be written as it was: nothing of it changed, and nothing new is declared there."""
    is_alike = old.is_empty == new.is_empty and _given(old) == _given(new)
    return is_alike and _namespaces(new) <= _namespaces(old)


def _is_margin(part: Piece) -> bool:
    return part.kind == COMMENT or (part.kind == INSTRUCTION and not part.text.startswith("<?xml "))


def _put_back(old: list[_Part], index: int, new: _Node, partners: dict[_Node, _Node]) -> None:
    """Insert a comment behind the element on whose line it stood, else before the element that it preceded."""
    part = old[index]
    if new.tag.is_empty:
        new.tag, new.close = new.tag.opened()
    gap = old[index - 1] if index and isinstance(old[index - 1], Piece) else Piece(TEXT, "")
    blank = gap.text if isinstance(gap, Piece) and gap.kind == TEXT and not gap.text.strip() else ""
    leader = next((one for one in reversed(old[:index]) if isinstance(one, _Node) or _is_margin(one)), None)
    if "\n" not in blank and isinstance(leader, _Node) and leader in partners:
        place = _index(new.inside, partners[leader]) + 1
        new.inside[place:place] = [Piece(TEXT, blank), part]
        return
    follower = next((one for one in old[index:] if isinstance(one, _Node) and one in partners), None)
    place = _index(new.inside, partners[follower]) if follower else _end(new.inside)
    indent = new.inside[place - 1] if place and follower else Piece(TEXT, _indent(new.inside, blank))
    is_line = isinstance(indent, Piece) and indent.kind == TEXT and "\n" in indent.text
    if follower:
        new.inside[place:place] = [part, Piece(TEXT, indent.text if is_line and isinstance(indent, Piece) else "\n")]
    else:
        new.inside[place:place] = [indent, part]


def _index(parts: list[_Part], wanted: _Node) -> int:
    return next(index for index, part in enumerate(parts) if part is wanted)


def _end(parts: list[_Part]) -> int:
    """Return the place before the blanks that end an element."""
    last = parts[-1] if parts else None
    is_blank = isinstance(last, Piece) and last.kind == TEXT and not last.text.strip()
    return len(parts) - 1 if is_blank else len(parts)


def _indent(parts: list[_Part], blank: str) -> str:
    """Return the blanks before what is added at the end: those of what stands there, or of where it stood."""
    first = parts[0] if parts else None
    is_line = isinstance(first, Piece) and first.kind == TEXT and "\n" in first.text and not first.text.strip()
    return first.text if is_line and isinstance(first, Piece) and len(parts) > 1 else blank
