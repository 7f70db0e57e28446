"""The public DMN compatibility kit, where its folder stands beside the checkout (or GUICHENG_TCK names it)."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from tests.unit.language import tck_adapter

KIT = Path(os.environ.get("GUICHENG_TCK") or Path(__file__).resolve().parents[4] / "shared" / "tck")
#: A back reference needs more than linear time, so patterns with one are null here.
BEYOND_LINEAR_TIME = {"compliance-level-3/1111-feel-matches-function K2-MatchesFunc-17"}

pytestmark = pytest.mark.skipif(
    not (KIT / "tck_runner.py").exists(), reason=f"the compatibility kit is not at {KIT}; set GUICHENG_TCK to run it"
)


@pytest.fixture(scope="module")
def runner():
    specification = importlib.util.spec_from_file_location("tck_runner", KIT / "tck_runner.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["tck_runner"] = module
    specification.loader.exec_module(module)
    yield module
    del sys.modules["tck_runner"]


def _outcomes(runner, level):
    """Return, for each case of a level, whether it passed."""
    outcomes = {}
    for xml in sorted((KIT / "TestCases" / level).rglob("*.xml")):
        for case in runner.load_cases(xml):
            results = runner.run_case(tck_adapter.evaluate, True, case, strict=True)
            outcomes[f"{level}/{xml.parent.name} {case['id']}"] = all(result[0] for result in results)
    return outcomes


def test_every_case_of_level_2_passes(runner):
    outcomes = _outcomes(runner, "compliance-level-2")
    assert len(outcomes) == 116
    assert [case for case, has_passed in outcomes.items() if not has_passed] == []


def test_every_case_of_level_3_passes_but_for_back_references(runner):
    outcomes = _outcomes(runner, "compliance-level-3")
    assert len(outcomes) >= 2800
    assert {case for case, has_passed in outcomes.items() if not has_passed} == BEYOND_LINEAR_TIME
