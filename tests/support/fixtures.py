"""Everybody's hands over the assembled system."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from engine import passwords
from tests.support.offices import Offices
from tests.support.processes import Installation
from web.application import Application


class KeptInMemory(BytecodeCache):
    """Compiles a template once in a test run and not once in an application."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get((bucket.key, bucket.checksum))
        if kept:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class CompiledRule(Rule):
    """Compiles what builds an address once in a test run and not twice for each route of an application."""

    _compiled: ClassVar[dict[tuple, Callable]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable:
        # Without defaults it depends on nothing else: converters are asked for by name, through the rule.
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (tuple(self._trace), append_unknown)
        if key not in self._compiled:
            self._compiled[key] = super()._compile_builder(append_unknown)
        return self._compiled[key]


class ComparedOnce:
    """Compares a right password with what is stored once in a test run; a wrong one costs its work every time."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._right: set[tuple[str, str]] = set()
        self._hasher = hasher
        self.hash = hasher.hash

    def verify(self, stored: str, password: str) -> bool:
        if (stored, password) not in self._right:
            self._hasher.verify(stored, password)
            self._right.add((stored, password))
        return True


passwords._HASHER = ComparedOnce(passwords._HASHER)
# No test shows a loss of power.
os.fsync = lambda _descriptor: None
Application.jinja_options = {"bytecode_cache": KeptInMemory()}
Application.url_rule_class = CompiledRule


@pytest.fixture
def offices(system, clock, snapshots):
    """The system with the first edition of organisations loaded and the first procedure deployed."""
    everybody = Offices(system, clock, snapshots)
    everybody.load("city_application")
    return everybody


@pytest.fixture(scope="session")
def prepared():
    """Return a function: makes a folder that does not exist yet what the first start of `guicheng run` makes of it."""
    with tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder:
        yield Installation(Path(folder)).copy_to
