"""The whole program under a browser: started, and at its end asked what went wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import REPOSITORY, Process, running


@contextmanager
def started(var: Path, **settings: object) -> Iterator[Process]:
    """`guicheng run` with its data in `var`; `base` is its address. It must end well and report no error."""
    with running("run", VAR=var, **settings) as process:
        process.base, process.data = process.address(), var
        yield process
        assert process.end() == 0
        faults = [line for line in process.lines if " ERROR " in line or "Traceback" in line]
    assert not faults, "".join(process.lines[-50:])


def small_edition(folder: Path, procedure: Path) -> Path:
    """Return a `bpmn/` in a folder: what procedures share, and one procedure alone."""
    bpmn = folder / "bpmn"
    for shared in ("calendars", "organisations", "documents"):
        shutil.copytree(REPOSITORY / "bpmn" / shared, bpmn / shared)
    shutil.copy(REPOSITORY / "bpmn" / "clauses.yaml", bpmn)
    shutil.copytree(procedure, bpmn / procedure.name)
    return bpmn
