"""Signing in and out, sessions, and the accounts of demonstration mode.

Sessions and delays follow the real clock (`system.wall`): moving the simulated one signs nobody out.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row

from engine import passwords
from engine.errors import NotSignedIn, SignInRefused
from engine.store import accounts
from engine.system import System
from engine.views import DemoAccount, Session, SignedIn

#: Wrong passwords that cost nothing but the answer; an honest typing error is not punished.
FREE_FAILURES = 4
#: Failures whose delay ended this long ago are forgotten.
FORGETTING = timedelta(minutes=15)
LONGEST_DELAY = timedelta(minutes=15)
#: An address is shared by an office behind one router: it may fail far more often than one name.
FREE_FAILURES_OF_ADDRESS = 60
#: How old the mark of use may grow before a request renews it: one small write a minute at most.
TOUCH_AFTER = timedelta(minutes=1)


def sign_in(system: System, login_name: str, password: str, address: str) -> SignedIn:
    """Open a session.

    Unknown names, wrong passwords and disabled accounts get the same answer after the same work.

    Args:
        system: the system.
        login_name: as typed; upper and lower case are the same.
        password: as typed.
        address: where the request came from.

    Raises:
        SignInRefused: always with the same sentence; `details["wait_seconds"]` says how long to wait before trying.
    """
    now = system.wall.now()
    subjects = (f"name:{login_name.strip().lower()[:100]}", f"from:{address}")
    with system.database.transaction() as connection:
        _refuse_while_delayed(connection, subjects, now)
        row = accounts.find_account(connection, login_name.strip())
    is_right = passwords.verify(row.password_hash if row else None, password)
    with system.database.transaction() as connection:
        if not (is_right and row is not None and row.is_active):
            wait = _count_failure(connection, subjects, now)
            refused = SignInRefused(wait_seconds=wait)
        else:
            accounts.clear_throttle(connection, subjects[0])
            accounts.delete_expired(connection, now)
            return _open_session(system, connection, row, now)
    raise refused


def read_session(system: System, token: str) -> Session:
    """Return the person behind a session token.

    Raises:
        NotSignedIn: the token opens no session, or it was idle or alive too long, or the account was disabled.
    """
    now = system.wall.now()
    digest = _digest(token)
    with system.database.transaction() as connection:
        row = accounts.find_session(connection, digest)
        idle = system.settings.session_idle
        if row is None or not row.is_active or row.expires_at <= now or row.seen_at + idle <= now:
            raise NotSignedIn
        if row.seen_at + TOUCH_AFTER <= now:
            accounts.touch_session(connection, digest, now)
    return Session(actor=accounts.actor_of(row), csrf_token=row.csrf_token)


def sign_out(system: System, token: str) -> None:
    """End a session; a token that opens none is ignored."""
    with system.database.transaction() as connection:
        accounts.delete_session(connection, _digest(token))


def list_demo_accounts(system: System) -> tuple[DemoAccount, ...]:
    """Return the accounts offered on the login page; none outside demonstration mode."""
    if not system.settings.is_demonstration:
        return ()
    with system.database.reading() as connection:
        rows = accounts.demonstration_accounts(connection)
    return tuple(
        DemoAccount(
            login_name=row.login_name,
            office=row.organisation_name,
            kind=row.organisation_kind,
            post=row.post_name,
            duty=row.duty,
        )
        for row in rows
    )


def save_account(
    system: System, *, login_name: str, password: str, post_id: str, duty: str = "", is_demonstration: bool = False
) -> None:
    """Make an account for a post, or give an existing one another post and password, which ends its sessions."""
    with system.database.transaction() as connection:
        accounts.delete_sessions_of(connection, login_name)
        accounts.upsert_account(
            connection,
            {
                "login_name": login_name,
                "password_hash": passwords.hash_password(password),
                "post_id": post_id,
                "is_demonstration": is_demonstration,
                "is_active": True,
                "duty": duty,
                "created_at": system.wall.now(),
            },
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _open_session(system: System, connection: Connection, row: Row, now: datetime) -> SignedIn:
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    accounts.insert_session(
        connection,
        {
            "token_digest": _digest(token),
            "account_id": row.account_id,
            "csrf_token": csrf_token,
            "created_at": now,
            "seen_at": now,
            "expires_at": now + system.settings.session_absolute,
        },
    )
    return SignedIn(token=token, csrf_token=csrf_token, actor=accounts.actor_of(row))


def _refuse_while_delayed(connection: Connection, subjects: tuple[str, str], now: datetime) -> None:
    counted = accounts.read_throttle(connection, subjects)
    waits = [(row.next_try_at - now).total_seconds() for row in counted.values()]
    longest = max(waits, default=0.0)
    if longest > 0:
        raise SignInRefused(wait_seconds=int(longest) + 1)


def _count_failure(connection: Connection, subjects: tuple[str, str], now: datetime) -> int:
    """Count one failure for the name and for the address, and return the seconds to wait."""
    counted = accounts.lock_throttle(connection, subjects, now)
    longest = timedelta(0)
    for subject, free in zip(subjects, (FREE_FAILURES, FREE_FAILURES_OF_ADDRESS), strict=True):
        row = counted[subject]
        # From the end of the delay on: a long one, sat out, must not be the way back to the free failures.
        is_fresh = row.next_try_at + FORGETTING > now
        failures = 1 + (row.failures if is_fresh else 0)
        delay = (
            min(timedelta(seconds=2 ** min(failures - free, 10)), LONGEST_DELAY) if failures > free else timedelta(0)
        )
        longest = max(longest, delay)
        accounts.write_throttle(
            connection,
            {"subject": subject, "failures": failures, "next_try_at": now + delay, "last_failure_at": now},
        )
    return int(longest.total_seconds())
