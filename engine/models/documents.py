"""Official documents, what is published for the public with its objections, and packages that leave the platform."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from engine.models.metadata import document, instant, key, metadata

official_document = Table(
    "official_document",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    #: Who issues it.
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("organisation_name", Text, nullable=False),
    #: The version that holds its template; a case may go on to another one before it is rendered.
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id"), nullable=False),
    Column("template", Text, nullable=False),
    Column("template_sha256", Text, nullable=False),
    Column("title", Text, nullable=False),
    #: 发文字号, or None for a document without one; its parts are unique per issuing body and year.
    Column("number", Text),
    Column("series", Text, nullable=False, server_default=""),
    Column("year", Integer, nullable=False),
    Column("sequence", BigInteger),
    #: 主送 as printed, and the organisations that may read it once it is issued.
    Column("addressee", Text, nullable=False),
    Column("recipients", ARRAY(Text), nullable=False),
    #: The texts of its placeholders, frozen when it was issued.
    Column("filling", JSONB, nullable=False),
    Column("verification_code", Text, nullable=False),
    #: pending, ready or failed
    Column("state", Text, nullable=False),
    instant("issued_at"),
    instant("rendered_at", nullable=True),
    #: [{kind, storage_name, size, sha256, sm3}, …]: the Word or Excel file, and the PDF.
    document("files", "[]"),
    #: Why there is no PDF, or why rendering failed.
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("organisation_id", "series", "year", "sequence"),
)
Index("ix_official_document_pending", official_document.c.id, postgresql_where=text("state = 'pending'"))
Index("ix_official_document_verification_code", official_document.c.verification_code)

publication = Table(
    "publication",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    #: The office that publishes, receives objections and decides on them.
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("organisation_name", Text, nullable=False),
    Column("role", Text, nullable=False),
    #: 公示, 公告 or 通报
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("working_days", Integer, nullable=False),
    instant("published_at"),
    #: The period, half-open; orders move its end.
    instant("opens_at"),
    instant("closes_at"),
    #: False when the round is 不公开: kept with the case and never shown to the public (I-13).
    Column("is_public", Boolean, nullable=False),
    #: Its official form, which whoever reads the publication may download.
    Column("document_id", BigInteger, ForeignKey("official_document.id")),
    CheckConstraint("opens_at < closes_at", name="is_a_period"),
)
Index("ix_publication_published_at", publication.c.published_at, publication.c.id, postgresql_where=text("is_public"))

publication_extension = Table(
    "publication_extension",
    metadata,
    key(),
    Column("publication_id", BigInteger, ForeignKey("publication.id"), nullable=False, index=True),
    instant("original_close_at"),
    instant("new_close_at"),
    Column("reason", Text, nullable=False),
    instant("issued_at"),
    Column("issued_by", Text, nullable=False),
    CheckConstraint("original_close_at < new_close_at", name="is_later"),
)

objection = Table(
    "objection",
    metadata,
    key(),
    Column("publication_id", BigInteger, ForeignKey("publication.id"), nullable=False, index=True),
    Column("number", Text, nullable=False, unique=True),
    #: Who objects and how to reach them: for the deciding office alone, in no history, notice or log.
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("reason", Text, nullable=False),
    #: [{file_name, storage_name, size, media_type, sha256, sm3}, …]: what was attached, for the same office alone.
    document("files", "[]"),
    instant("received_at"),
    #: 15 working days after receipt [P].
    instant("answer_by"),
    #: The objector reads the answer with number and code.
    Column("verification_code", Text, nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    instant("answered_at", nullable=True),
    Column("answered_by", Text, nullable=False, server_default=""),
)

public_throttle = Table(
    "public_throttle",
    metadata,
    #: A keyed digest of the sender's address: the address itself is kept nowhere.
    Column("subject", Text, primary_key=True),
    Column("uses", Integer, nullable=False),
    instant("since"),
)

round_mailbox = Table(
    "round_mailbox",
    metadata,
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), primary_key=True),
    #: As the diagrams name it.
    Column("name", Text, primary_key=True),
    #: The only address that packages of this round may be sent to under this name.
    Column("address", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    instant("set_at"),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), nullable=False),
    Column("mailbox", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    #: The same for every attempt, so that a receiver recognises a message that comes twice.
    Column("message_id", Text, nullable=False, unique=True),
    #: pending, waiting (the round names no such mailbox), sent, written (dry run) or failed
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    instant("created_at"),
    #: When it was last tried; for one that left, when it did.
    instant("sent_at", nullable=True),
    Column("address", Text, nullable=False, server_default=""),
    #: The package: what was in the case when the message was written, frozen as a list.
    document("contents", "[]"),
    Column("storage_name", Text),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger),
    Column("sha256", Text),
    Column("sm3", Text),
)
Index("ix_outbox_pending", outbox.c.id, postgresql_where=text("state = 'pending'"))
