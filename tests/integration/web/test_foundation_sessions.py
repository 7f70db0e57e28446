"""Who may see a page: signing in and out, and what a session's end costs."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from engine.services import accounts
from tests.support.browser import Browser, text_of
from web.application import create_app
from web.typed_fields import LABELS_FIELD, label_typed

POST = "dongguan_officer"
PASSWORD = "Zheng-Wu-2023-Cheng"


@pytest.fixture
def production(offices):
    """The application as installed: real rules for cookies, no demonstration account on the page."""
    settings = replace(offices.system.settings, mode="production", secret_key="k" * 8 + "0123456789abcdefghijklmnop")
    accounts.save_account(offices.system, login_name="officer", password=PASSWORD, post_id=POST)
    app = create_app(replace(offices.system, settings=settings))
    browser = Browser.open(app)
    browser.client.environ_base["wsgi.url_scheme"] = "https"
    return browser


def test_a_private_page_leads_to_the_login_page_and_back(browser):
    refused = browser.get("/cases?state=running")
    answer = browser.sign_in("dongguan", next="/cases?state=running")

    assert refused.status_code == 302
    assert refused.location == "/login?next=/cases?state%3Drunning"
    assert answer.location == "/cases?state=running"


def test_a_view_that_never_asks_who_acts_is_private_all_the_same(app, browser):
    app.view_functions["inbox.index"] = lambda: "contents"

    assert browser.get("/inbox").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "inbox",
        "/a\nb",
        "",
    ],
)
def test_signing_in_leads_nowhere_outside_this_site(browser, target):
    assert browser.sign_in("dongguan", next=target).location == "/inbox"


def test_a_person_who_has_signed_in_is_not_asked_again(browse):
    assert browse("dongguan").get("/login").location == "/inbox"


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(browser):
    unknown = browser.sign_in("nobody", "wrong")
    wrong = browser.sign_in("dongguan", "wrong")

    assert unknown.status_code == wrong.status_code == 401
    assert text_of(unknown.text) == text_of(wrong.text)
    assert "登录名或密码不正确" in wrong.text


def test_the_login_page_says_how_long_to_wait_after_many_failures(browser):
    answers = [browser.sign_in("dongguan", "wrong") for _ in range(6)]

    assert "请检查后重新输入" in answers[0].text
    assert "秒后再试" in text_of(answers[-1].text)


def test_a_refused_sign_in_shows_the_name_again_but_never_the_password(browser):
    answer = browser.sign_in("dong<guan", "secret-word")

    assert 'value="dong&lt;guan"' in answer.text
    assert "secret-word" not in answer.text


def test_signing_out_ends_the_session_on_the_server_too(browse):
    browser = browse("dongguan")
    stolen = browser.client.get_cookie("guicheng_session").value

    browser.post("/logout")
    thief = Browser(browser.client.application.test_client())
    thief.client.set_cookie("guicheng_session", stolen)

    assert browser.client.get_cookie("guicheng_session") is None
    assert thief.get("/inbox").status_code == 302


def test_signing_in_gives_a_token_that_the_browser_did_not_choose(browser):
    browser.client.set_cookie("guicheng_session", "chosen-by-somebody-else")

    browser.sign_in("dongguan")

    assert browser.client.get_cookie("guicheng_session").value != "chosen-by-somebody-else"


def test_scripts_cannot_read_the_session_and_other_sites_cannot_send_it(browser):
    cookie = browser.sign_in("dongguan").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_in_production_cookies_travel_with_tls_only_and_for_this_host_only(production):
    cookies = production.get("/login").headers.getlist("Set-Cookie")
    cookies += production.sign_in("officer", PASSWORD).headers.getlist("Set-Cookie")

    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-guicheng-visitor", "__Host-guicheng"]
    assert all("Secure" in cookie and "Domain" not in cookie and "Path=/" in cookie for cookie in cookies)


def test_in_production_no_demonstration_account_is_offered(production):
    page = production.read("/login")

    assert "演示账号" not in page
    assert "演示时钟" not in page


def test_in_demonstration_mode_every_account_is_one_click_away(browser):
    page = browser.read("/login")

    assert page.count('name="login_name" value="dongguan"') == 1
    assert page.count("<form") > 10


def test_a_disabled_account_is_refused_at_the_next_click(browse, database):
    browser = browse("dongguan")
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE account SET is_active = false WHERE login_name = 'dongguan'")

    assert browser.get("/inbox").status_code == 302


def test_what_was_typed_is_shown_when_the_session_has_ended(browse, database):
    browser = browse("dongguan")
    token = browser.token()
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM web_session")

    answer = browser.send("POST", "/tasks/1/complete", data={"csrf_token": token, "plan": "三年行动计划 <b>"})

    assert answer.status_code == 401
    assert "三年行动计划 &lt;b&gt;" in answer.text
    assert token not in answer.text


@pytest.mark.parametrize(
    ("referer", "way"),
    [("http://localhost/tasks/1?a=b", "/login?next=/tasks/1"), ("http://elsewhere.example/tasks/1", "/login")],
)
def test_signing_in_again_leads_back_to_the_page_that_was_filled_in(browse, database, referer, way):
    browser = browse("dongguan")
    data = {"csrf_token": browser.token(), "review_opinion": "同意。"}
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM web_session")

    answer = browser.send("POST", "/tasks/1/complete", data=data, headers={"Referer": referer})

    assert f'href="{way}"' in answer.text
    assert "第 1 项" in answer.text
    assert "review_opinion" not in answer.text


def test_what_was_typed_before_a_session_ended_is_listed_by_the_labels_of_the_page(browse, database, offices):
    task_id = offices.start("dongguan", offices.open_round("city_application"))
    browser = browse("dongguan")
    page = browser.read(f"/tasks/{task_id}")
    labels = unescape(re.search(r'name="field_labels" value="([^"]*)"', page)[1])
    data = {"csrf_token": browser.token(), "field_labels": labels, "city_overview": "概况一二三", "unknown": "别的"}
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM web_session")

    answer = browser.send("POST", f"/tasks/{task_id}/complete", data=data)

    assert answer.status_code == 401
    assert re.search(r"<dt>城市[^<]*</dt><dd>概况一二三</dd>", answer.text)
    assert "<dt>第 2 项</dt><dd>别的</dd>" in answer.text


def test_labels_of_rows_are_found_without_their_numbers():
    pairs = [("members[1].name", "王某"), (LABELS_FIELD, "members.name\t姓名\nrest"), ("reason", "<b>"), ("rest", "x")]

    assert label_typed(pairs) == (("姓名", "王某"), ("理由", "<b>"), ("第 3 项", "x"))


def test_a_stranger_who_finds_nothing_is_led_to_the_public_pages(browser):
    answer = browser.get("/public/999")

    assert answer.status_code == 404
    assert "查看公示公告" in answer.text
    assert "返回待办" not in answer.text


def test_a_program_without_a_session_gets_401_as_json(browser):
    answer = browser.get("/inbox", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert "重新登录" in answer.json["sentence"]


def test_htmx_without_a_session_is_sent_to_the_login_page(browser):
    answer = browser.get("/inbox", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/login"
