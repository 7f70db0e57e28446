"""A browser without scripts: follows the forms of a page, keeps cookies, sends the token that the page gave."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.services.organisations import DEMONSTRATION_PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """One person's browser."""

    client: FlaskClient

    @classmethod
    def open(cls, app: Flask) -> Browser:
        return cls(app.test_client())

    def sign_in(self, login_name: str, password: str = DEMONSTRATION_PASSWORD, **fields: str) -> TestResponse:
        return self.post("/login", login_name=login_name, password=password, page="/login", **fields)

    def get(self, path: str, **options) -> TestResponse:
        return self.send("GET", path, **options)

    def send(self, method: str, path: str, **options) -> TestResponse:
        """Send a request as it is, without the token; the answer is read to its end, as a browser would."""
        return self.client.open(path, method=method, buffered=True, **options)

    def read(self, path: str) -> str:
        """Return the text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status, answer.location)
        return answer.text

    def token(self, page: str = "/accessibility") -> str:
        """Return the token that the forms of a page carry; any page does once somebody has signed in."""
        found = TOKEN.search(self.read(page))
        assert found, f"{page} has no form with a token"
        return unescape(found[1])

    def post(
        self,
        path: str,
        *,
        page: str = "/accessibility",
        headers: dict | None = None,
        files: dict | None = None,
        **fields,
    ) -> TestResponse:
        """Submit the fields with the token of `page`; `files` maps a field to (name, content)."""
        sent = {"csrf_token": self.token(page), **fields}
        for name, (file_name, content) in (files or {}).items():
            sent[name] = (io.BytesIO(content), file_name)
        return self.send("POST", path, data=sent, headers=headers)


def text_of(markup: str) -> str:
    """Return what is read on a page: no tags, entities resolved, white space joined."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())
