"""Ids in diagrams: an element's, and those that are made from it, changed where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.errors import BadRequest
from engine.folders.markup import OPEN, TEXT, Piece, join, read_pieces, with_attributes

#: Attributes and elements of BPMN that say an id.
_ATTRIBUTES = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement", "activityRef")
_ELEMENTS = frozenset({"flowNodeRef", "incoming", "outgoing", "sourceRef", "targetRef", "source", "target"})
_STEPS = ("Task", "task", "Event", "Gateway", "subProcess", "callActivity", "transaction")
#: Parameters of operations that name a lane.
_LANES_IN_CALLS = frozenset({"to", "by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnIds:
    """What a new id brings with it in the diagrams."""

    files: Mapping[str, bytes]
    #: What changes besides the element itself, as Chinese sentences.
    changes: tuple[str, ...]
    is_lane: bool


def rename_drawn(files: Mapping[str, bytes], old: str, new: str, *, diagram: str) -> DrawnIds:
    """Return the diagrams in which an element, or a lane of the same id, is called by its new id.

    Raises:
        BadRequest: the diagram does not have it, has the new id already, or cannot be read as text.
    """
    if not diagram:
        return DrawnIds(files={}, changes=(), is_lane=False)
    parts = _read(files, diagram)
    kind = next((part.name for part in parts if part.attributes().get("id") == old), "")
    if not kind:
        raise BadRequest(f"这张图里没有编号为“{old}”的元素，请刷新页面再改。")
    if kind != "lane":
        _refuse_taken(files, diagram, set(_made_from(parts, old, new).values()))
        return DrawnIds(files={diagram: _renamed(parts, old, new)}, changes=(), is_lane=False)
    others = [path for path in sorted(files) if path.endswith(".bpmn") and path != diagram and _draws(files[path], old)]
    changed = {path: _renamed(_read(files, path), old, new) for path in (diagram, *others)}
    return DrawnIds(files=changed, changes=tuple(f"{path}：同一条泳道" for path in others), is_lane=True)


def _read(files: Mapping[str, bytes], path: str) -> list[Piece]:
    parts = read_pieces(files.get(path, b""))
    if parts is None:
        raise BadRequest(f"{path} 不是完好的 UTF-8 文件，不能自动改编号，请用原来的工具修改。")
    return parts


def _draws(content: bytes, word: str) -> bool:
    """Whether a diagram has the lane, or names it in a call."""
    if word.encode() not in content:
        return False
    return any(one is not other for one, other in _pairs(read_pieces(content) or [], {word: f"{word}_"}))


def _renamed(parts: list[Piece], old: str, new: str) -> bytes:
    ids = _made_from(parts, old, new)
    taken = {part.attributes().get("id") for part in parts} - ids.keys()
    for wanted in ids.values():
        if wanted in taken:
            raise BadRequest(f"图里已有编号“{wanted}”，没有改动。")
    return join(after for _, after in _pairs(parts, ids)).encode()


def _refuse_taken(files: Mapping[str, bytes], diagram: str, wanted: set[str]) -> None:
    """Refuse an id of another diagram: all diagrams of a procedure run as one."""
    for path in sorted(files):
        if path.endswith(".bpmn") and path != diagram and any(word.encode() in files[path] for word in wanted):
            taken = wanted & {part.attributes().get("id", "") for part in read_pieces(files[path]) or []}
            if taken:
                raise BadRequest(f"流程图 {path} 里已有编号“{min(taken)}”，没有改动；一个事项的各张图里编号不能相同。")


def _made_from(parts: list[Piece], old: str, new: str) -> dict[str, str]:
    """Return the new id of the element and of what is called after it: answers of a gateway, timers, pictures."""
    ids = {old: new}
    for part in parts:
        given = part.attributes()
        own, drawn = given.get("id", ""), given.get("bpmnElement", "")
        if own.startswith(f"{old}__") and not part.name.endswith(_STEPS):
            ids[own] = new + own.removeprefix(old)
        elif drawn in ids and own.startswith(drawn):
            ids[own] = ids[drawn] + own.removeprefix(drawn)
    return ids


def _pairs(parts: list[Piece], ids: Mapping[str, str]) -> Iterator[tuple[Piece, Piece]]:
    """Yield every piece, and what becomes of it."""
    opened = Piece(TEXT, "")
    for part in parts:
        after = part
        if part.kind == OPEN:
            given = part.attributes()
            wanted = {name: ids[given[name]] for name in _ATTRIBUTES if given.get(name) in ids}
            after = with_attributes(part, wanted) if wanted else part
        elif part.kind == TEXT and _says_an_id(opened) and part.text.strip() in ids:
            word = part.text.strip()
            after = Piece(TEXT, part.text.replace(word, ids[word]))
        yield part, after
        opened = part


def _says_an_id(tag: Piece) -> bool:
    is_call = tag.name == "inputParameter" and tag.attributes().get("name") in _LANES_IN_CALLS
    return tag.kind == OPEN and (tag.name in _ELEMENTS or is_call)
