"""How drafts become versions: orders to publish or go back, the chained ledger of a procedure, replayed scenarios."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from engine.models.metadata import document, instant, key, metadata

version_order = Table(
    "version_order",
    metadata,
    key(),
    #: publish or roll_back
    Column("kind", Text, nullable=False),
    Column("procedure_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    #: What is to be published; None when an earlier version is to be in force again.
    Column("draft_id", BigInteger, ForeignKey("draft.id"), index=True),
    #: The version in force when it was submitted; None for a new procedure.
    Column("base_definition_id", BigInteger, ForeignKey("procedure_definition.id")),
    #: The version that it puts in force: from the approval on, or from the beginning when it is an earlier one.
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id"), index=True),
    #: Digest of the folder that was submitted: nothing else is approved.
    Column("digest", Text, nullable=False),
    #: submitted, returned, withdrawn, approved (it waits for its instant), in_force or cancelled
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    #: When it is to count; None: with the approval.
    instant("effective_at", nullable=True),
    #: stay or follow: what new cases in rounds that are open already take.
    Column("rounds", Text, nullable=False),
    #: Versions whose running cases are to be taken along: version -> {old element id: new element id}.
    document("migrations"),
    #: What the checks said at the submission, sentence by sentence.
    document("findings", "[]"),
    Column("submitted_by_id", BigInteger, ForeignKey("account.id"), nullable=False),
    #: The actor of that moment: what it orders later happens in this post's name.
    document("submitted_by"),
    instant("submitted_at"),
    Column("decided_by_id", BigInteger, ForeignKey("account.id")),
    document("decided_by"),
    instant("decided_at", nullable=True),
    Column("decision_note", Text, nullable=False, server_default=""),
    instant("in_force_at", nullable=True),
    #: What could not be done when it came into force, sentence by sentence.
    document("remarks", "[]"),
    # The wall behind the service: nobody approves what they submitted.
    CheckConstraint(
        "state NOT IN ('approved', 'in_force') OR decided_by_id IS NOT NULL AND decided_by_id <> submitted_by_id",
        name="is_two_persons",
    ),
)
Index(
    "uq_version_order_procedure_id",
    version_order.c.procedure_id,
    unique=True,
    postgresql_where=text("state IN ('submitted', 'approved')"),
)
Index("ix_version_order_due", version_order.c.effective_at, postgresql_where=text("state = 'approved'"))

#: One row per procedure: the head of its chain of events.
procedure_ledger = Table(
    "procedure_ledger",
    metadata,
    Column("procedure_id", Text, primary_key=True),
    Column("last_sequence", Integer, nullable=False),
    Column("last_hash", LargeBinary, nullable=False),
)

#: Append-only: a trigger refuses every change of a row.
procedure_event = Table(
    "procedure_event",
    metadata,
    Column("procedure_id", Text, ForeignKey("procedure_ledger.procedure_id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    instant("at"),
    #: deployed, deployed_alone, handed_in, submitted, returned, withdrawn, approved, cancelled or in_force
    Column("kind", Text, nullable=False),
    Column("order_id", BigInteger, ForeignKey("version_order.id")),
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id")),
    #: Number and digest of the version; 0 and the digest of the draft before it is one.
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("organisation_name", Text, nullable=False),
    document("details"),
    Column("sha256", LargeBinary, nullable=False),
    Column("sm3", LargeBinary, nullable=False),
)

#: How the scenarios of a folder went when they were last replayed, by the folder's digest.
replayed_folder = Table(
    "replayed_folder",
    metadata,
    Column("digest", Text, primary_key=True),
    #: {file, name, title, sentence}; the sentence says what went otherwise than written, "" when nothing did.
    document("scenarios", "[]"),
    #: Ids of the elements that some scenario passed.
    document("passed", "[]"),
    instant("replayed_at"),
)
