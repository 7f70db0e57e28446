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


def replace_word(content: bytes, old: str, new: str, is_meant: Meant) -> tuple[bytes, int]:
    """Return the file with a word replaced wherever it is meant, and how often; unchanged when it cannot be read.

    Raises:
        BadRequest: it is written in a way that cannot be changed safely.
    """
    try:
        text = content.decode("utf-8")
        words = list(_words(yaml.compose(text, yaml.SafeLoader), ()))
    except (UnicodeDecodeError, yaml.YAMLError, ValueError):
        return content, 0
    meant = [index for index, (path, is_key, node) in enumerate(words) if node.value == old and is_meant(path, is_key)]
    changed = text
    for index in sorted(meant, key=lambda one: -words[one][2].start_mark.index):
        node = words[index][2]
        changed = changed[: node.start_mark.index] + _spelt(node, new) + changed[node.end_mark.index :]
    wanted = [new if index in meant else node.value for index, (_, _, node) in enumerate(words)]
    if meant and [node.value for _, _, node in _words(yaml.compose(changed, yaml.SafeLoader), ())] != wanted:
        raise BadRequest("文件里这一处的写法无法自动修改，请下载文件后用文本编辑器修改。")
    return (changed.encode(), len(meant)) if meant else (content, 0)


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


def _spelt(node: yaml.ScalarNode, word: str) -> str:
    """Return a word in the quotes that another one had."""
    quote = node.style if node.style in ("'", '"') else ""
    return f"{quote}{word}{quote}" if quote else spell_key(word)
