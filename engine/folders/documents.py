"""Owners' YAML, read strictly: every value has a line, nothing is expanded, nothing is guessed.

A document is plain mappings, lists and scalars. Anchors, aliases and tags are refused, because a few bytes of them can
grow into gigabytes; a repeated or unknown key is refused, because it is a typing mistake that would be ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from engine.errors import DefinitionRefused, Problem

LONGEST_DOCUMENT = 256 * 1024
DEEPEST_DOCUMENT = 16
#: Far more than any owner writes by hand; reading this many still takes well under two seconds.
MOST_EVENTS = 20_000

_TEXT, _INTEGER = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"

#: (month, day)
Day = tuple[int, int]
#: A year that has no 29 February: a yearly date must exist in every year.
_COMMON_YEAR = 2023

#: Words for the kinds of value, as they are asked for in a message.
_KINDS: Mapping[type, str] = {
    str: "文字（数字和日期请加引号）",
    int: "整数",
    bool: "true 或 false",
    list: "列表",
    dict: "“键: 值”的写法",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: file, path of keys, line."""

    file: str
    path: tuple[str, ...]
    line: int | None


class Section:
    """A mapping of a document that is taken apart key by key; what is wrong is collected, not raised."""

    def __init__(self, content: Mapping[str, Any], place: Place, problems: list[Problem], lines: _Lines) -> None:
        """Start with nothing taken."""
        self.content = content
        self.place = place
        self.problems = problems
        self._lines = lines
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Return whether the key is written."""
        return key in self.content

    def line(self, key: str = "") -> int | None:
        """Return the line of a key, or of the section."""
        return self._lines.get((*self.place.path, key), self.place.line) if key else self.place.line

    def refuse(self, key: str, message: str) -> None:
        """Add a problem at a key of this section, or at the section itself when `key` is empty."""
        path = ".".join((*self.place.path, key) if key else self.place.path)
        self.problems.append(Problem(file=self.place.file, element=path, message=message, line=self.line(key)))

    def take(self, key: str, kind: type, *, required: bool = True) -> Any:
        """Return the value of a key, or None after adding a problem when it is missing or of another kind."""
        self._taken.add(key)
        if key not in self.content or self.content[key] is None:
            if required:
                self.refuse(key, f"缺少 {key}，请补上。")
            return None
        value = self.content[key]
        # A bool is an int to Python, but not to an owner.
        if type(value) is not kind:
            self.refuse(key, f"{key} 应为{_KINDS[kind]}。")
            return None
        return value

    def text(self, key: str, *, required: bool = True, among: Collection[str] = ()) -> str:
        """Return a text without surrounding blanks; "" after adding a problem."""
        value = self.take(key, str, required=required)
        text = value.strip() if value else ""
        if value is not None and required and not text:
            self.refuse(key, f"{key} 不能为空。")
        if text and among and text not in among:
            self.refuse(key, f"{key} 不认识“{text}”，只能是：{'、'.join(among)}。")
            return ""
        return text

    def integer(self, key: str, low: int, high: int) -> int:
        """Return a whole number between two bounds, both included; `low` after adding a problem."""
        value = self.take(key, int)
        if value is not None and not low <= value <= high:
            self.refuse(key, f"{key} 应在 {low} 到 {high} 之间。")
            return low
        return low if value is None else value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self.take(key, bool, required=False)
        return default if value is None else value

    def day(self, key: str) -> Day:
        """Return a day that every year has, written as `{month: 1, day: 31}`."""
        section = self.section(key)
        if section is None:
            return (1, 1)
        month, day = section.integer("month", 1, 12), section.integer("day", 1, 31)
        section.finish()
        try:
            date(_COMMON_YEAR, month, day)
        except ValueError:
            section.refuse("", f"{month}月{day}日不是每年都有，请改为存在的日期。")
            return (month, 1)
        return month, day

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts; empty after adding a problem."""
        values = self.take(key, list, required=required) or []
        if not all(type(value) is str and value.strip() for value in values):
            self.refuse(key, f"{key} 的每一项都应为{_KINDS[str]}，且不能为空。")
            return ()
        return tuple(value.strip() for value in values)

    def section(self, key: str, *, required: bool = True) -> Section | None:
        """Return a mapping inside this one."""
        value = self.take(key, dict, required=required)
        return None if value is None else self._child(value, key)

    def named_sections(self, key: str, *, required: bool = True) -> Iterator[tuple[str, Section]]:
        """Yield name and content of each mapping inside the mapping at `key`."""
        parent = self.section(key, required=required)
        for name in parent.content if parent else ():
            child = parent.section(name) if parent else None
            if child is not None:
                yield name, child

    def listed_sections(self, key: str, *, required: bool = True) -> Iterator[Section]:
        """Yield each mapping of the list at `key`."""
        for index, value in enumerate(self.take(key, list, required=required) or []):
            if type(value) is dict:
                yield self._child(value, key, str(index + 1))
            else:
                self.refuse(key, f"{key} 的第{index + 1}项应为{_KINDS[dict]}。")

    def scalars(self, key: str) -> dict[str, str | int | bool]:
        """Return a mapping of names to texts, whole numbers or true/false; may be missing."""
        parent = self.section(key, required=False)
        values: dict[str, str | int | bool] = {}
        for name, value in parent.content.items() if parent else ():
            if isinstance(value, str | int):
                values[name] = value
            elif parent:
                parent.refuse(name, f"{name} 应为文字、整数、true 或 false。")
        return values

    def finish(self) -> None:
        """Refuse every key that nobody took."""
        for key in self.content:
            if key not in self._taken:
                known = "、".join(sorted(self._taken))
                self.refuse(key, f"不认识 {key}，请删去或改正拼写；这里可以写：{known}。")

    def _child(self, content: Mapping[str, Any], *path: str) -> Section:
        full_path = (*self.place.path, *path)
        place = Place(self.place.file, full_path, self._lines.get(full_path, self.place.line))
        return Section(content, place, self.problems, self._lines)


