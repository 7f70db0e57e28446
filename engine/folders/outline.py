"""What can be said of a deployed procedure without compiling it: its YAML, and which titles it grants.

Reading a whole folder takes a good part of a second; who asks about every procedure in force needs neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml.etree import _Element as XmlNode

from engine.errors import Problem
from engine.folders import procedure as procedure_file
from engine.folders import windows as windows_file
from engine.folders.documents import read_document
from engine.folders.procedure import Procedure, read_procedure
from engine.folders.windows import WindowRule, read_schedule
from engine.runtime.dialects import operation, parameters
from engine.runtime.documents import Problems, read_documents, tag

GRANT = "grant_title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A procedure as its owner describes it."""

    procedure: Procedure
    windows: Mapping[str, WindowRule]
    #: (kind of title, lane) of each step that grants one; a kind that is an expression is left out.
    grants: tuple[tuple[str, str], ...]


def read_outline(files: Mapping[str, bytes]) -> Outline:
    """Read the outline of a folder that was deployed, and so has no faults."""
    problems: list[Problem] = []
    return Outline(
        procedure=read_procedure(read_document(files[procedure_file.FILE], procedure_file.FILE, problems)),
        windows=read_schedule(read_document(files[windows_file.FILE], windows_file.FILE, problems)).windows,
        grants=tuple(_grants(files)),
    )


def _grants(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    # Most procedures grant nothing, and need not be parsed to know it.
    diagrams = {
        name: content for name, content in files.items() if name.endswith(".bpmn") and GRANT.encode() in content
    }
    found = []
    for document in read_documents(diagrams, Problems()):
        for process in document.processes():
            lanes = _lanes(process)
            for node in process.iterdescendants():
                given = dict(parameters(node)) if tag(node) == "serviceTask" and operation(node) == GRANT else {}
                kind = given.get("kind", "").strip()
                if kind and not kind.startswith("="):
                    found.append((kind, given.get("by", "").strip() or _lane_of(node, lanes)))
    return found


def _lanes(process: XmlNode) -> dict[str, str]:
    """Return the lane of each element that one names; an inner lane comes later, and counts."""
    lanes = [node for node in process.iterdescendants() if tag(node) == "lane"]
    return {
        (name.text or "").strip(): lane.get("id") or "" for lane in lanes for name in lane if tag(name) == "flowNodeRef"
    }


def _lane_of(node: XmlNode, lanes: Mapping[str, str]) -> str:
    """Return the lane of an element, or of the subprocess it stands in."""
    around = [node, *node.iterancestors()]
    return next((lanes[one.get("id") or ""] for one in around if one.get("id") in lanes), "")
