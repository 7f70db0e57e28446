"""Where a case is, in words that an audit understands years later."""

from __future__ import annotations

from collections.abc import Iterable

from engine.runtime import Definition, Token


def name_of(definition: Definition, element_id: str) -> str:
    """Return the visible name of an element, or its id."""
    element = definition.elements.get(element_id)
    return element.name if element and element.name else element_id


def places(definition: Definition, tokens: Iterable[Token]) -> list[dict[str, str]]:
    """Return id, name and kind of every place where a token stands, as history keeps them."""
    return [
        {"element": token.element_id, "name": name_of(definition, token.element_id), "kind": token.kind}
        for token in tokens
    ]
