"""The saved state of a case: bytes with a format version, a checksum and the digest of the definition it belongs to.

    magic (4) · format version (1) · SHA-256 of the rest (32) · JSON:
    [definition digest, element names, rows of the process, [[host token, process, rows] of each subprocess],
     has it ended, [[name, payload] of each kept message]]
    row: [token id, index of the parent row or -1, index of the name, state, remembered, item]
Format 1 is the same without kept messages; it is read, never written.

The definition itself is never part of a state, and neither are the case variables. Nothing is unpickled.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

import orjson

from engine.errors import ExecutionError
from engine.language.wording import quoted
from engine.runtime.lean import LeanTask
from engine.runtime.limits import MAX_STATE_BYTES
from engine.runtime.pruning import prune
from engine.runtime.session import Session
from engine.runtime.values import Definition, StateDamaged
from engine.runtime.workflow import CaseWorkflow, SubWorkflow

MAGIC = b"GCRT"
FORMAT = 2
#: Number of parts of every format that is read.
FORMATS = {1: 5, 2: 6}
_HEADER = len(MAGIC) + 1 + 32


def save(definition: Definition, workflow: CaseWorkflow) -> bytes:
    """Write down where the case is.

    Raises:
        ExecutionError: it holds values that cannot be stored, or is too large.
    """
    prune(workflow)
    names: dict[str, int] = {}
    try:
        inner = [
            [host, level.spec.name, _rows(level, names)]
            for host, level in sorted(workflow.subprocesses.items(), key=lambda pair: pair[1].depth)
        ]
        parts = [definition.digest, names, _rows(workflow, names), inner, workflow.completed, workflow.messages]
        content = orjson.dumps(parts)
    except TypeError as error:
        raise ExecutionError("多实例任务中的值无法保存。", reason=str(error)) from error
    if len(content) > MAX_STATE_BYTES:
        raise _too_large(workflow)
    return MAGIC + bytes([FORMAT]) + sha256(content).digest() + content


def _too_large(workflow: CaseWorkflow) -> ExecutionError:
    """Name the element whose tokens remember the most."""
    # Kept messages belong to no element.
    sizes: Counter[str] = Counter({"": len(orjson.dumps(workflow.messages))})
    for level in (workflow, *workflow.subprocesses.values()):
        for task in level.tasks.values():
            sizes[task.task_spec.bpmn_id or ""] += len(orjson.dumps([task.internal_data, task.data]))
    element_id = sizes.most_common(1)[0][0]
    name = quoted(workflow.script_engine.name_of(element_id)) if element_id else "还没有步骤接收的消息"
    return ExecutionError(
        f"办件的流程状态过大，无法保存，其中{name}占得最多；请减少名单或消息。", element_id=element_id
    )


def load(definition: Definition, state: bytes, session: Session) -> CaseWorkflow:
    """Rebuild the case.

    Raises:
        StateDamaged: the bytes are damaged, of another format, or of another definition.
    """
    digest, names, rows, inner, completed, *messages = _content(state)
    if digest != definition.digest:
        raise StateDamaged("办件的流程状态属于另一个版本的流程图。", expected=definition.digest, found=digest)
    specs = definition.specs
    workflow = CaseWorkflow(specs[definition.process_id], dict(specs), script_engine=session, deserializing=True)
    try:
        words = list(names)
        _restore(workflow, rows, words)
        for host_id, spec_name, inner_rows in inner:
            _restore_inner(workflow, host_id, specs[spec_name], inner_rows, words)
        workflow.messages = [(name, dict(payload)) for kept in messages for name, payload in kept]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StateDamaged(reason=str(error)) from error
    workflow.completed = bool(completed)
    return workflow


def _content(state: bytes) -> Any:
    if len(state) < _HEADER or not state.startswith(MAGIC):
        raise StateDamaged(reason="not a state")
    if state[len(MAGIC)] not in FORMATS:
        raise StateDamaged(reason=f"format {state[len(MAGIC)]}, expected one of {list(FORMATS)}")
    content = state[_HEADER:]
    if sha256(content).digest() != state[len(MAGIC) + 1 : _HEADER]:
        raise StateDamaged(reason="checksum does not match")
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise StateDamaged(reason=str(error)) from error
    if not isinstance(found, list) or len(found) != FORMATS[state[len(MAGIC)]]:
        raise StateDamaged(reason="unknown content")
    return found


def _rows(level: Any, names: dict[str, int]) -> list[Any]:
    """Return the rows of a pruned level, whose tasks stand in the order of their tree."""
    rows: list[Any] = []
    index: dict[str | None, int] = {None: -1}
    for task_id, task in level.tasks.items():
        index[task_id] = len(rows)
        name = names.setdefault(task.task_spec.name, len(names))
        rows.append((task_id, index[task._parent], name, task._state, task.internal_data, task.data))
    return rows


def _restore(level: Any, rows: list[Any], words: list[str]) -> None:
    tasks: list[LeanTask] = []
    specs = level.spec.task_specs
    for task_id, parent, name, state, remembered, item in rows:
        saved = (task_id, state, remembered, item)
        tasks.append(LeanTask.restored(level, specs[words[name]], saved, tasks[parent] if parent >= 0 else None))
    level.task_tree = tasks[0]


def _restore_inner(workflow: CaseWorkflow, host_id: str, spec: Any, rows: list[Any], words: list[str]) -> None:
    host = workflow.get_task_from_id(host_id)
    level = SubWorkflow(spec, parent_task_id=host_id, top_workflow=workflow, deserializing=True)
    workflow.subprocesses[host_id] = level
    _restore(level, rows, words)
    level.completed_event.connect(host.task_spec._on_subworkflow_completed, host)
