"""Accounts, sessions and the throttle of sign-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from engine.models import account, organisation, post, sign_in_throttle, web_session
from engine.views import Actor

_ACTOR = (
    select(
        account.c.id.label("account_id"),
        account.c.login_name,
        account.c.password_hash,
        account.c.is_active,
        account.c.duty,
        post.c.name.label("post_name"),
        post.c.roles,
        organisation.c.id.label("organisation_id"),
        organisation.c.name.label("organisation_name"),
        organisation.c.kind.label("organisation_kind"),
    )
    .join(post, account.c.post_id == post.c.id)
    .join(organisation, post.c.organisation_id == organisation.c.id)
)


def actor_of(row: Row) -> Actor:
    """Return the person behind an account's row."""
    return Actor(
        account_id=row.account_id,
        login_name=row.login_name,
        name=f"{row.organisation_name} {row.post_name}",
        post_name=row.post_name,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        roles=frozenset(row.roles),
    )


def find_account(connection: Connection, login_name: str) -> Row | None:
    """Return the account of a login name, whatever its case, or None."""
    return connection.execute(_ACTOR.where(func.lower(account.c.login_name) == login_name.lower())).one_or_none()


def demonstration_accounts(connection: Connection) -> Sequence[Row]:
    """Return the active accounts of demonstration mode in the order they were made."""
    query = _ACTOR.where(account.c.is_demonstration, account.c.is_active).order_by(account.c.id)
    return connection.execute(query).all()


def upsert_account(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write an account, or give an existing one a new post, password and duty."""
    statement = insert(account).values(**values)
    kept = {"id", "login_name", "created_at"}
    changes = {name: statement.excluded[name] for name in values if name not in kept}
    connection.execute(statement.on_conflict_do_update(index_elements=[func.lower(account.c.login_name)], set_=changes))


def insert_session(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write a session."""
    connection.execute(insert(web_session).values(**values))


def find_session(connection: Connection, token_digest: bytes) -> Row | None:
    """Return a session with the person behind it, or None."""
    query = _ACTOR.add_columns(
        web_session.c.csrf_token, web_session.c.seen_at, web_session.c.expires_at, web_session.c.created_at
    ).join(web_session, web_session.c.account_id == account.c.id)
    return connection.execute(query.where(web_session.c.token_digest == token_digest)).one_or_none()


def touch_session(connection: Connection, token_digest: bytes, at: datetime) -> None:
    """Record that a session was used."""
    connection.execute(update(web_session).where(web_session.c.token_digest == token_digest).values(seen_at=at))


def delete_session(connection: Connection, token_digest: bytes) -> None:
    """End a session."""
    connection.execute(delete(web_session).where(web_session.c.token_digest == token_digest))


def delete_sessions_of(connection: Connection, login_name: str) -> None:
    """End every session of an account."""
    owner = select(account.c.id).where(func.lower(account.c.login_name) == login_name.lower())
    connection.execute(delete(web_session).where(web_session.c.account_id.in_(owner)))


def delete_expired(connection: Connection, now: datetime) -> None:
    """Forget sessions whose absolute end has passed."""
    connection.execute(delete(web_session).where(web_session.c.expires_at <= now))


def read_throttle(connection: Connection, subjects: Sequence[str]) -> dict[str, Row]:
    """Return the failures counted for these subjects."""
    query = select(sign_in_throttle).where(sign_in_throttle.c.subject.in_(subjects))
    rows: Sequence[Row] = connection.execute(query).all()
    return {row.subject: row for row in rows}


def lock_throttle(connection: Connection, subjects: Sequence[str], now: datetime) -> dict[str, Row]:
    """Return the failures counted for these subjects, none at first, and let nobody else count before the commit."""
    blank = [
        {"subject": subject, "failures": 0, "next_try_at": now, "last_failure_at": now} for subject in sorted(subjects)
    ]
    connection.execute(insert(sign_in_throttle).values(blank).on_conflict_do_nothing())
    query = select(sign_in_throttle).where(sign_in_throttle.c.subject.in_(subjects))
    rows: Sequence[Row] = connection.execute(query.order_by(sign_in_throttle.c.subject).with_for_update()).all()
    return {row.subject: row for row in rows}


def write_throttle(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write the failures counted for a subject."""
    statement = insert(sign_in_throttle).values(**values)
    changes = {name: statement.excluded[name] for name in values if name != "subject"}
    connection.execute(statement.on_conflict_do_update(index_elements=[sign_in_throttle.c.subject], set_=changes))


def clear_throttle(connection: Connection, subject: str) -> None:
    """Forget the failures of a subject."""
    connection.execute(delete(sign_in_throttle).where(sign_in_throttle.c.subject == subject))
