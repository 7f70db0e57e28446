"""Titles (称号) with everything that happened to them, findings, and what begins by itself because of a title."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.models.metadata import document, instant, key, metadata

title = Table(
    "title",
    metadata,
    key(),
    #: What people call it, e.g. 中国软件名城.
    Column("kind", Text, nullable=False),
    Column("holder_id", Text, ForeignKey("organisation.id"), nullable=False, index=True),
    #: None when the source names no day (I-22).
    Column("granted_on", Date),
    #: The last valid day, written at the grant and at a renewal and never counted again; None for a title without term.
    Column("expires_on", Date),
    #: expires_on, or the end of time: the order of the register.
    Column("sort_on", Date, nullable=False),
    Column("document_number", Text, nullable=False, server_default=""),
    #: 有效, 复核中, 整改中, 退出 or 撤销 (engine.titles)
    Column("status", Text, nullable=False),
    Column("one_star_streak", Integer, nullable=False, server_default="0"),
    Column("last_stars", Integer),
    Column("last_evaluated_year", Integer),
    Column("granted_by", Text, ForeignKey("organisation.id"), nullable=False),
    #: The case that granted it; None for one that was entered by hand.
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), index=True),
    #: When the platform learned of it, by the clock that deadlines follow.
    instant("registered_at"),
    #: Head of the title's own hash chain (title_event).
    Column("last_sequence", Integer, nullable=False, server_default="0"),
    Column("last_hash", LargeBinary, nullable=False),
    CheckConstraint("granted_on <= expires_on", name="is_a_term"),
)
Index(
    "uq_title_holder_id_kind",
    title.c.holder_id,
    title.c.kind,
    unique=True,
    postgresql_where=text("status IN ('有效', '复核中', '整改中')"),
)
Index("ix_title_kind", title.c.kind)
Index("ix_title_sort_on", title.c.sort_on, title.c.id)

#: Append-only: a trigger refuses every change of a row.
title_event = Table(
    "title_event",
    metadata,
    Column("title_id", BigInteger, ForeignKey("title.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    instant("at"),
    #: granted, registered, renewed, evaluated, reminded or status_changed
    Column("kind", Text, nullable=False),
    Column("year", Integer),
    Column("stars", Integer),
    #: The title's status after the event.
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), index=True),
    Column("actor_name", Text, nullable=False),
    Column("organisation_name", Text, nullable=False),
    document("details"),
    Column("sha256", LargeBinary, nullable=False),
    Column("sm3", LargeBinary, nullable=False),
)

finding = Table(
    "finding",
    metadata,
    key(),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False, index=True),
    #: The rules under which it was found, e.g. 名城管理办法; eligibility rules ask for it by this word.
    Column("scheme", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("decided_by", Text, ForeignKey("organisation.id"), nullable=False),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("lifted_on", Date),
    Column("lift_reason", Text, nullable=False, server_default=""),
    Column("lifted_in", BigInteger, ForeignKey("process_instance.id"), index=True),
)

title_cycle = Table(
    "title_cycle",
    metadata,
    key(),
    Column("procedure_id", Text, ForeignKey("procedure.id"), nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    #: The year, or the last day of the term that is to be renewed.
    Column("cycle_key", Text, nullable=False),
    Column("title_id", BigInteger, ForeignKey("title.id"), nullable=False, index=True),
    #: The window in which the holder files; stored with the case too.
    instant("opens_at"),
    instant("closes_at"),
    #: The case that was begun for it.
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), index=True),
    #: However often somebody tries: one case per procedure, organisation and cycle.
    UniqueConstraint("procedure_id", "organisation_id", "cycle_key"),
    CheckConstraint("opens_at < closes_at", name="is_an_interval"),
)

cycle_step = Table(
    "cycle_step",
    metadata,
    key(),
    Column("cycle_id", BigInteger, ForeignKey("title_cycle.id"), nullable=False),
    #: begin or remind
    Column("kind", Text, nullable=False),
    #: Days before the window's last day; 0 for the beginning.
    Column("days_before", Integer, nullable=False),
    instant("due_at"),
    #: waiting, done, skipped or failed
    Column("state", Text, nullable=False),
    instant("done_at", nullable=True),
    UniqueConstraint("cycle_id", "kind", "days_before"),
)
Index("ix_cycle_step_due_at", cycle_step.c.due_at, postgresql_where=text("state = 'waiting'"))

closing_order = Table(
    "closing_order",
    metadata,
    key(),
    #: The case that is to be closed, and the one whose decision asks for it.
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False),
    Column("ordered_in", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    instant("ordered_at"),
    #: waiting, done, skipped or failed
    Column("state", Text, nullable=False),
    instant("done_at", nullable=True),
    UniqueConstraint("instance_id", "ordered_in"),
)
Index("ix_closing_order_waiting", closing_order.c.id, postgresql_where=text("state = 'waiting'"))
