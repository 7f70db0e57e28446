"""Which names an expression takes from outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from engine.language.functions import BUILTINS
from engine.language.nodes import Call, ContextLiteral, Definition, Filter, Loop, Name, Node, Path

#: Functions that read the variable `now`, because the language has no clock.
CLOCK_FUNCTIONS = frozenset({"now", "today"})


@dataclasses.dataclass(slots=True)
class FreeNames:
    """`certain` names are variables; `possible` ones occur in a filter and may be entries of the filtered items.

    `called` are variables, or parts of variables, that are called like a function.
    """

    declared: frozenset[str]
    certain: set[str] = dataclasses.field(default_factory=set)
    possible: set[str] = dataclasses.field(default_factory=set)
    called: set[str] = dataclasses.field(default_factory=set)

    def visit(self, node: Node, bound: frozenset[str], is_in_filter: bool = False) -> None:
        """Collect the free names of a node inside which `bound` names mean something local."""
        match node:
            case Name(name=name):
                self._use(name, bound, is_in_filter)
            case Call(function=function):
                self._visit_call(node, _spelled(function), bound, is_in_filter)
            case Filter(source=source, condition=condition):
                self.visit(source, bound, is_in_filter)
                self.visit(condition, bound | {"item"}, True)
            case Loop():
                self._visit_loop(node, bound, is_in_filter)
            case Definition(parameters=parameters):
                self._visit_children(node, bound | {name for name, _ in parameters}, is_in_filter)
            case ContextLiteral(entries=entries):
                self._visit_entries(entries, bound, is_in_filter)
            case _:
                self._visit_children(node, bound, is_in_filter)

    def _visit_call(self, node: Call, name: str, bound: frozenset[str], is_in_filter: bool) -> None:
        """Visit a call; the name of a function of the language is not a variable, but the clock is."""
        if name in bound or (name not in BUILTINS and name not in CLOCK_FUNCTIONS):
            if name.partition(".")[0] not in {*bound, ""}:
                self.called.add(name)
            self._visit_children(node, bound, is_in_filter)
            return
        if name in CLOCK_FUNCTIONS and not node.positional and not node.named:
            self._use("now", bound, False)
        for argument in (*node.positional, *(value for _, value in node.named)):
            self.visit(argument, bound, is_in_filter)

    def _visit_children(self, node: Node, bound: frozenset[str], is_in_filter: bool) -> None:
        for child in children(node):
            self.visit(child, bound, is_in_filter)

    def _visit_entries(self, entries: tuple[tuple[str, Node], ...], bound: frozenset[str], is_in_filter: bool) -> None:
        for name, value in entries:
            # A function may call itself; any other entry sees only those before it.
            self.visit(value, bound | {name} if isinstance(value, Definition) else bound, is_in_filter)
            bound |= {name}

    def _visit_loop(self, node: Loop, bound: frozenset[str], is_in_filter: bool) -> None:
        for iterator in node.iterators:
            self.visit(iterator.source, bound, is_in_filter)
            if iterator.end is not None:
                self.visit(iterator.end, bound, is_in_filter)
            bound |= {iterator.name}
        self.visit(node.body, bound | {"partial"} if node.kind == "for" else bound, is_in_filter)

    def _use(self, name: str, bound: frozenset[str], is_in_filter: bool) -> None:
        if name in bound:
            return
        if name not in self.declared and (is_in_filter or name in BUILTINS):
            self.possible.add(name)
        else:
            self.certain.add(name)


def _spelled(node: Node) -> str:
    """Return a name or a path of names as it was written, "" for anything else."""
    match node:
        case Name(name=name):
            return name
        case Path(source=source, name=name):
            return f"{outer}.{name}" if (outer := _spelled(source)) else ""
    return ""


def children(node: object) -> Iterator[Node]:
    """Yield the nodes directly inside a node."""
    for field in dataclasses.fields(node):  # type: ignore[arg-type]
        yield from _nodes_in(getattr(node, field.name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from _nodes_in(entry)


def mentions(node: Node, name: str) -> bool:
    """Tell whether the name occurs anywhere inside, bound or not."""
    return (isinstance(node, Name) and node.name == name) or any(mentions(child, name) for child in children(node))


def free_names(node: Node, declared: frozenset[str]) -> FreeNames:
    """Return the names that an expression takes from outside, given the names its author may use."""
    found = FreeNames(declared)
    found.visit(node, frozenset())
    return found
