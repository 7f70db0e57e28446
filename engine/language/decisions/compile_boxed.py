"""Compiling boxed expressions other than decision tables."""

from __future__ import annotations

from engine.language.compiler import compiled, compiles
from engine.language.decisions.boxed_nodes import BoxedContext, Fitted, Truth
from engine.language.errors import NoValue
from engine.language.scope import Run, Scope
from engine.language.types import fitted


@compiles(Fitted)
def _fitted(node: Fitted) -> Run:
    body, wanted = compiled(node.body), node.type

    def run(scope: Scope) -> object:
        try:
            value = body(scope)
        except NoValue:
            return None
        return value if wanted is None else fitted(value, wanted, scope.types.accepts)

    return run


@compiles(Truth)
def _truth(node: Truth) -> Run:
    body = compiled(node.body)

    def run(scope: Scope) -> bool | None:
        truth = body(scope)
        if truth is None or isinstance(truth, bool):
            return truth
        raise NoValue

    return run


@compiles(BoxedContext)
def _context(node: BoxedContext) -> Run:
    entries = [(name, compiled(value)) for name, value in node.entries]
    result = compiled(node.result) if node.result is not None else None

    def run(scope: Scope) -> object:
        inner = scope.child({})
        values: dict[str, object] = {}
        for name, value in entries:
            values[name] = inner[name] = value(inner)
        return values if result is None else result(inner)

    return run
