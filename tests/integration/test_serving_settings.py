import time
from datetime import timedelta
from threading import Thread

import pytest
from argon2 import extract_parameters

from engine import passwords
from engine.config import SettingRefused, read_settings

KEY = "1f3870be274f6c49b3e31a0c6728957f-hunter"


def test_without_any_setting_a_demonstration_starts_on_this_machine_only():
    settings = read_settings({})

    assert settings.is_demonstration
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url is None
    assert settings.max_upload_bytes == 20 * 1024 * 1024
    assert settings.demonstration_start.isoformat() == "2023-10-26T10:00:00+08:00"
    assert (settings.session_idle, settings.session_absolute) == (timedelta(minutes=30), timedelta(hours=12))


def test_production_takes_a_key_of_its_own():
    settings = read_settings({"MODE": "production", "SECRET_KEY": KEY})

    assert not settings.is_demonstration
    assert settings.secret_key == KEY


def test_an_empty_setting_is_no_setting():
    assert read_settings({"PORT": "", "DATABASE_URL": " "}).database_url is None


def test_a_start_without_a_zone_is_meant_in_beijing_time():
    settings = read_settings({"DEMONSTRATION_START": "2024-02-29T08:00"})

    assert settings.demonstration_start.isoformat() == "2024-02-29T08:00:00+08:00"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "test"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "８０００"),
        ("PORT", "8000.0"),
        ("THREADS", "0"),
        ("THREADS", "many"),
        ("MAX_UPLOAD_MEBIBYTES", "0"),
        ("SESSION_HOURS", "169"),
        ("TRUSTED_PROXIES", "5"),
        ("DEMONSTRATION_START", "yesterday"),
        ("PUBLIC_URL", "guicheng.example.org"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(name, value):
    with pytest.raises(SettingRefused, match=name):
        read_settings({name: value})


def test_without_a_mail_server_packages_stay_here():
    settings = read_settings({})

    assert settings.mail.host is None
    assert settings.outbox == settings.var / "outbox"


def test_a_mail_server_needs_a_sender_and_the_domains_it_may_send_to():
    server = {"SMTP_HOST": "mail.example", "MAIL_SENDER": "guicheng@example.org"}

    with pytest.raises(SettingRefused, match="MAIL_DOMAINS"):
        read_settings(server)
    assert read_settings({**server, "MAIL_DOMAINS": "A.example, b.example"}).mail.domains == {"a.example", "b.example"}


def test_settings_do_not_change_while_the_system_runs():
    with pytest.raises(AttributeError):
        read_settings({}).port = 1


def test_a_password_opens_and_another_does_not():
    kept = passwords.hash_password("correct horse")

    assert passwords.verify(kept, "correct horse")
    assert not passwords.verify(kept, "correct hors")
    assert not passwords.verify(kept, "")


def test_two_hashes_of_one_password_differ():
    assert passwords.hash_password("correct horse") != passwords.hash_password("correct horse")


def test_hashes_use_the_least_parameters_that_owasp_accepts():
    parameters = extract_parameters(passwords.hash_password("correct horse"))

    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
    assert parameters.type.name == "ID"


def test_nobody_has_no_password():
    assert not passwords.verify(None, "")


def test_a_damaged_hash_opens_nothing():
    assert not passwords.verify("$argon2id$damaged", "correct horse")


def test_an_endless_password_is_wrong_even_when_its_beginning_is_right():
    kept = passwords.hash_password("a" * passwords.LONGEST_PASSWORD)

    assert not passwords.verify(kept, "a" * (passwords.LONGEST_PASSWORD + 1))


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(monkeypatch):
    """The work of argon2id is its parameters, not a time that a busy machine would blur."""
    hasher, compared = passwords._HASHER, []

    class Watching:
        def verify(self, password_hash, password):
            compared.append((extract_parameters(password_hash), len(password_hash), password))
            return hasher.verify(password_hash, password)

    kept = passwords.hash_password("correct horse")
    monkeypatch.setattr(passwords, "_HASHER", Watching())

    assert [passwords.verify(kept, "wrong"), passwords.verify(None, "wrong")] == [False, False]
    assert compared[0] == compared[1]


def test_no_more_than_two_passwords_are_hashed_at_once(monkeypatch):
    at_once, most = [], []

    class Counting:
        def hash(self, _password):
            at_once.append(1)
            most.append(len(at_once))
            time.sleep(0.01)
            at_once.pop()
            return ""

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    threads = [Thread(target=passwords.hash_password, args=("x",)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) == 2
