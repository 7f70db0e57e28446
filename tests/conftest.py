"""What every test may ask for: a real PostgreSQL, clean before each test, a standing clock, a store of files."""

from __future__ import annotations

import gc
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from engine.clock import ZONE, FixedClock
from engine.config import Settings, read_settings
from engine.database import Database, create_database_if_missing
from engine.migrations import migrate
from engine.postgres import EmbeddedPostgres
from engine.system import System, build
from tests.support.snapshots import CompiledOnce, Snapshots

pytest_plugins = ["tests.support.fixtures"]

#: The day on which the demonstration begins.
START = datetime(2023, 10, 26, 10, 0, tzinfo=ZONE)
REPOSITORY = Path(__file__).parent.parent
#: Where Python counts to 700: compiled procedures and applications are many objects, and few of them are ever garbage.
OBJECTS_BETWEEN_COLLECTIONS = 10_000


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for garbage among what tests leave behind, not among ten thousand tests and their modules time and again."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    gc.enable()
    return collected


@pytest.fixture(scope="session")
def postgres():
    """A server of this test run alone, without the safety against power loss that tests do not need.

    Not under pytest's own folder: as root the server runs under another account, and every start of another pytest
    shuts that folder to everybody else.
    """
    with (
        tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres", is_durable=False) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def migrated_database(postgres):
    url = postgres.url("guicheng")
    create_database_if_missing(url)
    database = Database(url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def snapshots(migrated_database):
    """The known states of the database in this test run."""
    return Snapshots(migrated_database)


@pytest.fixture
def database(migrated_database, snapshots):
    """The database with empty tables and numbers that start at 1."""
    snapshots.empty()
    return migrated_database


@pytest.fixture
def clock():
    """A clock that stands at 2023-10-26 10:00 in Asia/Shanghai until a test moves it."""
    return FixedClock(START)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return read_settings(
        {"MODE": "demonstration", "VAR": str(tmp_path / "var"), "BPMN": str(REPOSITORY / "bpmn"), "PORT": "0"}
    )


@pytest.fixture
def system(settings, database, clock) -> System:
    """The assembled system around the empty database, with the standing clock; no organisation, no procedure."""
    return replace(build(settings, database), clock=clock, folders=CompiledOnce())
