"""Item definitions: the named types of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

from engine.language.budget import Budget
from engine.language.compiler import compiled
from engine.language.decisions.boxed_reader import BoxedReader, child, children, inner_text, type_name
from engine.language.errors import NoValue
from engine.language.nodes import TypeName
from engine.language.scope import NO_TYPES, Run, Scope
from engine.language.temporal_text import read_date, read_date_time, read_duration, read_time
from engine.language.types import is_instance
from engine.language.values import is_function

#: How the ISO text of a value is read that Python or JSON can only hand over as text.
_TEXTS: Mapping[str, Callable[[str], object]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_time,
    "days and time duration": read_duration,
    "years and months duration": read_duration,
}


@dataclass(frozen=True, slots=True)
class ItemType:
    """A named type: a base type or components, perhaps many of them, perhaps limited to certain values."""

    name: str
    base: TypeName | None
    components: tuple[ItemType, ...]
    is_collection: bool
    is_function: bool
    allowed: Run | None
    constraint: Run | None


def read_item_type(element: Element, reader: BoxedReader) -> ItemType:
    """Read an `itemDefinition` or `itemComponent`."""
    base = child(element, "typeRef")
    return ItemType(
        name=element.get("name", ""),
        base=type_name(base.text) if base is not None else None,
        components=tuple(read_item_type(one, reader) for one in children(element, "itemComponent")),
        is_collection=element.get("isCollection") == "true",
        is_function=child(element, "functionItem") is not None,
        allowed=_tests(element, "allowedValues", reader),
        constraint=_tests(element, "typeConstraint", reader),
    )


def _tests(element: Element, name: str, reader: BoxedReader) -> Run | None:
    text = inner_text(child(element, name))
    return compiled(reader.tests(text)) if text else None


#: Tells whether a value passes the tests of a type.
_Judge = Callable[[Run | None, object], bool]


class ItemTypes:
    """The named types of one model and of those it imports."""

    def __init__(self, own: tuple[ItemType, ...], imported: Mapping[str, ItemTypes]) -> None:
        """Know them by name; imported ones begin with the name of the import and a dot."""
        self._own = {one.name: one for one in own}
        self._imported = imported

    def accepts(self, value: object, name: str) -> bool:
        """Tell whether a value is of the named type and is one of its allowed values."""
        return self._judge(value, name, _passes)

    def conforms(self, value: object, name: str) -> bool:
        """Tell whether a value is built like the named type."""
        return self._judge(value, name, _passes_anything)

    def read(self, value: object, wanted: TypeName | None) -> object:
        """Return a value from outside with ISO text read wherever the type wants a date, a time or a duration."""
        if wanted is None:
            return value
        reader = _TEXTS.get(wanted.name)
        if reader is not None:
            return _from_text(value, reader)
        if not isinstance(value, str | list | dict):
            return value
        types, item = self._found(wanted.name)
        return value if item is None else types._read_item(value, item)

    def _read_item(self, value: object, item: ItemType) -> object:
        if isinstance(value, list):
            return [self._read_item(one, item) for one in value]
        if isinstance(value, dict) and item.components:
            parts = {part.name: part for part in item.components}
            return {key: self._read_item(one, parts[key]) if key in parts else one for key, one in value.items()}
        return self.read(value, item.base)

    def _found(self, name: str) -> tuple[ItemTypes, ItemType | None]:
        """Return the named type and the types of the model that it is from."""
        prefix, _, rest = name.partition(".")
        if name not in self._own and rest and prefix in self._imported:
            return self._imported[prefix]._found(rest)
        return self, self._own.get(name)

    def _judge(self, value: object, name: str, passes: _Judge) -> bool:
        """Judge by the named type; an unknown type accepts everything."""
        types, item = self._found(name)
        return item is None or types._fits(value, item, passes)

    def _fits(self, value: object, item: ItemType, passes: _Judge) -> bool:
        if not item.is_collection:
            return self._fits_one(value, item, passes) and passes(item.constraint, value)
        if not isinstance(value, list):
            return False
        are_fit = all(one is None or self._fits_one(one, item, passes) for one in value)
        return are_fit and passes(item.constraint, value)

    def _fits_one(self, value: object, item: ItemType, passes: _Judge) -> bool:
        if item.is_function:
            return is_function(value)
        if item.components:
            return isinstance(value, dict) and self._has_components(value, item, passes)
        if item.base is not None and not is_instance(
            value, item.base, lambda one, name: self._judge(one, name, passes)
        ):
            return False
        return passes(item.allowed, value)

    def _has_components(self, value: dict[str, object], item: ItemType, passes: _Judge) -> bool:
        return all(
            part.name in value and (value[part.name] is None or self._fits(value[part.name], part, passes))
            for part in item.components
        )


def _from_text(value: object, reader: Callable[[str], object]) -> object:
    """Return what a text says, each of a list; what cannot be read stays as it is and will not fit its type."""
    if isinstance(value, list):
        return [_from_text(one, reader) for one in value]
    if not isinstance(value, str):
        return value
    try:
        return reader(value)
    except NoValue:
        return value


def _passes(tests: Run | None, value: object) -> bool:
    if tests is None:
        return True
    scope = Scope({"?": value})
    scope.types, scope.is_strict = NO_TYPES, False
    scope.budget = Budget()
    return tests(scope) is True


def _passes_anything(tests: Run | None, value: object) -> bool:
    return True
