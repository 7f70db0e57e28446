"""Decision tables: rows that hit together, rows that never hit, cases that no row answers, cells of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from engine.language import nodes
from engine.language.nodes import Node
from engine.lint.branching import same
from engine.lint.columns import Column, NotUnderstood, column_of
from engine.lint.decision_tables import SINGLE, Table, bare, read_tables
from engine.lint.findings import Finding, Severity
from engine.lint.kind_tables import ANY, BOOLEAN, DATE, NUMBER, STRING, path_of
from engine.lint.kinds import Kinds, check_test
from engine.lint.subject import Subject, found_in
from engine.lint.vocabulary import Vocabulary

_TYPES = {"number": NUMBER, "string": STRING, "boolean": BOOLEAN, "date": DATE}
#: Rows of a table that are compared with each other.
MOST_ROWS = 200
#: Overlaps that are named of one table.
_NAMED = 10
#: Combinations that are tried out when looking for a case without an answer.
_MOST_TRIED = 20_000
#: A rectangle of cases: one set of pieces for each column.
Box = tuple[frozenset[int], ...]


def check_tables(subject: Subject, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what is wrong with the tables of a folder."""
    for table in read_tables(subject.files):
        yield from _check_kinds(table, vocabulary)
        if len(table.rows) > MOST_ROWS:
            continue
        columns = [_column(table, place, vocabulary) for place in range(len(table.columns))]
        understood = [column for column in columns if column is not None]
        if len(understood) == len(columns) and columns:
            yield from _check_rows(Grid(table, tuple(understood)))


def _column(table: Table, place: int, vocabulary: Vocabulary) -> Column | None:
    expression = bare(table.node.inputs[place].expression)
    known: frozenset[str] | None = None
    if isinstance(expression, nodes.Name):
        known = vocabulary.choices.get(expression.name)
    try:
        cells = [rule.tests[place] for rule in table.node.rules]
        return column_of(cells, known, is_count=_is_count(expression))
    except NotUnderstood:
        return None


def _is_count(expression: Node) -> bool:
    return isinstance(expression, nodes.Call) and path_of(expression.function) in {"count", "string length"}


def _check_kinds(table: Table, vocabulary: Vocabulary) -> Iterator[Finding]:
    for place, clause in enumerate(table.node.inputs):
        expression, type_name = bare(clause.expression), getattr(getattr(clause.expression, "type", None), "name", "")
        kinds = Kinds(vocabulary.kinds, vocabulary.choices)
        kind = kinds.of(expression)
        known = _TYPES.get(type_name, ANY) if kind == ANY else kind
        stand_in: Node = expression if kind != ANY else nodes.Name(0, table.headings[place])
        for number, rule in enumerate(table.node.rules, start=1):
            inside = Kinds({**vocabulary.kinds, table.headings[place]: known}, vocabulary.choices)
            for test in rule.tests[place].tests:
                check_test(inside, stand_in, test)
            for fault in dict.fromkeys(inside.faults):
                message = f"第 {number} 行“{table.headings[place]}”一格：{fault}"
                yield found_in("types", table.file, table.rows[number - 1], message, table.decision)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose cells were all understood."""

    table: Table
    columns: tuple[Column, ...]

    @property
    def boxes(self) -> list[Box]:
        """The cases that each row hits."""
        rows = range(len(self.table.rows))
        return [tuple(column.cells[row] for column in self.columns) for row in rows]

    def example(self, pieces: Sequence[int]) -> str:
        """Return a case in words; what may be anything is left out."""
        parts = zip(self.table.headings, self.columns, pieces, strict=True)
        return "，".join(f"{heading}{column.word(piece)}" for heading, column, piece in parts)

    def finding(self, rule: str, row: int, message: str) -> Finding:
        """Return a finding about a row."""
        return found_in(rule, self.table.file, self.table.rows[row], message, self.table.decision)


def _check_rows(grid: Grid) -> Iterator[Finding]:
    policy, boxes = grid.table.policy, grid.boxes
    for row, box in enumerate(boxes):
        if not all(box):
            heading = next(name for name, cell in zip(grid.table.headings, box, strict=True) if not cell)
            yield grid.finding(
                "row_never_hits", row, f"第 {row + 1} 行“{heading}”一格没有一个值能符合，这一行永远不会命中。"
            )
        elif policy == "FIRST" and row and uncovered(box, boxes[:row]) is None:
            message = f"第 {row + 1} 行能命中的情形，前面的行都已命中，这一行永远轮不到；请调整次序或删除。"
            yield grid.finding("row_never_hits", row, message)
    if policy in {"UNIQUE", "ANY"}:
        yield from _check_overlaps(grid, boxes)
    if policy in SINGLE and not any(output.default for output in grid.table.node.outputs):
        yield from _check_gap(grid, boxes)


def _check_overlaps(grid: Grid, boxes: Sequence[Box]) -> Iterator[Finding]:
    found = 0
    for first, second in combinations(range(len(boxes)), 2):
        shared = [one & other for one, other in zip(boxes[first], boxes[second], strict=True)]
        if found < _NAMED and all(shared) and not _agree(grid.table, first, second):
            found += 1
            example = grid.example([min(pieces) for pieces in shared])
            rule = "只允许一行（UNIQUE）" if grid.table.policy == "UNIQUE" else "要求结果相同（ANY）"
            both = f"第 {first + 1} 行和第 {second + 1} 行会同时命中（例如{example}）"
            message = f"{both}，而命中策略{rule}；请改其中一行的条件。"
            finding = grid.finding("rows_overlap", second, message)
            # Columns over the same value may exclude what looks possible column by column.
            yield finding if _are_independent(grid.table) else replace(finding, severity=Severity.WARNING)


def _agree(table: Table, first: int, second: int) -> bool:
    rules = table.node.rules
    pairs = zip(rules[first].results, rules[second].results, strict=True)
    return table.policy == "ANY" and all(same(one, other) for one, other in pairs)


def _are_independent(table: Table) -> bool:
    """Say whether every column asks another name, so that every combination of values is possible."""
    expressions = [bare(clause.expression) for clause in table.node.inputs]
    names = {one.name for one in expressions if isinstance(one, nodes.Name)}
    return len(names) == len(expressions)


def _check_gap(grid: Grid, boxes: Sequence[Box]) -> Iterator[Finding]:
    whole = tuple(frozenset(column.known) for column in grid.columns)
    missing = uncovered(whole, boxes)
    if missing is not None and all(whole):
        where = grid.example(missing)
        message = f"有的情形没有一行命中（例如{where}），这时结论为空；请补一行，或给结论设默认值。"
        yield found_in("no_row_hits", grid.table.file, grid.table.decision_id, message, grid.table.decision)


def uncovered(box: Box, others: Sequence[Box]) -> tuple[int, ...] | None:
    """Return a case inside a box that none of the others holds; None when there is none, or it takes too long."""
    known: dict[tuple[int, frozenset[int]], tuple[int, ...] | None] = {}

    def look(place: int, rows: frozenset[int]) -> tuple[int, ...] | None:
        if not rows:
            return tuple(min(one) for one in box[place:])
        if place == len(box) or len(known) > _MOST_TRIED:
            return None
        key = (place, rows)
        if key not in known:
            known[key] = None
            for piece in sorted(box[place]):
                rest = look(place + 1, frozenset(row for row in rows if piece in others[row][place]))
                if rest is not None:
                    known[key] = (piece, *rest)
                    break
        return known[key]

    return look(0, frozenset(range(len(others))))
