"""What came of one file: its new text, where it was changed, and where nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.folders.fields.words import Renamed, Unsure

_MOST_NAMED = 4


@dataclass(slots=True)
class Found:
    """Collects the changes of one file while it is walked through."""

    renamed: Renamed
    #: Where it was changed, once per change, by the names that people know.
    changed: list[str] = field(default_factory=list)
    #: Where the word stands and was left alone.
    unsure: list[str] = field(default_factory=list)

    def reword(self, raw: str, value: str, kind: str, where: str) -> str:
        """Return a text as it should be written; what cannot be told is noted and stays."""
        if self.renamed.old not in value:
            return raw
        try:
            text, count = self.renamed.reword(raw, value, kind)
        except Unsure:
            self.unsure.append(where)
            return raw
        self.changed += [where] * count
        return text

    def sentences(self, path: str, what: str) -> tuple[list[str], list[str]]:
        """Return what was changed and what was left, each as a sentence, or nothing."""
        changed = [f"{path}：{_named(self.changed)}{what}，{len(self.changed)} 处"] if self.changed else []
        old = self.renamed.old
        where = f"{path} 的{named}" if (named := _named(self.unsure)) else f"{path} "
        left = [f"{where}里还有 {old}，系统不能断定是不是指它"] if self.unsure else []
        return changed, left


def _named(places: list[str]) -> str:
    names = [name for name in dict.fromkeys(places) if name]
    more = " 等" if len(names) > _MOST_NAMED else ""
    return f"{'、'.join(f'“{name}”' for name in names[:_MOST_NAMED])}{more}" if names else ""
