"""A decision model: what is in a DMN file, read once and shared by threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from engine.language.decisions.boxed_reader import BoxedReader, child, children, local_name, type_name
from engine.language.decisions.item_types import ItemTypes, read_item_type
from engine.language.errors import FeelError
from engine.language.nodes import TypeName
from engine.language.wording import quoted

_KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_SERVICE_PARTS = ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData")
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
_REQUIRED = ("requiredDecision", "requiredInput", "requiredKnowledge")


@dataclass(frozen=True, slots=True)
class Part:
    """An input, a decision, a business knowledge model or a decision service."""

    kind: str
    id: str
    name: str
    type: TypeName | None
    #: References to the parts it needs.
    requires: tuple[str, ...]
    #: Of a service: references by role.
    members: Mapping[str, tuple[str, ...]]
    element: Element


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One DMN file with the files it imports."""

    namespace: str
    name: str
    parts: Mapping[str, Part]
    types: ItemTypes
    reader: BoxedReader
    #: Name of the import -> model.
    imports: Mapping[str, DecisionModel] = field(default_factory=dict)
    #: Names of the parts and imports. Modellers for Camunda declare no inputs: any other name the caller gives is seen.
    declared: frozenset[str] = frozenset()

    def find(self, reference: str) -> tuple[DecisionModel, Part, str] | None:
        """Return the part that a reference names, its model, and the name of the import it comes through."""
        namespace, _, part_id = reference.rpartition("#")
        if not namespace or namespace == self.namespace:
            part = self.parts.get(part_id)
            return (self, part, "") if part else None
        for name, model in self.imports.items():
            found = model.find(reference)
            if found:
                return found[0], found[1], name
        return None

    def named(self, name: str, *kinds: str) -> Part | None:
        """Return the part of one of these kinds with that name."""
        return next((part for part in self.parts.values() if part.name == name and part.kind in kinds), None)


def read_model(dmn: bytes, imports: tuple[bytes, ...] = ()) -> DecisionModel:
    """Read a DMN file.

    Args:
        dmn: The file.
        imports: The files it may import, found by their namespace.

    Raises:
        FeelError: the file is not DMN, an imported file is missing, or files import each other.
    """
    roots = {root.get("namespace", ""): root for root in map(_root, imports)}
    return _model(_root(dmn), roots, ())


def _root(dmn: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(dmn, parser)
    except etree.XMLSyntaxError as error:
        raise FeelError(f"决策文件不是有效的 XML：{error.msg}") from error
    if local_name(root) != "definitions":
        raise FeelError("这不是 DMN 决策文件：根元素应为 definitions。")
    return root


def _model(root: Element, roots: Mapping[str, Element], path: tuple[str, ...]) -> DecisionModel:
    namespace = root.get("namespace", "")
    if namespace in path:
        raise FeelError("决策文件互相引用，形成了循环。")
    imports: dict[str, DecisionModel] = {}
    for element in children(root, "import"):
        wanted = element.get("namespace", "")
        if wanted in roots:
            imports[element.get("name", "")] = _model(roots[wanted], roots, (*path, namespace))
        elif "DMN" in element.get("importType", ""):
            raise FeelError(f"缺少被引用的决策文件：{wanted}")
    reader = BoxedReader(_names(root, imports, roots))
    parts = [_part(element) for element in children(root, *_KINDS)]
    _check_ids(parts)
    types = tuple(read_item_type(element, reader) for element in children(root, "itemDefinition"))
    return DecisionModel(
        namespace=namespace,
        name=root.get("name", ""),
        parts={part.id: part for part in parts},
        types=ItemTypes(types, {name: model.types for name, model in imports.items()}),
        reader=reader,
        imports=imports,
        declared=frozenset((*(part.name for part in parts), *imports)),
    )


def _check_ids(parts: list[Part]) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.id in seen:
            raise FeelError(f"编号{quoted(part.id)}重复，请改为不同的编号。")
        seen.add(part.id)


def _names(root: Element, imports: Mapping[str, DecisionModel], roots: Mapping[str, Element]) -> frozenset[str]:
    """Return every name that an expression of the model may use."""
    names = {value for element in root.iter() for key in ("name", "iteratorVariable") if (value := element.get(key))}
    for model in imports.values():
        names |= _names(roots[model.namespace], model.imports, roots)
    return frozenset(names)


def _part(element: Element) -> Part:
    variable = child(element, "variable")
    name = element.get("name", "")
    required = [
        reference
        for requirement in children(element, *_REQUIREMENTS)
        for reference in children(requirement, *_REQUIRED)
    ]
    return Part(
        kind=local_name(element),
        id=element.get("id") or f"name:{name}",
        name=name,
        type=type_name(variable.get("typeRef")) if variable is not None else None,
        requires=tuple(reference.get("href", "") for reference in required),
        members={role: tuple(one.get("href", "") for one in children(element, role)) for role in _SERVICE_PARTS},
        element=element,
    )
