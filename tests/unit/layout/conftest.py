import pytest

from tests.unit.layout.outline import Outline


@pytest.fixture
def outline():
    return Outline()
