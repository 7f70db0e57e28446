"""What people call the files of a draft: the name of the step behind a form, of a diagram, of a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.runtime.documents import BPMN, Problems, read_documents

_FIXED = {
    "procedure.yaml": "事项的基本信息",
    "windows.yaml": "窗口、时限和有效期",
    "README.md": "事项说明",
    "scenarios/samples.yaml": "推演用的样例数据",
}
_TITLE = re.compile(r"^(?:title|name):\s*(.+)$", re.MULTILINE)
_DECISIONS = re.compile(rb"<(?:\w+:)?definitions\b[^>]*?\sname=\"([^\"]*)\"")


def titles_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return path -> title of every file that has one, whatever is wrong with the others."""
    documents = read_documents({name: one for name, one in files.items() if name.endswith(".bpmn")}, Problems())
    steps = {
        node.get("id"): node.get("name") for document in documents for node in document.root.iter(f"{BPMN}userTask")
    }
    found = {document.file: process.get("name") for document in documents for process in document.processes()[:1]}
    for path in files:
        if path.startswith("forms/") and path.endswith(".form"):
            found[path] = steps.get(path.removeprefix("forms/").removesuffix(".form"))
    return {path: title for path, title in [*found.items(), *_others(files)] if title}


def _others(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path, content in files.items():
        if path in _FIXED:
            yield path, _FIXED[path]
        elif path.startswith("scenarios/"):
            match = _TITLE.search(content[:4096].decode("utf-8", "replace"))
            if match:
                yield path, match[1].partition(" #")[0].strip().strip("\"'")
        elif path.endswith(".dmn"):
            named = _DECISIONS.search(content[:4096])
            if named:
                yield path, named[1].decode("utf-8", "replace")
