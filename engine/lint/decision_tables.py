"""The decision tables of a folder, parsed: columns, rows, and how rows are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.language import FeelError
from engine.language.decisions.boxed_nodes import DecisionTable, Fitted
from engine.language.decisions.boxed_reader import child, children, inner_text
from engine.language.decisions.model import read_model as read_decisions
from engine.language.nodes import Node
from engine.runtime.decisions import read_model

#: Policies under which one row answers.
SINGLE = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One decision table."""

    file: str
    decision_id: str
    #: Name of the decision.
    decision: str
    #: Ids of the columns and of the rows.
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    #: What people call the columns.
    headings: tuple[str, ...]
    #: The input expressions as written.
    expressions: tuple[str, ...]
    #: Names of the outputs.
    outputs: tuple[str, ...]
    node: DecisionTable

    @property
    def policy(self) -> str:
        """The hit policy."""
        return self.node.hit_policy

    @property
    def gives_one_value(self) -> bool:
        """Whether it answers with one value of one column."""
        return self.policy in SINGLE and len(self.outputs) == 1

    @property
    def results(self) -> tuple[Node, ...]:
        """The results of the first output, row by row, and its default."""
        given = tuple(bare(rule.results[0]) for rule in self.node.rules)
        default = self.node.outputs[0].default
        return given if default is None else (*given, default)


def bare(node: Node) -> Node:
    """Return an expression without the type that its result is fitted to."""
    while isinstance(node, Fitted):
        node = node.body
    return node


def read_tables(files: Mapping[str, bytes]) -> tuple[Table, ...]:
    """Return every table of `decisions/`; what cannot be read is left out."""
    found: list[Table] = []
    for file, content in sorted(files.items()):
        if file.startswith("decisions/") and file.endswith(".dmn"):
            try:
                found.extend(_read(file, content))
            except FeelError:  # reported by the reader of the folder
                continue
    return tuple(found)


@lru_cache(maxsize=32)
def _read(file: str, content: bytes) -> tuple[Table, ...]:
    return tuple(_tables(file, content))


def _tables(file: str, content: bytes) -> Iterator[Table]:
    model = read_decisions(read_model(content).dmn)
    for part in model.parts.values():
        element = child(part.element, "decisionTable") if part.kind == "decision" else None
        if element is None:
            continue
        node = bare(model.reader.expression(part.element))
        if isinstance(node, DecisionTable):
            inputs = list(children(element, "input"))
            texts = tuple(inner_text(child(one, "inputExpression")) for one in inputs)
            yield Table(
                file=file,
                decision_id=part.id,
                decision=part.name,
                columns=tuple(one.get("id") or "" for one in inputs),
                rows=tuple(one.get("id") or "" for one in children(element, "rule")),
                headings=tuple(one.get("label") or text for one, text in zip(inputs, texts, strict=True)),
                expressions=texts,
                outputs=tuple(one.get("name") or part.name for one in children(element, "output")),
                node=node,
            )
