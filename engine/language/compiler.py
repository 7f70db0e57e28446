"""From nodes to closures: each node becomes a function of the scope, so nothing is interpreted twice.

`compiled(node)` looks up how a kind of node is compiled; the kinds are spread over the `compile_*` modules by family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from engine.language.nodes import Node
from engine.language.scope import Run

_COMPILERS: dict[type, Callable[[Any], Run]] = {}
Compile = TypeVar("Compile", bound=Callable[[Any], Run])


def compiles(kind: type[Node]) -> Callable[[Compile], Compile]:
    """Say that the decorated function compiles this kind of node."""

    def register(function: Compile) -> Compile:
        _COMPILERS[kind] = function
        return function

    return register


def compiled(node: Node) -> Run:
    """Return the closure of a node."""
    return _COMPILERS[type(node)](node)
