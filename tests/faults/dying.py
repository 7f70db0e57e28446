"""A process of its own that is killed at a chosen point of the work, as `kill -9` would."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.database import Database
from engine.system import System


def die(*_: object) -> None:
    """End this process without any farewell."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(place: str, is_before: bool) -> None:
    """Let the process die before or after `package.module:function` (or `:Class.method`) is called."""
    module_name, _, path = place.partition(":")
    owner: Any = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original = getattr(owner, name)

    def deadly(*arguments: Any, **named: Any) -> None:
        if not is_before:
            original(*arguments, **named)
        die()

    setattr(owner, name, deadly)


def run_and_die(system: System, place: str, act: Callable[[System], object], *, is_before: bool = False) -> str:
    """Run `act` in a child process that dies at `place`; return what it acknowledged before, usually nothing.

    The child has its own connections; those it inherited are never touched.

    Raises:
        AssertionError: the act came to its end, so that the place was never reached.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _run(system, place, act, is_before, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{place} was never reached: {said}"
    assert os.WTERMSIG(status) == signal.SIGKILL
    return said


def _run(system: System, place: str, act: Callable[[System], object], is_before: bool, writing: int) -> None:
    try:
        arm(place, is_before)
        own = replace(system, database=Database(system.database.url.render_as_string(hide_password=False)))
        os.write(writing, str(act(own)).encode())
    except BaseException as error:
        os.write(writing, repr(error).encode())
    finally:
        os._exit(0)
