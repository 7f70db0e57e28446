"""A column of a decision table, cut into the pieces that its cells tell apart; every cell is a set of pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.language import nodes
from engine.language.nodes import Node, Test, UnaryTests
from engine.lint.kind_tables import path_of

#: What a cell compares with; a day as its ISO text with a mark in front.
Constant = Decimal | str | bool
_DAY = "\0"
_ORDERED = frozenset({"<", "<=", ">", ">="})


class NotUnderstood(Exception):
    """A cell says something else than a comparison with constants."""


@dataclass(frozen=True, slots=True)
class Column:
    """The pieces of a column: of numbers and days, the constants and what lies between them; of others, each value."""

    constants: tuple[Constant, ...]
    is_ordered: bool
    #: Whether values can occur that no cell names.
    is_open: bool
    cells: tuple[frozenset[int], ...]
    #: Whether only whole numbers from zero occur: how many there are of something.
    is_count: bool = False

    @property
    def pieces(self) -> range:
        """All pieces."""
        return range(2 * len(self.constants) + 1 if self.is_ordered else len(self.constants) + self.is_open)

    @property
    def known(self) -> list[int]:
        """The pieces that certainly occur: not the texts that no cell names, not numbers that no count can be."""
        if not self.is_ordered:
            return [piece for piece in self.pieces if piece < len(self.constants)]
        return [piece for piece in self.pieces if not (self.is_count and self._is_between_counts(piece))]

    def _is_between_counts(self, piece: int) -> bool:
        index, is_constant = divmod(piece, 2)
        numbers = [int(one) for one in self.constants if isinstance(one, Decimal)]
        if is_constant or index == len(numbers):
            return False
        return numbers[index] <= 0 if index == 0 else numbers[index] - numbers[index - 1] <= 1

    def word(self, piece: int) -> str:
        """Return what people say of a piece, behind the heading of the column."""
        if not self.constants:
            return "为任意值"
        if not self.is_ordered:
            return f"为{_word(self.constants[piece])}" if piece < len(self.constants) else "为其他值"
        index, is_constant = divmod(piece, 2)
        if is_constant:
            return f"为 {_word(self.constants[index])}"
        if index == 0:
            return f"小于 {_word(self.constants[0])}"
        if index == len(self.constants):
            return f"大于 {_word(self.constants[-1])}"
        return f"在 {_word(self.constants[index - 1])} 与 {_word(self.constants[index])} 之间"


def _word(constant: Constant) -> str:
    if isinstance(constant, bool):
        return "是" if constant else "否"
    return (
        str(constant).removeprefix(_DAY) if isinstance(constant, str) and constant.startswith(_DAY) else str(constant)
    )


def column_of(
    cells: Sequence[UnaryTests], known: Iterable[Constant] | None = None, *, is_count: bool = False
) -> Column:
    """Return a column.

    Args:
        cells: the cells of all rows.
        known: the only values that the column can have, when that is known.
        is_count: whether only whole numbers from zero can occur.

    Raises:
        NotUnderstood: a cell compares with something else than constants of one kind.
    """
    constants = {constant for cell in cells for test in cell.tests for constant in _constants(test)}
    kinds = {"day" if isinstance(one, str) and one.startswith(_DAY) else type(one).__name__ for one in constants}
    if len(kinds) > 1:
        raise NotUnderstood
    is_ordered = kinds <= {"day", "Decimal"} and bool(kinds)
    if kinds == {"bool"}:
        constants |= {True, False}
    is_open = kinds != {"bool"} and known is None
    if known is not None and not is_ordered:
        constants |= set(known)
    ordered = tuple(sorted(constants, key=lambda one: one if is_ordered else str(one)))
    column = Column(ordered, is_ordered, is_open, (), is_count)
    return replace(column, cells=tuple(_pieces(cell, column) for cell in cells))


def _constants(test: Test) -> list[Constant]:
    if isinstance(test.operand, nodes.RangeLiteral):
        return [constant_of(test.operand.low), constant_of(test.operand.high)]
    return [constant_of(test.operand)]


def constant_of(node: Node) -> Constant:
    """Return a constant.

    Raises:
        NotUnderstood: it is none.
    """
    if isinstance(node, nodes.Literal) and isinstance(node.value, Decimal | str | bool):
        return node.value
    if isinstance(node, nodes.Negation):
        value = constant_of(node.operand)
        if isinstance(value, Decimal):
            return -value
    if isinstance(node, nodes.Call) and path_of(node.function) == "date" and len(node.positional) == 1:
        value = constant_of(node.positional[0])
        if isinstance(value, str):
            return f"{_DAY}{value}"
    raise NotUnderstood


def _pieces(cell: UnaryTests, column: Column) -> frozenset[int]:
    if not cell.tests:
        return frozenset(column.pieces)
    found = frozenset[int]().union(*(_passing(test, column) for test in cell.tests))
    return frozenset(column.pieces) - found if cell.is_negated else found


def _passing(test: Test, column: Column) -> frozenset[int]:
    operand = test.operand
    if isinstance(operand, nodes.RangeLiteral):
        low = _beyond(">=" if operand.has_low else ">", constant_of(operand.low), column)
        return low & _beyond("<=" if operand.has_high else "<", constant_of(operand.high), column)
    return _beyond(test.sign or "=", constant_of(operand), column)


def _beyond(sign: str, constant: Constant, column: Column) -> frozenset[int]:
    """Return the pieces on one side of a constant."""
    index = column.constants.index(constant)
    place = 2 * index + 1 if column.is_ordered else index
    if sign in _ORDERED and not column.is_ordered:
        raise NotUnderstood
    found = {
        "=": lambda piece: piece == place,
        "!=": lambda piece: piece != place,
        "<": lambda piece: piece < place,
        "<=": lambda piece: piece <= place,
        ">": lambda piece: piece > place,
        ">=": lambda piece: piece >= place,
    }[sign]
    return frozenset(piece for piece in column.pieces if found(piece))
