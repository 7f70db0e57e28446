"""The values of a comparison, and how changes of named things become sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: What, before, after; "" where there was or is nothing.
Detail = tuple[str, str, str]

#: What a change may be, for people, in the order of the list.
KINDS: Mapping[str, str] = {"added": "新增", "removed": "删除", "changed": "修改", "moved": "位置调整"}
#: The parts of a folder, for people, in the order of the list.
AREAS: Mapping[str, str] = {
    "diagram": "流程图",
    "form": "表单",
    "table": "决策表",
    "windows": "窗口与时限",
    "procedure": "事项基本信息",
    "document": "文书与说明",
    "scenario": "推演用例",
}
#: Characters of a value that a sentence repeats.
_LONGEST = 60
#: Details that a sentence names.
_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is different."""

    #: added, removed, changed or moved.
    kind: str
    #: Key of `AREAS`.
    area: str
    #: Path inside the folder.
    file: str
    #: Element, field, row or key; "" for the file itself.
    element: str = ""
    #: What people call it.
    name: str = ""
    #: One Chinese sentence.
    sentence: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that is different, in the order of the list."""

    changes: tuple[Change, ...]

    def of(self, area: str) -> tuple[Change, ...]:
        """Return the changes of one part of the folder."""
        return tuple(change for change in self.changes if change.area == area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something with a name and properties, in one of the two editions."""

    #: The sort of thing: 用户任务, 字段 …
    sort: str
    name: str
    #: What people call a property -> its value as text.
    properties: Mapping[str, str]
    #: Where it belongs, said behind “新增…”.
    place: str = ""

    @property
    def title(self) -> str:
        """Sort and name."""
        return f"{self.sort}“{self.name}”"


def compare_things(old: Mapping[str, Thing], new: Mapping[str, Thing], *, area: str, file: str) -> Iterator[Change]:
    """Yield what was added, removed and changed among things that have ids."""
    for key in (*new, *(key for key in old if key not in new)):
        before, after = old.get(key), new.get(key)
        if before is None and after is not None:
            yield _whole("added", area, file, key, after)
        elif after is None and before is not None:
            yield _whole("removed", area, file, key, before)
        elif before is not None and after is not None:
            details = tuple(differences(before.properties, after.properties))
            if details:
                yield Change(
                    kind="changed",
                    area=area,
                    file=file,
                    element=key,
                    name=after.name,
                    sentence=changed_sentence(f"“{before.name}”", details),
                    details=details,
                )


def _whole(kind: str, area: str, file: str, key: str, thing: Thing) -> Change:
    sentence = f"{KINDS[kind]}{thing.title}{thing.place}。"
    values = [(what, value) for what, value in thing.properties.items() if value and what != "名称"]
    details = tuple((what, "", value) if kind == "added" else (what, value, "") for what, value in values)
    return Change(kind=kind, area=area, file=file, element=key, name=thing.name, sentence=sentence, details=details)


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Detail]:
    """Yield every property that is different."""
    for what in dict.fromkeys((*old, *new)):
        before, after = old.get(what, ""), new.get(what, "")
        if before != after:
            yield what, before, after


def changed_sentence(name: str, details: Sequence[Detail]) -> str:
    """Say what became of a thing: in full when one property changed, else by naming the properties."""
    if len(details) == 1:
        return one_sentence(name, details[0])
    listed = "、".join(what for what, _, _ in details[:_NAMED])
    more = f"等 {len(details)} 处" if len(details) > _NAMED else ""
    return f"{name}的{listed}{more}有修改。"


def one_sentence(name: str, detail: Detail) -> str:
    """Say what became of one property."""
    what, before, after = detail
    if what == "名称":
        return f"{name}改名为“{brief(after)}”。"
    if not before:
        return f"{name}加上了{what}：{brief(after)}。"
    if not after:
        return f"{name}去掉了{what}（原为 {brief(before)}）。"
    return f"{name}的{what}由 {brief(before)} 改为 {brief(after)}。"


def brief(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
