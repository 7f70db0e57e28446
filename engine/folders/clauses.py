"""`bpmn/clauses.yaml`: the clauses of the source documents, and what in the procedures carries them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.errors import DefinitionRefused, Problem
from engine.folders.documents import Section, read_document
from engine.folders.folder import Folder
from forms import Component

FILE = "clauses.yaml"
SOURCE = "source"
_MARKS = {"依据": SOURCE, "解释": "reading", "平台默认": "platform"}
_NUMERALS = "一二三四五六七八九十"
#: A bracket that is a part of a place: numerals, digits, and what joins them.
_SUB = rf"（[{_NUMERALS}\d、至]+）"
_PROSE = re.compile(rf"（(?![{_NUMERALS}\d、至]+）)[^（）]*）")
_PLACE = re.compile(
    rf"(?<![^\s、，；与和及至》）])(第[{_NUMERALS}]+章|附件(?=序号\d)|附件(?:\s?[{_NUMERALS}](?![^\s、，；（与和及至]))?|注|[{_NUMERALS}]{{1,3}})"
    rf"((?:{_SUB})*)(?=$|[\s、，；（与和及至\d]|序号\d)"
)
_RANGE = re.compile(rf"(?<![^\s、，；])([{_NUMERALS}])至([{_NUMERALS}])(?=$|[\s、，；])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of a source document."""

    document: str
    #: Where it stands, e.g. 二（一）.
    place: str
    #: What it says, in one line.
    says: str
    #: Ids of the procedures that carry it out.
    procedures: tuple[str, ...]
    #: Why no procedure carries it out, or "".
    why: str

    @property
    def is_executed(self) -> bool:
        """Whether some procedure has to carry it out."""
        return not self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """One document with its clauses."""

    id: str
    title: str
    #: How a 依据 may call it, longest first.
    names: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What one step, window, rule or field of a procedure rests on."""

    procedure: str
    #: Id of the element, or of what else cites.
    place: str
    name: str
    #: source, reading, platform or ""
    mark: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How the clauses and the procedures fit together."""

    #: Clause and procedure that should carry it out and does not.
    uncovered: tuple[tuple[Clause, str], ...]
    #: Clauses whose procedures are not there.
    unbuilt: tuple[tuple[Clause, str], ...]
    #: What claims to follow from a source and names no clause of any.
    unfounded: tuple[Citation, ...]
    #: Clause -> what carries it out.
    carried_out: Mapping[Clause, tuple[Citation, ...]]


def read_clauses(content: bytes) -> tuple[SourceDocument, ...]:
    """Read the file.

    Raises:
        DefinitionRefused: with every problem found.
    """
    problems: list[Problem] = []
    document = read_document(content, FILE, problems)
    found = tuple(_read_source(entry) for entry in document.listed_sections("documents"))
    document.finish()
    if problems:
        raise DefinitionRefused(tuple(problems))
    return found


def _read_source(entry: Section) -> SourceDocument:
    document_id = entry.text("id")
    source = SourceDocument(
        id=document_id,
        title=entry.text("title"),
        names=tuple(sorted(entry.texts("names"), key=len, reverse=True)),
        clauses=tuple(_read_clause(document_id, one) for one in entry.listed_sections("clauses")),
    )
    entry.finish()
    return source


def _read_clause(document_id: str, entry: Section) -> Clause:
    is_executed = entry.flag("executed", default=True)
    clause = Clause(
        document=document_id,
        place=entry.text("place"),
        says=entry.text("says"),
        procedures=entry.texts("procedures", required=is_executed),
        why=entry.text("why", required=not is_executed),
    )
    entry.finish()
    return clause


