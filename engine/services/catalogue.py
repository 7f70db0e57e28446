"""What the editors of a draft ask the engine: what there is to refer to, whether an expression is right, a layout."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.access import Action, may
from engine.drawing import draw
from engine.editions import readable_draft
from engine.errors import BadRequest, DefinitionRefused, NotAllowed, NotFound
from engine.folders import clauses
from engine.folders.catalogue import (
    Catalogue,
    DiagramEntry,
    StepEntry,
    diagrams_in,
    is_diagram,
    list_parts,
    steps_in,
)
from engine.folders.clauses import SourceDocument
from engine.language import FeelError, compile_expression, compile_unary_tests
from engine.layout import arrange
from engine.runtime.diagram import MAIN_FILE
from engine.runtime.dialects import placeholders
from engine.runtime.values import FACTS
from engine.store import drafts
from engine.system import System
from engine.views import Actor

LONGEST_TEXT = 20_000
MOST_NAMES = 5000
_LINE = re.compile(r"([^\W\d]\w*)\s*=(?!=)\s*(.+)")
_KINDS = ("expression", "unary", "script", "parameter")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueView:
    """What the parts of a draft may refer to."""

    parts: Catalogue
    #: The source documents with their clauses.
    sources: tuple[SourceDocument, ...]
    #: Names of the templates that all procedures share.
    shared_templates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeelProblem:
    """Why an expression cannot be used."""

    message: str
    #: Character where it stands, from 0; None when it is about no single place.
    position: int | None


def read_catalogue(system: System, actor: Actor, draft_id: int) -> CatalogueView:
    """Return what the parts of a draft may refer to, as it is saved.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    files = _read_files(system, actor, draft_id)
    shared = system.settings.bpmn / "documents"
    return CatalogueView(
        parts=list_parts(files),
        sources=_sources(system.settings.bpmn / clauses.FILE),
        shared_templates=tuple(sorted(path.name for path in shared.glob("*.*"))) if shared.is_dir() else (),
    )


def list_diagrams(system: System, actor: Actor, draft_id: int) -> tuple[DiagramEntry, ...]:
    """Return the diagrams of a draft, the main one first; one that cannot be read has its file's name.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    files = _read_files(system, actor, draft_id)
    named = {entry.file: entry for entry in diagrams_in(files)}
    found = [named.get(file) or DiagramEntry(file=file, process_id="", name=file) for file in files if is_diagram(file)]
    return tuple(sorted(found, key=lambda entry: (entry.file != MAIN_FILE, entry.file)))


def list_steps(system: System, actor: Actor, draft_id: int, file: str) -> tuple[StepEntry, ...]:
    """Return the steps of a diagram in the order of its file; none when it cannot be read.

    Raises:
        NotFound: no such draft or diagram, or it is not the actor's.
    """
    return tuple(steps_in(_read_diagram(system, actor, draft_id, file), file))


def draw_diagram(system: System, actor: Actor, draft_id: int, file: str) -> str:
    """Return a diagram of a draft as SVG.

    Raises:
        NotFound: no such draft or diagram, or it is not the actor's.
        DefinitionRefused: it cannot be drawn.
    """
    return draw(_read_diagram(system, actor, draft_id, file))


def arrange_diagram(system: System, actor: Actor, draft_id: int, xml: str) -> str:
    """Return a diagram laid out anew: lanes as bands, the main way from left to right.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        DefinitionRefused: it is not BPMN.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
    return arrange(xml.encode(), is_awaited=True).decode()


def check_feel(actor: Actor, text: str, kind: str, names: Collection[str]) -> FeelProblem | None:
    """Return what is wrong with an expression, or None.

    Args:
        actor: who asks.
        text: the expression; the lines of a script; a parameter, which is FEEL behind `=` and otherwise a text with
            `{FEEL}` in it.
        kind: `expression`, `unary`, `script` or `parameter`.
        names: what it may use, with or without paths; the facts of the engine may always be used.

    Raises:
        NotAllowed: the actor changes no procedures.
        BadRequest: the question is too long, or of no such kind.
    """
    if not may(actor, Action.READ_STUDIO):
        raise NotAllowed("流程工作室由流程负责人使用。")
    if kind not in _KINDS or len(text) > LONGEST_TEXT or len(names) > MOST_NAMES:
        raise BadRequest
    known = FACTS | {name.partition(".")[0] for name in names}
    for start, feel in _expressions(text, kind):
        if problem := _fault(feel, kind, known):
            position = None if problem.position is None else start + problem.position
            return FeelProblem(message=problem.message, position=position)
        known |= _assigned(text, kind)
    return _fault_of_lines(text) if kind == "script" else None


def _read_files(system: System, actor: Actor, draft_id: int) -> dict[str, bytes]:
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        return drafts.read_contents(connection, draft_id)


def _read_diagram(system: System, actor: Actor, draft_id: int, file: str) -> bytes:
    files = _read_files(system, actor, draft_id)
    if file not in files or not is_diagram(file):
        raise NotFound("草稿里没有这张流程图，它可能已被删除或改名。", path=file)
    return files[file]


def _fault(feel: str, kind: str, known: frozenset[str]) -> FeelProblem | None:
    try:
        expression = (compile_unary_tests if kind == "unary" else compile_expression)(feel, known)
    except FeelError as error:
        return FeelProblem(message=error.message, position=error.position)
    for name in sorted(expression.names - known - {"?"}):
        message = f"没有“{name}”这个名称：没有表单字段、脚本或系统事实提供它。"
        return FeelProblem(message=message, position=max(feel.find(name), 0))
    return None


def _expressions(text: str, kind: str) -> Iterator[tuple[int, str]]:
    """Yield the expressions of a text with where each begins."""
    if kind == "script":
        for match in re.finditer(rf"^[^\S\n]*{_LINE.pattern}", text, re.MULTILINE):
            if not match[0].lstrip().startswith("//"):
                yield match.start(2), match[2]
    elif kind == "parameter" and not text.lstrip().startswith("="):
        for feel in placeholders(text):
            yield max(text.find(feel), 0), feel
    elif kind == "parameter":
        yield text.index("=") + 1, text.partition("=")[2]
    else:
        yield 0, text


def _assigned(text: str, kind: str) -> frozenset[str]:
    """Return the variables that a script sets; its later lines may read them."""
    lines = (_LINE.fullmatch(line.strip()) for line in text.splitlines()) if kind == "script" else ()
    return frozenset(match[1] for match in lines if match)


def _fault_of_lines(text: str) -> FeelProblem | None:
    for line in (line.strip() for line in text.splitlines()):
        if line and not line.startswith("//") and not _LINE.fullmatch(line):
            return FeelProblem(message=f"“{line[:60]}”应写成 变量名 = 表达式。", position=max(text.find(line), 0))
    return None


def _sources(path: Path) -> tuple[SourceDocument, ...]:
    return _read_sources(path, path.stat().st_mtime_ns) if path.is_file() else ()


@lru_cache(maxsize=4)
def _read_sources(path: Path, changed_at: int) -> tuple[SourceDocument, ...]:
    try:
        return clauses.read_clauses(path.read_bytes())
    except DefinitionRefused:
        # What is wrong with the file is told by `guicheng clauses`; an editor goes on without it.
        return ()
