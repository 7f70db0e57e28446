"""What every answer carries, and what every unsafe request must show."""

from __future__ import annotations

import re

import pytest
from flask import request

from tests.support.browser import Browser
from web import security

PUBLIC = {
    "/login": "sign in",
    "/logout": "ending a session needs none",
    "/healthz": "asked by the load balancer",
    "/accessibility": "the statement is for everybody",
    "/public": "what is published is for everybody",
    "/public/1": "the same",
    "/public/1/document": "the same",
    "/public/objections": "who objected reads the answer with the code",
    "/verify": "anybody who holds a receipt may check it",
}
EXAMPLES = {"int": "1", "default": "x", "path": "site.css"}
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)


def addresses(app, *, methods):
    """Return (method, address) of every route with one of these methods, its arguments filled with examples."""
    found = []
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(?:(\w+):)?\w+>", lambda match: EXAMPLES[match[1] or "default"], rule.rule)
        found += [(method, address) for method in sorted(rule.methods & methods)]
    return found


def test_every_unsafe_route_refuses_a_request_without_the_token(app, browse):
    browser = browse("dongguan")
    unsafe = addresses(app, methods={"POST", "PUT", "PATCH", "DELETE"})

    statuses = {address: browser.send(method, address).status_code for method, address in unsafe}

    assert len(statuses) > 12
    assert set(statuses.values()) == {403}


def test_every_unsafe_route_refuses_the_token_of_another_session(app, browse):
    browser, stranger = browse("dongguan"), browse("ministry")
    token = stranger.token()
    unsafe = addresses(app, methods={"POST", "PUT", "PATCH", "DELETE"})

    answers = [browser.send(method, path, data={"csrf_token": token}) for method, path in unsafe]

    assert {answer.status_code for answer in answers} == {403}


def test_no_unsafe_route_does_its_work_for_a_plain_link(app, browse):
    browser = browse("dongguan")
    readable = {address for _, address in addresses(app, methods={"GET"})}
    only_unsafe = [address for _, address in addresses(app, methods={"POST"}) if address not in readable]

    statuses = {address: browser.get(address).status_code for address in only_unsafe}

    assert set(statuses.values()) <= {404, 405}


def test_every_page_but_the_listed_ones_asks_for_a_session(app, browser):
    readable = addresses(app, methods={"GET"})

    open_to_all = {address for _, address in readable if browser.get(address).status_code not in (302, 401)}

    assert open_to_all == {*PUBLIC, "/static/site.css"} - {"/logout"}


def test_a_page_of_the_same_origin_may_send_the_token_in_a_header(browse):
    browser = browse("dongguan")

    answer = browser.send(
        "POST", "/logout", headers={security.HEADER: browser.token(), "Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "https://localhost"},
    ],
)
def test_a_request_of_another_origin_is_refused_even_with_the_token(browse, headers):
    browser = browse("dongguan")

    answer = browser.post("/logout", headers=headers)

    assert answer.status_code == 403
    assert browser.get("/inbox").status_code == 200


def test_nobody_can_be_signed_in_by_another_site(browser):
    without_cookie = browser.send("POST", "/login", data={"login_name": "dongguan", "password": "x"})
    browser.client.set_cookie("guicheng_visitor", "planted")
    with_planted = browser.send("POST", "/login", data={"csrf_token": "planted", "login_name": "dongguan"})

    assert without_cookie.status_code == with_planted.status_code == 403


def test_the_login_token_belongs_to_the_visitor_it_was_given_to(app, browser):
    other = Browser.open(app)
    browser.get("/login")

    answer = browser.send("POST", "/login", data={"csrf_token": other.token("/login"), "login_name": "dongguan"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/login", "/inbox", "/nowhere", "/healthz", "/accessibility", "/tasks/999", "/static/site.css", "/logout"]
)
def test_every_answer_carries_the_headers(browse, path):
    headers = browse("dongguan").get(path).headers

    assert headers["Content-Security-Policy"] == security.CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/login", "/inbox", "/completed", "/verify", "/accessibility", "/nowhere"])
def test_no_page_is_stored_or_needs_anything_inline(browse, path):
    answer = browse("dongguan").get(path)

    assert answer.headers["Cache-Control"] == "no-store"
    assert INLINE.findall(answer.text) == []


def test_a_file_named_by_its_digest_is_kept_for_ever(browser):
    named = re.search(r'href="(/static/site\.css\?v=[0-9a-f]{16})"', browser.read("/login"))[1]

    assert "immutable" in browser.get(named).headers["Cache-Control"]
    assert browser.get("/static/site.css").headers["Cache-Control"] == "no-cache"
    assert browser.get("/static/nothing.css?v=1").headers["Cache-Control"] == "no-cache"


def test_static_files_cannot_be_left(browser):
    assert browser.get("/static/../application.py").status_code == 404
    assert browser.get("/static/%2e%2e/application.py").status_code == 404


def test_a_form_larger_than_any_form_is_refused(browse):
    browser = browse("dongguan")

    answer = browser.post("/tasks/1/draft", plan="文" * 1_000_000)

    assert answer.status_code == 413
    assert "超过上限" in answer.text


def test_a_form_with_more_parts_than_any_form_is_refused(browse):
    browser = browse("dongguan")
    parts = {f"f{number}": "x" for number in range(3000)}

    answer = browser.send("POST", "/tasks/1/draft", data=parts, content_type="multipart/form-data")

    assert answer.status_code == 413


def test_forwarded_headers_of_a_stranger_are_not_believed(app):
    headers = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Host": "evil.example"}
    with app.test_request_context("/login", headers=headers):
        assert request.remote_addr != "10.0.0.1"
        assert request.host == "localhost"


@pytest.mark.parametrize(
    "path",
    [
        "/inbox?search=%00",
        "/inbox?cursor=%00",
        "/cases?search=a%00b",
        "/receipts/%00",
        "/verify?number=%00&code=x",
        "/monitor/%00/1",
        "/rounds/new?procedure=%00",
        "/login?next=%00",
    ],
)
def test_a_character_that_cannot_be_stored_is_refused_in_an_address(browse, path):
    assert browse("ministry").get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "path", ["/login", "/cases/1/withdraw", "/rounds", "/clock", "/tasks/1/draft", "/hall/1/start"]
)
def test_a_character_that_cannot_be_stored_is_refused_in_a_field(browse, path):
    fields = dict.fromkeys(("login_name", "password", "reason", "title", "instant", "city_overview"), "a\0b")

    assert browse("dongguan").post(path, **fields).status_code in (400, 404)


@pytest.mark.parametrize("path", ["/inbox?search=%FF%FE", "/inbox?search=%ED%A0%80", "/verify?number=%F0%9F&code=%C0"])
def test_bytes_that_are_no_text_do_no_harm(browse, path):
    assert browse("dongguan").get(path).status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "1e3", "%31%00"])
def test_a_number_that_is_no_task_is_not_found(browse, number):
    assert browse("dongguan").get(f"/tasks/{number}").status_code in (400, 404)
