"""From characters to tokens, one at a time, because which names there are depends on where one stands."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.language.errors import FeelSyntaxError

#: Characters outside the basic plane (emoji and rare ideographs) may be part of names, too.
_ASTRAL = "\U00010000-\U000effff"
_IDENTIFIER = rf"(?:[^\W\d]|[{_ASTRAL}])(?:[\w'·]|[{_ASTRAL}])*"
_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<text>"(?:\\.|[^"\\])*")'
    r"|(?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},:.@?])"
    rf"|(?P<name>{_IDENTIFIER})",
    re.DOTALL,
)
_SIMPLE_NAME = re.compile(_IDENTIFIER)
_NAME_PARTS = re.compile(r"\w+|[^\w\s]")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
#: What a Chinese keyboard types, and what FEEL wants instead.
_FULL_WIDTH = dict(zip("“”‘’（），：；＋－＊／＝＜＞！？【】｛｝。", '""""(),:;+-*/=<>!?[]{}.', strict=True))


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: `kind` is number, text, sign, name or end."""

    kind: str
    value: str
    start: int
    end: int


def next_token(text: str, position: int) -> Token:
    """Return the token at or after `position`.

    Raises:
        FeelSyntaxError: no token starts there.
    """
    start = _SPACE.match(text, position).end()  # type: ignore[union-attr]
    if start == len(text):
        return Token("end", "", start, start)
    match = _TOKEN.match(text, start)
    if match is None or match.lastgroup is None or text.startswith("/*", start):
        raise FeelSyntaxError(_complaint(text, start), start)
    return Token(match.lastgroup, match[0], start, match.end())


def _complaint(text: str, start: int) -> str:
    """Say why no token starts there."""
    character = text[start]
    if character == '"':
        return "这里的引号没有配对的结束引号。"
    if text.startswith("/*", start):
        return "这里的注释没有以 */ 结束。"
    if character in _FULL_WIDTH:
        return f"“{character}”是全角符号，请改用半角的 {_FULL_WIDTH[character]}。"
    if character in "'`":
        return '文字请用英文双引号 " 括起来。'
    return f"表达式中不能使用字符“{character}”。"


def text_value(token: Token) -> str:
    """Return what a quoted text stands for.

    Raises:
        FeelSyntaxError: an escape names half a character.
    """

    def unescape(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) > 1:
            return chr(min(int(escape[1:], 16), 0x10FFFF))
        return _ESCAPES.get(escape, match[0])

    value = _ESCAPE.sub(unescape, token.value[1:-1])
    try:
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise FeelSyntaxError("文字中的 \\u 转义只写了半个字符。", token.start) from error


@functools.lru_cache(maxsize=8192)
def name_pattern(name: str) -> re.Pattern[str] | None:
    """Return how a name that is not one word is written, None for a plain word."""
    if _SIMPLE_NAME.fullmatch(name):
        return None
    pieces: list[str] = []
    end = 0
    for part in _NAME_PARTS.finditer(name):
        if pieces:
            pieces.append(r"\s+" if part.start() > end and _between_words(name, end, part.start()) else r"\s*")
        pieces.append(re.escape(part[0]))
        end = part.end()
    return re.compile("".join(pieces) + (r"(?!\w)" if name[-1:].isalnum() else "")) if pieces else None


def _between_words(name: str, left: int, right: int) -> bool:
    """Tell whether the gap separates two words, so that at least one space must stand there."""
    return name[left - 1].isalnum() and name[right].isalnum()


class KnownNames:
    """Names of more than one word that may be met at this place, found by longest match."""

    __slots__ = ("_by_first_word", "_declared")

    def __init__(self, names: Iterable[str]) -> None:
        """Know these names from the start."""
        self._declared: set[str] = set()
        self._by_first_word: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more name from here on."""
        pattern = name_pattern(name)
        if pattern is None or name in self._declared:
            return
        self._declared.add(name)
        first = _SIMPLE_NAME.match(name)
        if first:
            self._by_first_word.setdefault(first[0], []).append((pattern, name))

    def at(self, token: Token, text: str) -> tuple[str, int] | None:
        """Return the longest known name that starts with this word, and where it ends."""
        best: tuple[str, int] | None = None
        for pattern, name in self._by_first_word.get(token.value, ()):
            match = pattern.match(text, token.start)
            if match and (best is None or match.end() > best[1]):
                best = (name, match.end())
        return best