#: The one written in C is ten times as fast, and in every wheel of PyYAML; both read the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Path of keys -> line.
_Lines = dict[tuple[str, ...], int]


def read_document(content: bytes, file: str, problems: list[Problem], *, may_number_keys: bool = False) -> Section:
    """Read one YAML document whose top is a mapping.

    Args:
        content: the file.
        file: its path inside the folder, for messages.
        problems: what is found later in the section is added here.
        may_number_keys: whether a key may be a whole number, as a year is.

    Raises:
        DefinitionRefused: the file cannot be read at all.
    """
    try:
        text = content.decode("utf-8")
        node = _compose(text, len(content), file)
        lines: _Lines = {}
        tags = frozenset({_TEXT, _INTEGER} if may_number_keys else {_TEXT})
        _check_keys(node, (), lines, Keys(file, tags))
        value = yaml.constructor.SafeConstructor().construct_document(node) if node else None
    except UnicodeDecodeError as error:
        raise _refusal(file, "文件不是 UTF-8 编码，请另存为 UTF-8。") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _refusal(file, "不是有效的 YAML，请检查缩进、冒号和引号。", line) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refusal(file, "含有无法读取的字符或日期，请检查。") from error
    if not isinstance(value, dict):
        raise _refusal(file, "文件最外层应为“键: 值”的写法。")
    return Section(value, Place(file, (), None), problems, lines)


def _compose(text: str, size: int, file: str) -> yaml.Node | None:
    try:
        _check_events(text, size, file, _LOADER)
        return yaml.compose(text, _LOADER)
    except yaml.YAMLError:
        # The slow one names the line of a fault more exactly.
        _check_events(text, size, file, yaml.SafeLoader)
        return yaml.compose(text, yaml.SafeLoader)


def _check_events(text: str, size: int, file: str, loader: Any) -> None:
    """Walk the flat stream of events before anything nested is built."""
    if size > LONGEST_DOCUMENT:
        raise _refusal(file, f"文件超过 {LONGEST_DOCUMENT // 1024} KiB，请检查是否放错了文件。")
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, loader)):
        line = event.start_mark.line + 1 if event.start_mark else None
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if number > MOST_EVENTS:
            raise _refusal(file, "内容过多，请检查是否放错了文件。", line)
        if documents > 1:
            raise _refusal(file, "一个文件只能写一份内容，请删去 ---。", line)
        if depth > DEEPEST_DOCUMENT:
            raise _refusal(file, f"嵌套超过 {DEEPEST_DOCUMENT} 层，请检查缩进。", line)
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise _refusal(file, "不能使用 YAML 的锚点（&）、引用（*）和标签（!），请直接写出内容。", line)


@dataclass(frozen=True, slots=True)
class Keys:
    """What may be a key in a file."""

    file: str
    tags: frozenset[str]


def _check_keys(node: yaml.Node | None, path: tuple[str, ...], lines: _Lines, keys: Keys) -> None:
    """Note the line of every path; refuse keys that are no words or are written twice."""
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _check_keys(item, (*path, str(index + 1)), lines, keys)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag not in keys.tags:
                raise _refusal(keys.file, f"键“{getattr(key, 'value', '')}”应为文字，请加引号。", line)
            if (*path, key.value) in lines:
                raise _refusal(keys.file, f"{key.value} 写了两次，请合并或删去一处。", line)
            lines[(*path, key.value)] = line
            _check_keys(value, (*path, key.value), lines, keys)


def _refusal(file: str, message: str, line: int | None = None) -> DefinitionRefused:
    return DefinitionRefused((Problem(file=file, message=message, line=line),))
