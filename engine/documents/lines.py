"""Breaking a paragraph into lines, as Chinese is set: no mark at the wrong end of a line, both edges straight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.documents.content import LINE_END, PAGE_END, Paragraph, Picture, Run
from engine.documents.fonts import Fonts, face_of
from engine.documents.looks import RunLook

NOT_FIRST = frozenset("。，、；：？！）》〉」』】〕〗”’…—·％%℃,.;:?!)]}>")
NOT_LAST = frozenset("（《〈「『【〔〖“‘([{<￥$#№")
#: Marks that fill half of their square, so that a line may be squeezed at them.
_SQUEEZED = frozenset("。，、；：！？（）《》〈〉「」『』【】〔〕")
#: Stands for a character that no font has.
UNKNOWN = "〓"
#: Short names in quotes, words of titles and of offices' names, the longer first: GB/T 9704 lets no line of a title
#: end inside one.
_TITLE_WORDS = re.compile(
    "“[^“”]{1,8}”|"
    "街道办事处|管理委员会|人民政府|主管部门|领导小组|平面图形|信息技术|告知书|通知书|信息化|服务业|集聚区|标志物|管委会|"
    "委员会|办公室|办事处|工业|信息|技术|软件|服务|产业|名城|名园|使用|称号|申请|申报|评估|评审|启动|工作|创建|授予|"
    "公示|公告|通知|通报|决定|处理|审核|意见|批复|整改|责令|撤销|退出|年度|结论|情况|目录|产品|创新|优秀|案例|国际|合作|"
    "中国|关于|同意|作出|试点|示范|文件"
)
_TAB = 2.0
_INSIDE_WORDS = ".-_/@:%+"
#: Digests and addresses are cut, so that they fit on any line.
_LONGEST_WORD = 20
_TOLERANCE = 0.6


@dataclass(frozen=True, slots=True)
class Atom:
    """What is never broken: a Chinese character, a word, a space, a picture or the end of a line."""

    text: str
    width: float
    look: RunLook
    face: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring atoms of one look, placed in their line."""

    text: str
    x: float
    width: float
    look: RunLook
    face: str
    #: Points added after each character.
    spacing: float
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line, ready to be placed."""

    pieces: tuple[Piece, ...]
    #: Size of its largest characters.
    size: float
    #: Height of its highest picture.
    picture_height: float
    ends_page: bool = False


def set_lines(paragraph: Paragraph, width: float, fonts: Fonts) -> tuple[Line, ...]:
    """Return the lines of a paragraph; x is counted from the left edge of its column."""
    is_title = paragraph.look.align == "center"
    atoms = list(_atoms(paragraph.runs, fonts, _title_words if is_title else _words))
    lines: list[Line] = []
    inset = _balance(paragraph, atoms, width) if is_title else 0.0
    start = 0
    while start < len(atoms) or not lines:
        indent, room = _column(paragraph, width, is_first=not lines)
        end, following = _break(atoms, start, room - inset)
        last = atoms[following - 1].text if following > start else ""
        chosen = [atom for atom in atoms[start:end] if atom.text not in (LINE_END, PAGE_END)]
        is_last = following >= len(atoms) or last in (LINE_END, PAGE_END)
        lines.append(_line(paragraph, chosen, (indent, room), is_last=is_last, ends_page=last == PAGE_END))
        start = following
    return tuple(lines)


def _column(paragraph: Paragraph, width: float, *, is_first: bool) -> tuple[float, float]:
    """Return where a line begins and how long it may be."""
    look = paragraph.look
    indent = look.left + (look.first if is_first else 0.0)
    return indent, width - indent - look.right


def _balance(paragraph: Paragraph, atoms: Sequence[Atom], width: float) -> float:
    """Return how much shorter the lines of a centred text may be without needing more of them.

    A title ends neither in a single character nor in the middle of nothing: its lines are about equally long.
    """
    room = _column(paragraph, width, is_first=False)[1]
    wanted, inset = _count(atoms, room), 0.0
    step = paragraph.base.size / 2
    while wanted > 1 and inset + step < room / 2 and _count(atoms, room - inset - step) == wanted:
        inset += step
    return inset


def _count(atoms: Sequence[Atom], room: float) -> int:
    start, lines = 0, 0
    while start < len(atoms):
        start, lines = _break(atoms, start, room)[1], lines + 1
    return lines


def _atoms(runs: Sequence[Run], fonts: Fonts, words: Callable[[str], Iterator[str]]) -> Iterator[Atom]:
    for run in runs:
        if run.picture is not None:
            yield Atom("", run.picture.width, run.look, face_of(run.look.font), run.picture)
            continue
        for text in words(run.text):
            yield from _letters(text, run.look, fonts)


def _title_words(text: str) -> Iterator[str]:
    start = 0
    for found in _TITLE_WORDS.finditer(text):
        yield from _words(text[start : found.start()])
        yield found[0]
        start = found.end()
    yield from _words(text[start:])


def _words(text: str) -> Iterator[str]:
    """Yield words of Latin letters and digits whole, everything else character by character."""
    word = ""
    for character in text:
        is_inside = character.isascii() and (character.isalnum() or (word != "" and character in _INSIDE_WORDS))
        if is_inside and len(word) < _LONGEST_WORD:
            word += character
            continue
        if word:
            yield word
        word = character if is_inside else ""
        if not is_inside:
            yield character
    if word:
        yield word


def _letters(text: str, look: RunLook, fonts: Fonts) -> Iterator[Atom]:
    if text in (LINE_END, PAGE_END):
        yield Atom(text, 0.0, look, face_of(look.font))
        return
    if text == "\t":
        yield Atom("", look.size * _TAB, look, face_of(look.font))
        return
    face = face_of(look.latin_font if text.isascii() else look.font)
    found = fonts.find(face, text[0])
    if found is None or any(fonts.width(found, one) is None for one in text):
        text, found = UNKNOWN * len(text), fonts.find(face, UNKNOWN) or face
    width = sum((fonts.width(found, one) or 1.0) * look.size + look.spacing for one in text)
    yield Atom(text, width, look, found)


def _break(atoms: Sequence[Atom], start: int, room: float) -> tuple[int, int]:
    """Return where the line ends and where the next one begins; a space at the break belongs to neither."""
    used, end = 0.0, start
    while end < len(atoms):
        if atoms[end].text in (LINE_END, PAGE_END):
            return end + 1, end + 1
        used += atoms[end].width
        if used > room + _TOLERANCE and atoms[end].text != " " and end > start:
            return _step_back(atoms, start, end, used - room)
        end += 1
    return end, end


def _step_back(atoms: Sequence[Atom], start: int, over: int, excess: float) -> tuple[int, int]:
    """Choose the break before or after the atom that does not fit."""
    marks = sum(1 for atom in atoms[start : over + 1] if atom.text in _SQUEEZED)
    if atoms[over].text in NOT_FIRST and excess <= marks * atoms[over].look.size / 2:
        following = over + 1
        if following >= len(atoms) or atoms[following].text not in NOT_FIRST:
            return following, following
    end = over
    while end > start + 1 and not _may_break(atoms[end - 1], atoms[end]):
        end -= 1
    if end == start + 1 and not _may_break(atoms[start], atoms[end]):
        end = over
    last = end
    while last > start + 1 and atoms[last - 1].text == " ":
        last -= 1
    return last, end


def _may_break(before: Atom, after: Atom) -> bool:
    return before.text not in NOT_LAST and after.text not in NOT_FIRST


def _line(
    paragraph: Paragraph, atoms: Sequence[Atom], place: tuple[float, float], *, is_last: bool, ends_page: bool
) -> Line:
    indent, room = place
    used = sum(atom.width for atom in atoms) - (atoms[-1].look.spacing if atoms and atoms[-1].text else 0)
    slack, extra, x = room - used, 0.0, indent
    letters = sum(max(len(atom.text), 1) for atom in atoms)
    is_filled = paragraph.look.align in ("both", "distribute") and (not is_last or slack < 0)
    if is_filled and letters > 1:
        extra = slack / (letters - 1)
    elif paragraph.look.align in ("right", "end"):
        x += slack
    elif paragraph.look.align == "center":
        x += slack / 2
    pieces = tuple(_pieces(atoms, x, extra))
    sizes = [atom.look.size for atom in atoms] or [paragraph.base.size]
    heights = [atom.picture.height for atom in atoms if atom.picture]
    return Line(pieces, max(sizes), max(heights, default=0.0), ends_page)


def _pieces(atoms: Sequence[Atom], x: float, extra: float) -> Iterator[Piece]:
    group: list[Atom] = []
    for atom in (*atoms, None):
        is_same = atom and group and (atom.look, atom.face) == (group[0].look, group[0].face)
        if group and not (is_same and atom and atom.text and group[-1].text):
            text = "".join(one.text for one in group)
            width = sum(one.width + extra * max(len(one.text), 1) for one in group)
            first = group[0]
            yield Piece(text, x, width, first.look, first.face, first.look.spacing + extra, first.picture)
            x += width
            group = []
        if atom:
            group.append(atom)
