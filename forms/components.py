"""What a form consists of, once its file has been read and found good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Protocol

from forms.prose import Block

#: Components that a person fills in with one value.
ANSWER_KINDS: Final = frozenset(
    {"textfield", "textarea", "number", "datetime", "select", "radio", "checklist", "checkbox"}
)
#: Components that hold others.
PARENT_KINDS: Final = frozenset({"group", "dynamiclist"})
#: Components that only show something.
SHOWN_KINDS: Final = frozenset({"text", "table", "expression", "separator", "spacer", "button"})
KINDS: Final = ANSWER_KINDS | PARENT_KINDS | SHOWN_KINDS | {"filepicker"}
CHOICE_KINDS: Final = frozenset({"select", "radio", "checklist"})

#: More rows than this are refused, whatever the form says.
ROW_CAP: Final = 200


class CompiledExpression(Protocol):
    """A FEEL expression, compiled by whoever reads the form."""

    @property
    def text(self) -> str:
        """The expression as written, without the leading "="."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The free names it uses."""
        ...

    def evaluate(self, context: Mapping[str, object]) -> object:
        """Return its value."""
        ...


CompileExpression = Callable[[str, frozenset[str]], CompiledExpression]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a value must satisfy, besides being of its kind."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    #: UTF-16 units after trimming, as browsers count.
    min_length: int | None = None
    max_length: int | None = None
    #: Characters by the 字数 rule, see `forms.texts.count_characters_cn`.
    max_characters_cn: int | None = None
    decimal_digits: int | None = None
    #: RE2 pattern, searched for as JavaScript's `RegExp.test` does.
    pattern: str = ""
    #: What to say when the pattern does not match, or "".
    pattern_message: str = ""
    #: email, phone or "".
    validation_type: str = ""
    #: Name of a check in `forms.codes`, or "".
    check: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is asked of the files of one checklist item."""

    minimum: int = 0
    maximum: int | None = None
    #: Lower-case endings with the dot; empty when any accepted type will do.
    accept: tuple[str, ...] = ()
    #: 需加盖公章
    is_stamped: bool = False
    #: Who makes this document out, in words; "" when it is the one who fills in the form.
    supplied_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """The FEEL of a component; all of it is evaluated by `forms.visibility.visible`."""

    hide: CompiledExpression | None = None
    readonly: CompiledExpression | None = None
    #: Precondition under which a file is required.
    when: CompiledExpression | None = None
    #: What must be true of a value, together with the values around it.
    rule: CompiledExpression | None = None
    #: What an `expression` shows, or the rows of a `table`.
    value: CompiledExpression | None = None
    minimum: CompiledExpression | None = None
    maximum: CompiledExpression | None = None
    min_length: CompiledExpression | None = None
    max_length: CompiledExpression | None = None

    def all(self) -> Iterator[CompiledExpression]:
        """Yield those that are there."""
        for name in self.__slots__:
            if (expression := getattr(self, name)) is not None:
                yield expression


_NO_EXPRESSIONS: Final = Expressions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of a form.

    The reader makes the general one; `visible` makes the one for this moment, with options, limits, rows and computed
    values filled in. Equal components get one compiled schema, therefore expressions and defaults do not count.
    """

    id: str
    #: The type name of form-js.
    kind: str
    #: Name of the value; for a `dynamiclist` the name of the list; "" for components without a value.
    key: str = ""
    label: str = ""
    description: str = ""
    #: Columns of 16.
    columns: int = 16
    is_required: bool = False
    is_disabled: bool = False
    is_readonly: bool = False
    default: object = field(default=None, compare=False)
    #: date, time or datetime, for a `datetime`.
    subtype: str = ""
    unit: str = ""
    #: The clause it rests on, and its mark: source, reading or platform.
    basis: str = ""
    mark: str = ""
    #: 待官方表样
    is_placeholder: bool = False
    limits: Limits = Limits()
    options: tuple[Option, ...] = ()
    #: Name in the context that holds the options, or "".
    options_key: str = ""
    material: Material = Material()
    #: What to say when `expressions.rule` is not true.
    rule_message: str = ""
    #: Filled in by `visible`: the rule's message when the value breaks it, else "".
    violation: str = field(default="", compare=False)
    #: Content of a `text`.
    prose: tuple[Block, ...] = ()
    #: (key, heading) of each column of a `table`.
    headings: tuple[tuple[str, str], ...] = ()
    #: Children of a group, or of one row of a list in general.
    components: tuple[Component, ...] = ()
    #: Smallest and largest number of rows of a list.
    min_rows: int = 0
    max_rows: int = ROW_CAP
    can_add_rows: bool = True
    #: Filled in by `visible`: the children of each row of a list.
    rows: tuple[tuple[Component, ...], ...] = ()
    #: Filled in by `visible`: the cells of a table.
    cells: tuple[tuple[str, ...], ...] = ()
    #: Filled in by `visible`: the value of an expression, or of a read-only field, able to be written as JSON.
    computed: object = field(default=None, compare=False)
    expressions: Expressions = field(default=Expressions(), compare=False)

    def __hash__(self) -> int:
        """Look at what tells components apart in practice: a schema is looked up at every submission."""
        return hash((self.id, self.kind, self.key))

    @property
    def is_stamped(self) -> bool:
        """Whether the document must carry a seal (加盖公章)."""
        return self.material.is_stamped

    @property
    def is_answer(self) -> bool:
        """Whether a person may fill it in here."""
        return self.kind in ANSWER_KINDS and not self.is_disabled and not self.is_readonly

    @property
    def is_constant(self) -> bool:
        """Whether it is shown the same in every context, whatever is filled in."""
        is_computed = self.is_readonly or bool(self.options_key) or self.expressions != _NO_EXPRESSIONS
        return not is_computed and self.kind not in ("dynamiclist", "expression", "table")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """A form, read and checked. Compiled once per definition version and shared between threads."""

    #: The file's name without its ending: the id of the user task.
    key: str
    title: str
    #: The edition of the printed form it follows, or "".
    version: str
    is_placeholder: bool
    components: tuple[Component, ...]
    #: Free names of all expressions of the form.
    expression_names: frozenset[str]
    #: The components whose values a submission holds, in order; a list counts as one, files do not count.
    fields: tuple[Component, ...] = field(init=False)
    #: The checklist items, in order.
    file_fields: tuple[Component, ...] = field(init=False)
    #: The names of the values a submission holds.
    field_names: frozenset[str] = field(init=False)
    #: The names of the context that it may look at; None when a row looks at everything around it.
    outer_names: frozenset[str] | None = field(init=False)
    #: What it shows, when that is the same in every context and whatever is filled in; else None.
    constant: tuple[Component, ...] | None = field(init=False)

    def __post_init__(self) -> None:
        """Find out once what every request asks."""
        parts, everything = tuple(walk(self.components)), tuple(walk_deep(self.components))
        known = {name for part in everything for name in (part.key, part.options_key) if name}
        fields = tuple(part for part in parts if part.key and part.kind != "filepicker")
        found = {
            "fields": fields,
            "file_fields": tuple(part for part in parts if part.kind == "filepicker"),
            "field_names": frozenset(part.key for part in fields),
            "outer_names": None if "parent" in self.expression_names else self.expression_names | known,
            "constant": _constant(self.components) if all(part.is_constant for part in everything) else None,
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)


def _constant(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """Return components that never change, as they are shown: buttons belong to the page."""
    return tuple(
        replace(part, components=_constant(part.components)) if part.kind == "group" else part
        for part in components
        if part.kind != "button"
    )


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """Yield the components of one scope in order: groups are entered, the rows of lists are not."""
    for component in components:
        yield component
        if component.kind == "group":
            yield from walk(component.components)


def walk_deep(components: Iterable[Component]) -> Iterator[Component]:
    """Yield every component, those of lists included."""
    for component in components:
        yield component
        yield from walk_deep(component.components)
