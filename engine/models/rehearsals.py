"""Rehearsals of drafts: cases that an owner plays by hand, step by step, and replays that a worker carries out."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from engine.models.metadata import document, instant, key, metadata

simulation = Table(
    "simulation",
    metadata,
    key(),
    Column("draft_id", BigInteger, ForeignKey("draft.id"), nullable=False, index=True),
    #: Revision of the draft that it is played with.
    Column("draft_revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    #: Year, applicant, titles and findings, as a scenario writes them.
    document("opening"),
    #: Schema in which it is played; when that is gone, the steps are played again in another one.
    Column("scratch", Text, nullable=False),
    Column("case_id", BigInteger, nullable=False),
    #: What the simulated clock shows.
    instant("clock_at"),
    #: Why the steps could not all be played again after a change of the draft, or "".
    Column("obstacle", Text, nullable=False, server_default=""),
    Column("created_by", Text, nullable=False),
    instant("created_at"),
    instant("changed_at"),
)

simulation_step = Table(
    "simulation_step",
    metadata,
    Column("simulation_id", BigInteger, ForeignKey("simulation.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    #: The step as a scenario writes it, without what followed.
    document("step"),
    Column("sentence", Text, nullable=False),
    #: What the system did, sentence by sentence.
    document("consequences", "[]"),
    #: Ids of the elements passed, of the tasks that waited afterwards, and of the operations carried out.
    document("passed", "[]"),
    document("expect", "[]"),
    document("operations", "[]"),
)

replay_order = Table(
    "replay_order",
    metadata,
    key(),
    Column("draft_id", BigInteger, ForeignKey("draft.id"), nullable=False),
    #: Revision of the draft when it was ordered.
    Column("draft_revision", Integer, nullable=False),
    #: scenarios, or round: the cases of a past round.
    Column("kind", Text, nullable=False),
    #: The round, for the second kind.
    Column("round_id", BigInteger, ForeignKey("yearly_round.id")),
    #: waiting, done or failed
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    document("result"),
    Column("asked_by", Text, nullable=False),
    instant("asked_at"),
    instant("finished_at", nullable=True),
    CheckConstraint("kind IN ('scenarios', 'round')", name="is_a_kind"),
    CheckConstraint("state IN ('waiting', 'done', 'failed')", name="is_a_state"),
)
Index("ix_replay_order_draft_id", replay_order.c.draft_id, replay_order.c.id)
#: One of a kind at a time.
Index(
    "uq_replay_order_draft_id_kind",
    replay_order.c.draft_id,
    replay_order.c.kind,
    unique=True,
    postgresql_where=text("state = 'waiting'"),
)