def cited(sources: Iterable[SourceDocument], basis: str) -> frozenset[tuple[str, str]]:
    """Return (document id, place) of every clause that a 依据 names.

    Args:
        sources: the known documents.
        basis: e.g. `工信厅信发函〔2023〕278号 二（一）、三（三）；解读 五（形式审查）`.
    """
    names = {name: source.id for source in sources for name in source.names}
    if not names:
        return frozenset()
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    found = list(pattern.finditer(basis))
    ends = [*(match.start() for match in found[1:]), len(basis)][: len(found)]
    return frozenset(
        (names[match[0]], place)
        for match, end in zip(found, ends, strict=True)
        for place in _places(basis[match.end() : end])
    )


def _places(text: str) -> Iterator[str]:
    text = _RANGE.sub(lambda match: "、".join(_between(match[1], match[2])), _PROSE.sub("", text))
    for match in _PLACE.finditer(text):
        head, subs = match[1], re.findall(_SUB, match[2])
        if not subs:
            yield head
        for sub in subs:
            for number in _numbers(sub[1:-1]):
                yield f"{head}（{number}）"


def _numbers(text: str) -> Iterator[str]:
    for part in text.split("、"):
        first, _, last = part.partition("至")
        yield from _between(first, last) if last else (part,)


def _between(first: str, last: str) -> Iterator[str]:
    if first.isdigit() and last.isdigit():
        yield from map(str, range(int(first), int(last) + 1))
    elif first in _NUMERALS and last in _NUMERALS:
        yield from _NUMERALS[_NUMERALS.index(first) : _NUMERALS.index(last) + 1]


def citations(folder: Folder) -> Iterator[Citation]:
    """Yield what every step, window, time limit, precondition and field of a procedure rests on."""
    for place, name, mark, basis in (*_of_diagram(folder), *_of_rules(folder), *_of_forms(folder)):
        yield Citation(procedure=folder.procedure.id, place=place, name=name, mark=mark, basis=basis)


#: Place, name, mark and basis.
_Found = tuple[str, str, str, str]


def _of_diagram(folder: Folder) -> Iterator[_Found]:
    for element in folder.definition.elements.values():
        yield element.id, element.name, _MARKS.get(element.mark, ""), element.basis


def _of_rules(folder: Folder) -> Iterator[_Found]:
    for rule in folder.procedure.eligibility:
        yield rule.id, rule.label, rule.mark, rule.basis
    for window in folder.windows.values():
        yield window.id, window.name, window.mark, window.basis
    for limit in folder.time_limits.values():
        yield limit.element, "办理时限", limit.mark, limit.basis


def _of_forms(folder: Folder) -> Iterator[_Found]:
    for form in folder.forms.values():
        for part in _parts(form.components):
            if part.basis:
                yield f"{form.key}.{part.key or part.id}", part.label, part.mark, part.basis


def _parts(components: Iterable[Component]) -> Iterator[Component]:
    for part in components:
        yield part
        yield from _parts(part.components)


def cover(sources: Iterable[SourceDocument], folders: Iterable[Folder]) -> Coverage:
    """Compare the clauses with what the procedures cite.

    A clause is carried out by a citation of itself or of a part of it; citing a whole chapter carries out none of
    its clauses by name.
    """
    sources = tuple(sources)
    known = {folder.procedure.id: list(citations(folder)) for folder in folders}
    read = {citation: cited(sources, citation.basis) for found in known.values() for citation in found}
    clauses = [clause for source in sources for clause in source.clauses]
    carried_out = {
        clause: tuple(citation for citation, places in read.items() if _names(clause, places)) for clause in clauses
    }
    wanted = [(clause, name) for clause in clauses if clause.is_executed for name in clause.procedures]
    return Coverage(
        uncovered=tuple(
            (clause, name)
            for clause, name in wanted
            if name in known and name not in {citation.procedure for citation in carried_out[clause]}
        ),
        unbuilt=tuple((clause, name) for clause, name in wanted if name not in known),
        unfounded=tuple(citation for citation, places in read.items() if citation.mark == SOURCE and not places),
        carried_out=carried_out,
    )


def _names(clause: Clause, places: frozenset[tuple[str, str]]) -> bool:
    return any(
        document == clause.document and (place == clause.place or place.startswith(f"{clause.place}（"))
        for document, place in places
    )
