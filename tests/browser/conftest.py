"""The real program as a process with a folder of its own, and people with browsers in front of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from engine.config import read_settings
from tests.support.chromium import launched
from tests.support.errands import Hands
from tests.support.pace import PACE
from tests.support.processes import REPOSITORY
from tests.support.programs import started
from tests.support.visitor import PICTURES, People
from web.serving import opened_system

FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser):
    help_text = "make pages so many times slower and answers late, to find tests that do not wait"
    parser.addoption("--slowly", type=int, default=1, metavar="TIMES", help=help_text)


def pytest_collection_modifyitems(config, items):
    for item in items:
        if slowness(config) > 1:
            item.add_marker(pytest.mark.timeout(300 * slowness(config)))


def slowness(config):
    """Return what `--slowly` asks for; the option is known where the browser tests are named on the command line."""
    return config.getoption("slowly", default=1)


# Not for the session: while it runs, Playwright keeps an event loop that other tests of asyncio would meet.
@pytest.fixture(scope="package")
def chromium(pytestconfig):
    PACE.begin(slowness(pytestconfig))
    with launched() as browser:
        yield browser
    PACE.end()


@pytest.fixture(scope="module")
def program(prepared):
    """`guicheng run` as people start it: embedded database, pages, pulse and worker; one of its own for each module."""
    with tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder:
        prepared(Path(folder) / "var")
        with started(Path(folder) / "var") as process:
            yield process


@pytest.fixture(scope="module")
def offices(program):
    """Everybody's hands over the running program, for what is done before anybody looks."""
    settings = read_settings({"VAR": str(program.data), "BPMN": str(REPOSITORY / "bpmn")})
    with opened_system(settings, application_name="tests") as system:
        yield Hands(system, system.clock)


@pytest.fixture(scope="module")
def people(chromium, program):
    everybody = People(chromium, program.base)
    yield everybody
    everybody.close()


@pytest.fixture(autouse=True)
def _everybody_leaves(request, people):
    """An open page is drawn anew whenever its case changes: a third of what a story of a dozen people costs.

    A page stays for the next test if the last one used it, and where there are many people none stays.
    """
    yield
    if getattr(request.module, "HAS_MANY_PEOPLE", False):
        people.leave()
    else:
        people.leave_what_is_not_in_use()


@pytest.fixture(autouse=True)
def _nobody_complains(request, people, _everybody_leaves):
    """After every test: no error of a script, no violation of the security policy, no English, no answer above 499."""
    yield
    assert people.hear_complaints() == []


@pytest.fixture(autouse=True)
def _pictures_of_failures(request, people, _everybody_leaves):
    yield
    if request.node.stash.get(FAILED, False):
        for number, visitor in enumerate(people.everybody):
            PICTURES.mkdir(parents=True, exist_ok=True)
            visitor.page.screenshot(path=PICTURES / f"failed-{request.node.name}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        # Of what fails after it, pictures would only show the same.
        item.stash[FAILED] = not item.parent.stash.get(FAILED, False)
        item.parent.stash[FAILED] = True
        if "program" in getattr(item, "funcargs", {}):
            report.sections.append(("program", "".join(item.funcargs["program"].lines[-60:])))
    return report


def pytest_runtest_setup(item):
    """A tour whose earlier step failed does not go on."""
    if getattr(item.module, "IN_ORDER", False) and item.parent.stash.get(FAILED, False):
        pytest.skip("an earlier step of the tour failed")
