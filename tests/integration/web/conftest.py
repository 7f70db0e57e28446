"""The application around the real system, and browsers for the people of the demonstration."""

from __future__ import annotations

import pytest

from tests.support.browser import Browser
from web.application import create_app


@pytest.fixture
def app(offices):
    """The application with the first edition of organisations and the first procedure deployed."""
    return create_app(offices.system)


@pytest.fixture
def browser(app):
    """A browser in which nobody has signed in."""
    return Browser.open(app)


@pytest.fixture
def browse(app):
    """Return a function: login name -> a browser in which this person has signed in."""

    def signed_in(login_name: str) -> Browser:
        browser = Browser.open(app)
        answer = browser.sign_in(login_name)
        assert answer.status_code == 302, answer.text
        return browser

    return signed_in
