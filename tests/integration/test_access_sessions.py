"""Signing in under attack: guessing, enumerating, planting and stealing sessions."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from engine import passwords
from engine.clock import ZONE, FixedClock
from engine.errors import NotSignedIn, SignInRefused
from engine.services import accounts
from engine.services.organisations import DEMONSTRATION_PASSWORD
from tests.support.browser import Browser
from web.application import create_app

NOON = datetime(2026, 3, 2, 12, tzinfo=ZONE)
ADDRESS = "192.0.2.7"


@pytest.fixture
def wall():
    """The real clock of sessions and delays, in the hands of the test."""
    return FixedClock(NOON)


@pytest.fixture
def guarded(offices, wall):
    """The system whose sessions follow the clock above."""
    return replace(offices.system, wall=wall)


def attempt(system, login_name="dongguan", password="wrong", address=ADDRESS):
    """Return the seconds to wait that a refused sign-in names, and its sentence."""
    with pytest.raises(SignInRefused) as refused:
        accounts.sign_in(system, login_name, password, address)
    return refused.value.details["wait_seconds"], refused.value.sentence


def fail(system, wall, times, **attempts):
    """Fail so often, waiting each time as long as was asked; return the waits."""
    waits = []
    for _ in range(times):
        wait, _ = attempt(system, **attempts)
        wall.advance(timedelta(seconds=wait))
        waits.append(wait)
    return waits


def test_the_delay_doubles_after_some_free_failures_and_is_never_longer_than_a_quarter_of_an_hour(guarded, wall):
    waits = fail(guarded, wall, 16)

    assert waits[:8] == [0, 0, 0, 0, 2, 4, 8, 16]
    assert waits == sorted(waits)
    assert max(waits) == 15 * 60


def test_during_the_delay_not_even_the_right_password_opens_the_account(guarded, wall):
    fail(guarded, wall, 5)
    attempt(guarded)

    wait, _ = attempt(guarded, password=DEMONSTRATION_PASSWORD)

    assert wait > 0


def test_after_the_delay_the_right_password_opens_the_account_and_the_failures_are_forgotten(guarded, wall):
    fail(guarded, wall, 8)

    assert accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).actor.login_name == "dongguan"
    assert attempt(guarded)[0] == 0


def test_a_wrong_password_for_one_name_delays_no_other(guarded, wall):
    fail(guarded, wall, 8)

    assert accounts.sign_in(guarded, "beijing", DEMONSTRATION_PASSWORD, ADDRESS)


def test_a_name_written_otherwise_is_the_same_name(guarded, wall):
    spellings = ["dongguan", "DONGGUAN", " Dongguan ", "dongGUAN", "dongguan"]

    waits = [attempt(guarded, login_name=spelling)[0] for spelling in spellings]

    assert waits[-1] == 2


def test_many_names_from_one_address_are_delayed_as_well(guarded, wall):
    waits = [attempt(guarded, login_name=f"name-{number}")[0] for number in range(62)]

    assert waits[:60] == [0] * 60
    assert waits[60] > 0
    assert attempt(guarded, login_name="another", address="198.51.100.9")[0] == 0


def test_failures_of_a_quarter_of_an_hour_ago_are_forgotten(guarded, wall):
    fail(guarded, wall, 4)
    wall.advance(timedelta(minutes=16))

    assert fail(guarded, wall, 4) == [0, 0, 0, 0]


def test_guesses_made_at_the_same_moment_are_all_counted(guarded, wall):
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: attempt(guarded), range(12)))

    with guarded.database.reading() as connection:
        counted = connection.exec_driver_sql(
            "SELECT subject, failures FROM sign_in_throttle ORDER BY subject DESC"
        ).all()
    assert [tuple(row) for row in counted] == [("name:dongguan", 12), (f"from:{ADDRESS}", 12)]


def test_nothing_of_an_answer_tells_whether_a_name_exists(guarded, wall):
    with guarded.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE account SET is_active = false WHERE login_name = 'foshan'")
    names = ("dongguan", "nobody", "foshan", "", "x" * 300, "dongguan' OR 1=1 --", "中国")

    answers = {attempt(guarded, login_name=name, address=f"from {name[:20]}") for name in names}
    disabled = attempt(guarded, login_name="foshan", password=DEMONSTRATION_PASSWORD)

    assert answers == {disabled} == {(0, "登录名或密码不正确。")}


def test_an_unknown_name_costs_the_same_work_as_a_known_one(guarded, monkeypatch):
    worked = []
    hasher = passwords._HASHER
    counting = SimpleNamespace(verify=lambda *given: worked.append(given) or hasher.verify(*given))
    monkeypatch.setattr(passwords, "_HASHER", counting)

    attempt(guarded, login_name="dongguan")
    attempt(guarded, login_name="nobody")

    parameters = {stored.rpartition("$")[0].rpartition("$")[0] for stored, _ in worked}
    assert len(worked) == 2
    assert parameters == {"$argon2id$v=19$m=19456,t=2,p=1"}


def test_the_time_of_an_answer_does_not_tell_either(guarded, wall):
    def seconds(login_name):
        began = time.perf_counter()
        attempt(guarded, login_name=login_name, address=str(began))
        wall.advance(timedelta(minutes=16))
        return time.perf_counter() - began

    pairs = [(seconds("dongguan"), seconds("nobody")) for _ in range(15)]

    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize("login_name", ["a\x00b", "\ud800", "a\r\nb", "‮nauggnod", "ＤＯＮＧＧＵＡＮ"])
def test_a_name_no_account_can_have_is_refused_like_any_other(guarded, login_name):
    browser = Browser.open(create_app(guarded))

    answer = browser.sign_in(login_name.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "wrong")

    assert answer.status_code in (400, 401)


@pytest.mark.parametrize(
    "password", ["", " ", "x" * 100_000, f"{DEMONSTRATION_PASSWORD} ", f"{DEMONSTRATION_PASSWORD}\x00"]
)
def test_nearly_the_right_password_is_the_wrong_one(guarded, password):
    assert attempt(guarded, password=password)[0] == 0


def test_a_session_ends_after_half_an_hour_without_use(guarded, wall):
    token = accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).token
    wall.advance(timedelta(minutes=29))
    accounts.read_session(guarded, token)
    wall.advance(timedelta(minutes=29))
    accounts.read_session(guarded, token)
    wall.advance(timedelta(minutes=30))

    with pytest.raises(NotSignedIn):
        accounts.read_session(guarded, token)


def test_a_session_ends_after_twelve_hours_of_use(guarded, wall):
    token = accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).token
    for _ in range(35):
        wall.advance(timedelta(minutes=20))
        accounts.read_session(guarded, token)
    wall.advance(timedelta(minutes=20))

    with pytest.raises(NotSignedIn):
        accounts.read_session(guarded, token)


def test_the_simulated_clock_signs_nobody_out(guarded, offices):
    token = accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).token

    offices.clock.move_to(datetime(2030, 1, 1, tzinfo=ZONE))

    assert accounts.read_session(guarded, token).actor.login_name == "dongguan"


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\x00", "中文"])
def test_a_token_that_was_never_given_opens_nothing(guarded, token):
    with pytest.raises(NotSignedIn):
        accounts.read_session(guarded, token)


def test_the_database_holds_no_token_that_would_open_a_session(guarded):
    token = accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).token

    with guarded.database.reading() as connection:
        stored = bytes(connection.exec_driver_sql("SELECT token_digest FROM web_session").scalar_one())

    assert token.encode() not in stored
    with pytest.raises(NotSignedIn):
        accounts.read_session(guarded, stored.hex())


def test_each_sign_in_has_a_token_and_a_proof_of_its_own(guarded):
    given = [accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS) for _ in range(3)]

    assert len({one.token for one in given} | {one.csrf_token for one in given}) == 6
    assert all(len(one.token) >= 43 for one in given)


def test_signing_out_ends_this_session_and_no_other(guarded):
    first, second = (accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).token for _ in range(2))

    accounts.sign_out(guarded, first)

    with pytest.raises(NotSignedIn):
        accounts.read_session(guarded, first)
    assert accounts.read_session(guarded, second).actor.login_name == "dongguan"


def test_a_new_password_ends_every_session_that_the_old_one_opened(guarded):
    stolen = accounts.sign_in(guarded, "dongguan", DEMONSTRATION_PASSWORD, ADDRESS).token
    other = accounts.sign_in(guarded, "beijing", DEMONSTRATION_PASSWORD, ADDRESS).token

    accounts.save_account(guarded, login_name="dongguan", password="Xin-Mi-Ma-2026", post_id="dongguan_officer")

    with pytest.raises(NotSignedIn):
        accounts.read_session(guarded, stolen)
    assert accounts.read_session(guarded, other).actor.login_name == "beijing"


def test_signing_in_again_ends_the_session_that_this_browser_had(guarded):
    app = create_app(guarded)
    browser = Browser.open(app)
    browser.sign_in("dongguan")
    before = browser.client.get_cookie("guicheng_session").value
    browser.post("/login", login_name="beijing", password=DEMONSTRATION_PASSWORD)

    thief = Browser.open(app)
    thief.client.set_cookie("guicheng_session", before)

    assert thief.get("/inbox").status_code == 302
    assert browser.get("/inbox").status_code == 200


def test_a_session_planted_before_signing_in_is_worth_nothing_after_it(guarded):
    app = create_app(guarded)
    attacker, victim = Browser.open(app), Browser.open(app)
    attacker.sign_in("guangzhou")
    planted = attacker.client.get_cookie("guicheng_session").value
    victim.client.set_cookie("guicheng_session", planted)

    victim.post("/login", login_name="dongguan", password=DEMONSTRATION_PASSWORD)

    assert victim.client.get_cookie("guicheng_session").value != planted
    with guarded.database.reading() as connection:
        names = connection.exec_driver_sql(
            "SELECT login_name FROM web_session JOIN account ON account.id = account_id"
        ).scalars()
        assert list(names) == ["dongguan"]


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(guarded, offices):
    round_id = offices.open_round("city_application")
    browser = Browser.open(create_app(guarded))
    browser.sign_in("ministry")
    before = browser.get("/rounds/new?procedure=city_application&year=2024").status_code
    with guarded.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE post SET roles = '{association}' WHERE id = 'miit_officer'")

    after = browser.get("/rounds/new?procedure=city_application&year=2024").status_code

    assert (before, after, round_id) == (200, 404, 1)
