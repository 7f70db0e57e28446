"""Where an expression names a variable, so that the variable may be called otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.analysis import FreeNames, free_names
from engine.language.lexer import Token, next_token
from engine.language.parser import parse_expression, parse_unary_tests

#: What surrounds a row of a form's list: `parent.name` is the variable, whatever the row calls its own fields.
_PARENT = "parent"


def variable_places(text: str, name: str, *, is_cell: bool = False, may_be_entry: bool = False) -> tuple[int, ...]:
    """Return where an expression names a variable: not properties, entries of contexts, arguments, texts or comments.

    Args:
        text: the expression, or a cell of a decision table.
        name: a name of one word.
        is_cell: whether it is a cell.
        may_be_entry: whether items of lists have an entry of that name, which filters name without a path.

    Raises:
        FeelSyntaxError: it is no expression.
        ValueError: a filter names it, and it may be an entry of the items.
    """
    free = _free_names(text, is_cell)
    if may_be_entry and name in free.possible:
        raise ValueError(name)
    is_variable = name in free.certain | free.possible | free.called
    return tuple(
        token.start
        for before, token, after in _neighbours(text)
        if token.value == name and _is_variable(before, after, is_variable=is_variable)
    )


def _free_names(text: str, is_cell: bool) -> FreeNames:
    node = parse_unary_tests(text, frozenset()) if is_cell else parse_expression(text, frozenset())
    return free_names(node, frozenset())


def _is_variable(before: tuple[str, str], after: Token, *, is_variable: bool) -> bool:
    if before[1] == ".":
        return before[0] == _PARENT
    return is_variable and after.value != ":"


def _neighbours(text: str) -> Iterator[tuple[tuple[str, str], Token, Token]]:
    """Yield each name with the two words before it and the token behind it."""
    before = ("", "")
    token = next_token(text, 0)
    while token.kind != "end":
        after = next_token(text, token.end)
        if token.kind == "name":
            yield before, token, after
        before, token = (before[1], token.value), after
