"""Deployed procedures, their immutable versions, the yearly rounds with their windows, orders and exceptions."""

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
)
from sqlalchemy.dialects.postgresql import ARRAY

from engine.models.metadata import instant, key, metadata

procedure_definition = Table(
    "procedure_definition",
    metadata,
    key(),
    Column("procedure_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    #: SHA-256 over the sorted paths and contents of the folder.
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    #: The whole folder as a deterministic zip; never changed after it was written.
    Column("archive", LargeBinary, nullable=False),
    instant("deployed_at"),
    Column("deployed_by", Text, nullable=False),
    UniqueConstraint("procedure_id", "version"),
    UniqueConstraint("procedure_id", "digest"),
)

procedure = Table(
    "procedure",
    metadata,
    Column("id", Text, primary_key=True),
    #: The version that new rounds and cases take.
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id"), nullable=False),
)

yearly_round = Table(
    "yearly_round",
    metadata,
    key(),
    Column("procedure_id", Text, ForeignKey("procedure.id"), nullable=False),
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id"), nullable=False),
    #: 0: the permanent round of a standing procedure, which follows the version in force.
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("document_number", Text, nullable=False, server_default=""),
    Column("issued_on", Date),
    #: 主动公开, 依申请公开 or 不公开 (I-13)
    Column("publicity", Text, nullable=False),
    #: None: it came with the deployment of a standing procedure.
    Column("organisation_id", Text, ForeignKey("organisation.id")),
    Column("opened_by", Text, nullable=False),
    instant("opened_at"),
    UniqueConstraint("procedure_id", "year"),
)

round_window = Table(
    "round_window",
    metadata,
    key(),
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), nullable=False),
    Column("window_id", Text, nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("level", Text, nullable=False),
    Column("name", Text, nullable=False),
    instant("opens_at"),
    instant("closes_at"),
    Column("basis", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    instant("set_at"),
    UniqueConstraint("round_id", "window_id", "organisation_id"),
    CheckConstraint("opens_at < closes_at", name="is_an_interval"),
)

extension_order = Table(
    "extension_order",
    metadata,
    key(),
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), nullable=False, index=True),
    Column("window_id", Text, nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("level", Text, nullable=False),
    #: everyone, has_draft or organisations
    Column("cohort", Text, nullable=False),
    Column("organisations", ARRAY(Text), nullable=False),
    instant("original_close_at"),
    instant("new_close_at"),
    Column("reason", Text, nullable=False),
    Column("document_number", Text, nullable=False),
    instant("issued_at"),
    Column("issued_by", Text, nullable=False),
    Column("reached_cases", Integer, nullable=False),
    CheckConstraint("original_close_at < new_close_at", name="is_later"),
)

rule_exception = Table(
    "rule_exception",
    metadata,
    key(),
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    instant("issued_at"),
    Column("issued_by", Text, nullable=False),
    UniqueConstraint("round_id", "organisation_id", "rule_id"),
)

Index("ix_procedure_definition_procedure_id", procedure_definition.c.procedure_id)
