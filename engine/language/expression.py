"""Compiled expressions: the door through which Python values go in and come out."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.language import compile_blocks, compile_operators, compile_tests
from engine.language.analysis import free_names
from engine.language.budget import Budget
from engine.language.compiler import compiled
from engine.language.conversion import PLAIN, UNCHANGED, to_feel, to_python
from engine.language.errors import FeelBudgetExceeded
from engine.language.nodes import Node
from engine.language.parser import parse_expression, parse_unary_tests
from engine.language.scope import NO_TYPES, Run, Scope

#: The modules that know how to compile each kind of node.
COMPILERS = (compile_blocks, compile_operators, compile_tests)
_CACHED = 4096
#: Values of a context that are looked through for names of several words.
_MOST_VALUES = 10_000
#: The name of the value that unary tests are about.
_INPUT = "?"
_TOO_DEEP = "数据或函数嵌套过深，已停止。"


class Expression:
    """An expression or a cell of unary tests, ready to run, shared by threads."""

    __slots__ = ("_inputs", "called", "names", "possible_names", "run", "text")

    def __init__(self, text: str, node: Node, declared: frozenset[str], *, takes_input: bool = False) -> None:
        """Compile the node."""
        free = free_names(node, declared)
        #: What the author wrote.
        self.text = text
        #: Variables it takes from outside: for `applicant.city_level` only `applicant`.
        self.names = frozenset(free.certain - {_INPUT})
        #: Undeclared names inside filters: entries of the filtered items, or else variables.
        self.possible_names = frozenset(free.possible - free.certain - {_INPUT})
        #: Names, or paths of names, that it calls like a function and that are none of the language.
        self.called = frozenset(free.called)
        #: For use inside the language only: FEEL values in, a FEEL value out.
        self.run: Run = compiled(node)
        self._inputs = (*self.names, *self.possible_names, *((_INPUT,) if takes_input else ()))

    def evaluate(self, context: Mapping[str, object], budget: Budget | None = None) -> Any:
        """Return the value as a Python value; names that the context does not have are null.

        Raises:
            FeelBudgetExceeded: it would take too long, grow too large or nest too deep.
            TypeError: a value in the context is of a Python type that expressions do not know.
        """
        scope = Scope()
        scope.budget = budget = budget or Budget()
        scope.types = NO_TYPES
        scope.is_strict = False
        try:
            for name in self._inputs:
                if name in context:
                    value = context[name]
                    kind = type(value)
                    # What most variables are is told apart here: a call would cost more than the condition.
                    if kind is int:
                        scope[name] = Decimal(value)  # type: ignore[arg-type]
                    else:
                        scope[name] = value if kind in UNCHANGED else to_feel(value, budget)
            result = self.run(scope)
            return result if type(result) in PLAIN else to_python(result, budget)
        except RecursionError as error:
            raise FeelBudgetExceeded(_TOO_DEEP) from error


@functools.lru_cache(maxsize=_CACHED)
def _compiled_expression(text: str, names: frozenset[str]) -> Expression:
    return Expression(text, parse_expression(text, names), names)


@functools.lru_cache(maxsize=_CACHED)
def _compiled_tests(text: str, names: frozenset[str]) -> Expression:
    return Expression(text, parse_unary_tests(text, names), names, takes_input=True)


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile an expression.

    Args:
        text: The FEEL text.
        names: Names the author may use. Only names of several words or with signs in them need to be given for the text
            to be understood; giving all of them makes `names` of the result exact inside filters.

    Raises:
        FeelSyntaxError: with a Chinese sentence and the offset of the character it is about.
    """
    return _compiled_expression(text, frozenset(names))


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile a cell of a decision table; evaluate it with the input as `?`.

    Raises:
        FeelSyntaxError: with a Chinese sentence and the offset of the character it is about.
    """
    return _compiled_tests(text, frozenset(names))


def evaluate(feel: str, context: Mapping[str, object]) -> Any:
    """Compile (once) and evaluate an expression over a context.

    Raises:
        FeelSyntaxError: the text is not FEEL.
        FeelBudgetExceeded: it would take too long, grow too large or nest too deep.
    """
    return compile_expression(feel, _spoken_names(context)).evaluate(context)


def _spoken_names(context: Mapping[str, object]) -> frozenset[str]:
    """Return the names of a context, and those of several words of the contexts inside it."""
    found, pending, looked_at = set(map(str, context)), list(context.values()), 0
    while pending and looked_at < _MOST_VALUES:
        value = pending.pop()
        looked_at += 1
        if isinstance(value, Mapping):
            found.update(key for key in map(str, value) if not key.isidentifier())
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value[:_MOST_VALUES])
    return frozenset(found)
