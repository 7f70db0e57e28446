"""Drafts of procedures: files as they stand, every change that led there, who made them, and who looks at them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from engine.models.metadata import document, instant, key, metadata

draft = Table(
    "draft",
    metadata,
    key(),
    Column("procedure_id", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    #: The office of whoever began it; a procedure that is not deployed yet belongs to this office.
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    #: The version it was taken from; None for a new procedure.
    Column("base_definition_id", BigInteger, ForeignKey("procedure_definition.id"), index=True),
    #: Where the files came from, in words, e.g. 第 3 版 or a file's name.
    Column("origin", Text, nullable=False),
    #: What an import assumed, sentence by sentence.
    document("report", "[]"),
    #: editing, submitted, returned, approved, published or discarded
    Column("state", Text, nullable=False),
    #: Grows with every change of any file.
    Column("revision", Integer, nullable=False),
    #: Number of the latest change.
    Column("last_change", Integer, nullable=False, server_default="0"),
    #: None: who runs the installation handed it in.
    Column("created_by_id", BigInteger, ForeignKey("account.id")),
    Column("created_by", Text, nullable=False),
    instant("created_at"),
    instant("changed_at"),
    CheckConstraint(
        "state IN ('editing', 'submitted', 'returned', 'approved', 'published', 'discarded')", name="is_a_state"
    ),
)

#: Each content once per draft, however many files and changes have it.
draft_content = Table(
    "draft_content",
    metadata,
    Column("draft_id", BigInteger, ForeignKey("draft.id"), primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
)

draft_file = Table(
    "draft_file",
    metadata,
    Column("draft_id", BigInteger, ForeignKey("draft.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("sha256", LargeBinary, nullable=False),
    #: The draft's revision with which the file got this content; no two contents of a path share one.
    Column("revision", Integer, nullable=False),
    Column("changed_by", Text, nullable=False),
    instant("changed_at"),
    ForeignKeyConstraint(["draft_id", "sha256"], ["draft_content.draft_id", "draft_content.sha256"]),
)

draft_change = Table(
    "draft_change",
    metadata,
    Column("draft_id", BigInteger, ForeignKey("draft.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("summary", Text, nullable=False),
    #: done, undone (can be done again) or dropped (undone, and something else was done since)
    Column("state", Text, nullable=False),
    Column("by_id", BigInteger, ForeignKey("account.id"), nullable=False),
    Column("by", Text, nullable=False),
    instant("at"),
    CheckConstraint("state IN ('done', 'undone', 'dropped')", name="is_a_state"),
)

draft_change_file = Table(
    "draft_change_file",
    metadata,
    Column("draft_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("path", Text, primary_key=True),
    #: None: there was no such file before, or there is none afterwards.
    Column("before", LargeBinary),
    Column("after", LargeBinary),
    ForeignKeyConstraint(["draft_id", "number"], ["draft_change.draft_id", "draft_change.number"], ondelete="CASCADE"),
    ForeignKeyConstraint(["draft_id", "before"], ["draft_content.draft_id", "draft_content.sha256"]),
    ForeignKeyConstraint(["draft_id", "after"], ["draft_content.draft_id", "draft_content.sha256"]),
    Index("ix_draft_change_file_before", "draft_id", "before"),
    Index("ix_draft_change_file_after", "draft_id", "after"),
)

#: Everybody who ever changed a draft; kept when its log is cut, because none of them may approve it.
draft_author = Table(
    "draft_author",
    metadata,
    Column("draft_id", BigInteger, ForeignKey("draft.id"), primary_key=True),
    Column("account_id", BigInteger, ForeignKey("account.id"), primary_key=True),
    Column("name", Text, nullable=False),
)

#: Who has a file of a draft open; a row counts as long as it is renewed.
draft_presence = Table(
    "draft_presence",
    metadata,
    Column("draft_id", BigInteger, ForeignKey("draft.id"), primary_key=True),
    Column("account_id", BigInteger, ForeignKey("account.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("name", Text, nullable=False),
    instant("seen_at"),
)
