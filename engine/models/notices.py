"""Notices to offices, and who has read them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from engine.models.metadata import instant, key, metadata

notice = Table(
    "notice",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), index=True),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    instant("sent_at"),
    #: When the outgoing channel took it (dry run: when it would have).
    instant("delivered_at", nullable=True),
)
Index("ix_notice_organisation_id", notice.c.organisation_id, notice.c.id)
Index("ix_notice_undelivered", notice.c.id, postgresql_where=text("delivered_at IS NULL"))

notice_reading = Table(
    "notice_reading",
    metadata,
    Column("notice_id", BigInteger, ForeignKey("notice.id"), primary_key=True),
    Column("account_id", BigInteger, ForeignKey("account.id"), primary_key=True),
    instant("read_at"),
)
