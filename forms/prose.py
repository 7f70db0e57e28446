"""The little Markdown of explanations inside a form: paragraphs, headings, **bold**, lists, links to https.

Anything else that Markdown could do (images, HTML, other link schemes) is refused when the form is read, so that a page
has nothing to sanitise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from forms.errors import ValueRefused

_LINK: Final = re.compile(r"\[([^\[\]]{1,200})\]\(([^()\s]{1,1000})\)")
_OTHER_LINK: Final = re.compile(r"\]\((?!https://)")
_SPAN: Final = re.compile(r"\*\*([^*]+)\*\*|" + _LINK.pattern)
_BULLET: Final = re.compile(r"[-*] +(.*)")
_NUMBER: Final = re.compile(r"\d{1,3}[.、] *(.*)")
_HEADING: Final = re.compile(r"#{1,4} +(.*)")
_TAG: Final = re.compile(r"<[A-Za-z/!?]")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one look."""

    text: str
    is_bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or list. A paragraph has one line per line typed; a list one per item."""

    #: paragraph, heading, bullets or numbers
    kind: str
    lines: tuple[tuple[Span, ...], ...]


def read_prose(text: str) -> tuple[Block, ...]:
    """Return the blocks of an explanation.

    Raises:
        ValueRefused: it uses HTML, images, templates, or a link that is not https.
    """
    if _TAG.search(text):
        raise ValueRefused("说明文字不能使用 HTML 标签，请改用文字、**加粗**、列表或链接。")
    if "![" in text or "{{" in text:
        raise ValueRefused("说明文字不能插入图片或模板变量。")
    if _OTHER_LINK.search(text):
        raise ValueRefused("说明文字里的链接必须以 https:// 开头。")
    groups: list[tuple[str, list[tuple[Span, ...]]]] = []
    previous = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        kind, content = _read_line(line.strip())
        if kind and (kind != previous or kind == "heading"):
            groups.append((kind, []))
        if kind:
            groups[-1][1].append(_read_spans(content))
        previous = kind
    return tuple(Block(kind, tuple(lines)) for kind, lines in groups)


def _read_line(line: str) -> tuple[str, str]:
    for kind, pattern in (("heading", _HEADING), ("bullets", _BULLET), ("numbers", _NUMBER)):
        if found := pattern.fullmatch(line):
            return kind, found[1]
    return ("paragraph" if line else ""), line


def _read_spans(line: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    position = 0
    for found in _SPAN.finditer(line):
        if found.start() > position:
            spans.append(Span(line[position : found.start()]))
        bold, label, link = found.groups()
        spans.append(Span(bold, is_bold=True) if bold else Span(label, link=link))
        position = found.end()
    if position < len(line):
        spans.append(Span(line[position:]))
    return tuple(spans)
