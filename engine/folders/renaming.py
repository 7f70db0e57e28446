"""An element's new id, followed through its folder: diagram, form, time limit, gates, scenarios and expressions.

Whatever says the id as an id is changed where it stands; what only mentions the word is listed, for people to look at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.documents import TemplateRefused, read_template
from engine.errors import BadRequest
from engine.folders import procedure as procedure_file
from engine.folders import windows as windows_file
from engine.folders.drawn_ids import rename_drawn
from engine.folders.rewording import Meant, Path, replace_word

_WORD = re.compile(r"[^\W\d][\w-]{0,199}")
#: Files in which expressions stand as text.
_WRITTEN = (".bpmn", ".dmn", ".form", ".yaml")
#: What a JSON text may hold before a name: the letter of an escaped line feed or tab.
_REFERENCE = r"(?:(?<![\w.])|(?<=\\[nrt]))(deadlines\s*\.\s*){}(?!\w)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """What a new id brings with it."""

    #: The files that change; None removes one.
    files: Mapping[str, bytes | None]
    #: What changes besides the element itself, as Chinese sentences.
    changes: tuple[str, ...]
    #: Where the word stands that is left alone, as Chinese sentences.
    left: tuple[str, ...]


def form_of(element_id: str) -> str:
    """Return the path of a step's form.

    Raises:
        BadRequest: no step can be called so.
    """
    if not _WORD.fullmatch(element_id):
        raise BadRequest("编号由字母、数字和下划线组成，以字母开头。")
    return f"forms/{element_id}.form"


def rename(files: Mapping[str, bytes], old: str, new: str, *, diagram: str = "") -> Renaming:
    """Return what becomes of a folder when an element gets another id.

    Args:
        files: the folder.
        old: id that it has.
        new: id that it gets.
        diagram: file in which it is drawn; "" when it is called so there already, and only its parts go by the old id.

    Raises:
        BadRequest: an id cannot be one or is taken, the diagram does not have it, or a file cannot be changed safely.
    """
    before, after = form_of(old), form_of(new)
    drawn = rename_drawn(files, old, new, diagram=diagram)
    changed: dict[str, bytes | None] = dict(drawn.files)
    changes = list(drawn.changes)
    for path, content, sentence in _words(files, old, new, is_lane=drawn.is_lane):
        changed[path] = content
        changes.append(sentence)
    for path, content, count in _references({**files, **_kept(changed)}, old, new):
        changed[path] = content
        changes.append(f"{path}：表达式里的 deadlines.{old}，{count} 处")
    if before in files:
        if after in files:
            raise BadRequest(f"“{new}”已有自己的表单，没有改动。")
        changed[after] = _renamed_form(changed.pop(before, None) or files[before], old, new)
        changed[before] = None
        changes.insert(0, f"{before} 改名为 {after}")
    after_all = {**files, **_kept(changed)}
    left = (
        ()
        if drawn.is_lane
        else tuple(_left({path: after_all[path] for path in after_all if changed.get(path, b"") is not None}, old))
    )
    return Renaming(files=changed, changes=tuple(changes), left=left)


def _kept(changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {path: content for path, content in changed.items() if content is not None}


def _words(files: Mapping[str, bytes], old: str, new: str, *, is_lane: bool) -> Iterator[tuple[str, bytes, str]]:
    """Yield the YAML files that say the id, changed, each with a sentence."""
    for path, is_meant, is_alone, what in _PLACES_OF_LANES if is_lane else _places_of_steps(files):
        content, count = replace_word(files.get(path, b""), old, new, is_meant)
        if count and is_alone and replace_word(files[path], new, new, is_alone)[1]:
            raise BadRequest(f"“{new}”已有自己的{what}，没有改动。")
        if count:
            yield path, content, f"{path}：{what}，{count} 处"


def _is_limit(path: Path, is_key: bool) -> bool:
    return is_key and len(path) == 2 and path[0] == "time_limits"


def _is_of_schedule(path: Path, is_key: bool) -> bool:
    is_gate = not is_key and len(path) == 4 and path[0] == "windows" and path[2] == "gates"
    return is_gate or _is_limit(path, is_key)


def _is_batch(path: Path, is_key: bool) -> bool:
    return is_key and len(path) == 2 and path[0] == "batches"


def _is_lane_rule(path: Path, is_key: bool) -> bool:
    return is_key and len(path) == 2 and path[0] == "lanes"


def _is_of_scenario(path: Path, is_key: bool) -> bool:
    is_step = len(path) in (3, 4) and path[0] == "steps"
    happens = is_step and path[2:] in (("begin",), ("task",), ("timer",))
    is_end = len(path) == 2 and path[0] == "ends"
    return not is_key and (happens or is_end or (is_step and path[2] == "expect"))


_PLACES_OF_LANES: tuple[tuple[str, Meant, Meant | None, str], ...] = (
    (procedure_file.FILE, _is_lane_rule, _is_lane_rule, "泳道由谁办理"),
)


def _places_of_steps(files: Mapping[str, bytes]) -> Iterator[tuple[str, Meant, Meant | None, str]]:
    """Yield the file, what is meant in it, what the new id must not have there yet, and what people call it."""
    yield windows_file.FILE, _is_of_schedule, _is_limit, "办理时限和窗口关口"
    yield procedure_file.FILE, _is_batch, _is_batch, "批量办理"
    for path in sorted(files):
        if path.startswith("scenarios/") and path.endswith(".yaml"):
            yield path, _is_of_scenario, None, "推演用例的步骤"


def _references(files: Mapping[str, bytes], old: str, new: str) -> Iterator[tuple[str, bytes, int]]:
    """Yield the files whose expressions read when the step is due, changed, and how often they do."""
    pattern = re.compile(_REFERENCE.format(re.escape(old)).encode())
    for path in sorted(files):
        if path.endswith(_WRITTEN):
            content, count = pattern.subn(lambda match: match[1] + new.encode(), files[path])
            if count:
                yield path, content, count


def _left(files: Mapping[str, bytes], old: str) -> Iterator[str]:
    """Yield a sentence for each file that still has the word: as a text, or in prose."""
    word = re.escape(old)
    quoted = re.compile(rf'\\"{word}\\"|&quot;{word}&quot;|(?<=[=<>,(\[] )"{word}"|(?<=[<>,(\[])"{word}"'.encode())
    whole = re.compile(rf"(?<!\w){word}(?!\w)".encode())
    for path in sorted(files):
        if path.endswith(".md") and (count := len(whole.findall(files[path]))):
            yield f"{path} 的说明文字里还有 {count} 处 {old}"
        elif (
            path.endswith(_WRITTEN)
            and not path.startswith("scenarios/")
            and (count := len(quoted.findall(files[path])))
        ):
            yield f'{path} 里还有 {count} 处文字 "{old}"（例如拿结局作比较），系统不能断定是不是指它'
        elif path.startswith("documents/") and "deadlines" in _names_of(path, files[path]):
            yield f"文书模板 {path} 用到了 deadlines，模板里的名称不会自动改"


def _names_of(path: str, content: bytes) -> frozenset[str]:
    try:
        return frozenset(name for name, _ in read_template(content, path.rpartition("/")[2]).names)
    except TemplateRefused:
        return frozenset()


def _renamed_form(content: bytes, old: str, new: str) -> bytes:
    """Return the form with its own id changed; a form that has another id, or is no JSON, stays as it is."""
    pattern = re.compile(rb'("id"\s*:\s*")' + re.escape(old.encode()) + rb'"')
    renamed = pattern.sub(lambda match: match[1] + new.encode() + b'"', content, count=1)
    return renamed if _form_id(content) == old and _form_id(renamed) == new else content


def _form_id(content: bytes) -> object:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read.get("id") if isinstance(read, dict) else None
