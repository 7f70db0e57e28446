"""Templates of official documents that a procedure's diagrams name: found, read, checked against what is provided.

A diagram names `acceptance.docx`; the file is `documents/acceptance.docx` of the procedure's own folder, or else of the
shared ones beside the procedures. A version takes the shared ones it names along, so that it stays whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from engine.documents import GIVEN_NAMES, KINDS, Template, TemplateRefused, read_template
from engine.errors import DefinitionRefused, Problem
from engine.folders.batches import read_batches
from engine.folders.diagrams import Place, read_places
from engine.folders.documents import read_document
from engine.folders.procedure import FILE
from engine.runtime.expressions import FACTS
from forms import Form

MAKE_DOCUMENT, PUBLISH = "make_document", "publish"
#: Parameters of `make_document` itself; every other one is a value for the template.
OWN_PARAMETERS = frozenset({"template", "title", "series", "number", "to", "addressee"})
_FOLDER = "documents"
_LARGEST = 5 * 1024 * 1024


def with_shared_templates(files: Mapping[str, bytes], shared: Path) -> dict[str, bytes]:
    """Return the files of a folder with the shared templates that it names and has not itself."""
    found = dict(files)
    for name in (*_named(read_places(files)), *_sheets_of(files)):
        path = shared / name
        is_plain = "/" not in name and "\\" not in name and not name.startswith(".")
        if place_of(name) not in found and is_plain and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                found[place_of(name)] = file.read(_LARGEST)
    return found


def place_of(name: str) -> str:
    """Return where a template lies inside a procedure's folder."""
    return f"{_FOLDER}/{name}"


def read_templates(files: Mapping[str, bytes], places: Iterable[Place], problems: list[Problem]) -> dict[str, Template]:
    """Return every template that the diagrams name, by its name; what cannot be used goes to the problems."""
    return read_named(files, _named(places), problems)


def read_named(files: Mapping[str, bytes], names: Iterable[str], problems: list[Problem]) -> dict[str, Template]:
    """Return the templates of these names that the folder has; what cannot be used goes to the problems."""
    templates: dict[str, Template] = {}
    for name in names:
        if place_of(name) not in files:
            continue
        try:
            templates[name] = read_template(files[place_of(name)], name)
        except TemplateRefused as refusal:
            problems.extend(Problem(file=place_of(name), message=message) for message in refusal.problems)
    return templates


def template_names(templates: Mapping[str, Template]) -> frozenset[str]:
    """Return every name that the templates take from outside."""
    return frozenset(name for template in templates.values() for name, _ in template.names)


def check_templates(
    templates: Mapping[str, Template], files: Mapping[str, bytes], places: Iterable[Place], forms: Mapping[str, Form]
) -> Iterator[Problem]:
    """Yield calls of templates that do not exist, and placeholders that nobody fills in."""
    places = tuple(places)
    provided = FACTS.union(
        GIVEN_NAMES, *(place.sets for place in places), *(form.field_names for form in forms.values())
    )
    for place in places:
        if place.operation != MAKE_DOCUMENT:
            continue
        name = place.parameters.get("template", "").strip()
        if place_of(name) not in files:
            yield _problem(place, f"没有文书模板“{name}”，请把它放入 documents 文件夹，或改正名称。")
        if name in templates:
            missing = sorted(set(templates[name].names) - _named_with(templates[name], place, provided))
            yield from (_problem(place, _unfilled(name, *one)) for one in missing)
    made = set(_named(places))
    for place in places:
        named = place.parameters.get("document", "").strip() if place.operation == PUBLISH else ""
        if named and named not in made:
            yield _problem(place, f"随同公布的文书“{named}”没有哪一步制发，请加上制发文书的步骤，或去掉这个参数。")


def _named_with(template: Template, place: Place, provided: frozenset[str]) -> set[tuple[str, str]]:
    given = provided | (place.parameters.keys() - OWN_PARAMETERS)
    return {(name, text) for name, text in template.names if name in given}


def _unfilled(template: str, name: str, text: str) -> str:
    return (
        f"模板“{template}”的占位符“{{{{ {text} }}}}”用到了“{name}”，但没有表单字段、脚本、系统事实提供它；"
        f"请在这一步加上参数 {name}，或改正模板。"
    )


def _named(places: Iterable[Place]) -> list[str]:
    names = (place.parameters.get("template", "").strip() for place in places if place.operation == MAKE_DOCUMENT)
    return list(dict.fromkeys(name for name in names if name.rpartition(".")[2].lower() in KINDS))


def _sheets_of(files: Mapping[str, bytes]) -> list[str]:
    """Return the templates of summary sheets, as far as `procedure.yaml` can be read; whoever checks it says more."""
    problems: list[Problem] = []
    try:
        batches = read_batches(read_document(files.get(FILE, b""), FILE, problems))
    except DefinitionRefused:
        return []
    return [rule.sheet for rule in batches.values() if rule.sheet]


def _problem(place: Place, message: str) -> Problem:
    return Problem(file=place.file, element=place.id, name=place.name, message=message, line=place.line)
