"""The assembled system with the first edition of organisations and procedures."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.services.driver import Offices

from engine.calendars import load_calendar
from engine.files import FileStore
from engine.jobs import Jobs
from engine.system import FolderCache, System

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def folder_cache():
    return FolderCache()


@pytest.fixture
def offices(settings, database, clock):
    system = System(
        settings=settings,
        database=database,
        clock=clock,
        files=FileStore(settings.files),
        calendar=load_calendar((REPOSITORY / "bpmn/calendars/cn.yaml").read_text(encoding="utf-8")),
        jobs=Jobs(),
        folders=FolderCache(),
    )
    everybody = Offices(system, clock)
    everybody.load("city_application")
    return everybody
