"""Everybody's hands over the assembled system."""

from __future__ import annotations

import pytest

from tests.support.offices import Offices


@pytest.fixture
def offices(system, clock):
    """The system with the first edition of organisations loaded and the first procedure deployed."""
    everybody = Offices(system, clock)
    everybody.load("city_application")
    return everybody
