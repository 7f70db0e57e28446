"""Single words of an owner's YAML, given another spelling where they stand; every other byte stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import yaml

from engine.errors import BadRequest
from engine.folders.spelling import spell_key

#: Names in mappings and positions in lists, from the top; the last one may be the word itself, as a key.
Path = tuple[str | int, ...]
#: Whether a word is meant: its path, and whether it stands there as the key.
Meant = Callable[[Path, bool], bool]
#: Gives a text as it should be written and as it should be read: its path, whether it is a key, and the same of now.
Change = Callable[[Path, bool, str, str], tuple[str, str]]


def replace_word(content: bytes, old: str, new: str, is_meant: Meant) -> tuple[bytes, int]:
    """Return the file with a word replaced wherever it is meant, and how often; unchanged when it cannot be read.

    Raises:
        BadRequest: it is written in a way that cannot be changed safely.
    """
    count = 0

    def change(path: Path, is_key: bool, written: str, word: str) -> tuple[str, str]:
        nonlocal count
        if word != old or not is_meant(path, is_key):
            return written, word
        count += 1
        return spell_like(written, new), new

    return reword(content, change), count


def reword(content: bytes, change: Change) -> bytes:
    """Return the file with its words and texts as `change` says; unchanged when it cannot be read.

    Raises:
        BadRequest: what was written reads otherwise than it should.
    """
    try:
        text = content.decode("utf-8")
        words = list(_words(yaml.compose(text, yaml.SafeLoader), ()))
    except (UnicodeDecodeError, yaml.YAMLError, ValueError):
        return content
    changed, wanted = text, [node.value for _, _, node in words]
    for index, (path, is_key, node) in sorted(enumerate(words), key=lambda one: -one[1][2].start_mark.index):
        start, end = node.start_mark.index, node.end_mark.index
        spelt, wanted[index] = change(path, is_key, text[start:end], node.value)
        changed = changed[:start] + spelt + changed[end:]
    if changed == text:
        return content
    if [node.value for _, _, node in _words(yaml.compose(changed, yaml.SafeLoader), ())] != wanted:
        raise BadRequest("文件里这一处的写法无法自动修改，请下载文件后用文本编辑器修改。")
    return changed.encode()


def words_of(content: bytes) -> Iterator[tuple[Path, bool, str]]:
    """Yield every word of a file: its path, whether it is a key, and what it is read as; nothing of a broken one."""
    try:
        root = yaml.compose(content.decode("utf-8"), yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError, ValueError):
        return
    yield from ((path, is_key, node.value) for path, is_key, node in _words(root, ()))


def spell_like(written: str, word: str) -> str:
    """Return a word in the quotes that another one had."""
    quote = written[:1] if written[:1] in ("'", '"') else ""
    return f"{quote}{word}{quote}" if quote else spell_key(word)


def _words(node: yaml.Node | None, path: Path) -> Iterator[tuple[Path, bool, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, False, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield (*path, key.value), True, key
                yield from _words(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _words(value, (*path, index))
