"""Accounts, sessions and the delay that grows with wrong passwords."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, func

from engine.models.metadata import instant, key, metadata

account = Table(
    "account",
    metadata,
    key(),
    Column("login_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("post_id", Text, ForeignKey("post.id"), nullable=False, index=True),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    Column("is_demonstration", Boolean, nullable=False, server_default="false"),
    #: What this account does in the tour; shown on the login page in demonstration mode.
    Column("duty", Text, nullable=False, server_default=""),
    instant("created_at"),
)
Index("uq_account_login_name", func.lower(account.c.login_name), unique=True)

web_session = Table(
    "web_session",
    metadata,
    #: SHA-256 of the cookie's token: a copy of this table opens no session.
    Column("token_digest", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("account.id"), nullable=False, index=True),
    Column("csrf_token", Text, nullable=False),
    instant("created_at"),
    instant("seen_at"),
    instant("expires_at"),
)
Index("ix_web_session_expires_at", web_session.c.expires_at)

sign_in_throttle = Table(
    "sign_in_throttle",
    metadata,
    #: `name:<login name>` or `from:<address>`; unknown names are counted like known ones.
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    instant("next_try_at"),
    instant("last_failure_at"),
)
