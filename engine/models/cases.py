"""Process instances (办件) and everything that hangs on one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from engine.models.metadata import document, instant, key, metadata

process_instance = Table(
    "process_instance",
    metadata,
    key(),
    Column("number", Text, nullable=False, unique=True),
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id"), nullable=False, index=True),
    Column("procedure_id", Text, nullable=False),
    Column("procedure_name", Text, nullable=False),
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), nullable=False),
    #: What tells an applicant's cases of one round apart: "" where it has only one, else its number or its cycle.
    Column("slot", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("applicant_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("applicant_name", Text, nullable=False),
    #: lane id -> organisation id, computed from the applicant when the case began
    document("offices"),
    #: Organisations that may know of the case; an office joins when its first task opens.
    Column("participants", ARRAY(Text), nullable=False),
    #: running, ended, suspended or incident
    Column("state", Text, nullable=False),
    #: The end event that was reached.
    Column("outcome", Text, nullable=False, server_default=""),
    Column("outcome_name", Text, nullable=False, server_default=""),
    #: The engine's state as bytes with format version and digest (engine.runtime).
    Column("engine_state", LargeBinary, nullable=False),
    document("variables"),
    #: Applicant and round as they were when the case began.
    document("facts"),
    #: window id -> {opens_at, closes_at, …} in force for this case; orders rewrite it in their own transaction.
    document("windows"),
    #: False when the case was withdrawn or never filed, so that the applicant may apply again.
    Column("is_effective", Boolean, nullable=False, server_default="true"),
    Column("revision", Integer, nullable=False, server_default="0"),
    #: Head of the case's own hash chain (history_event).
    Column("last_sequence", Integer, nullable=False, server_default="0"),
    Column("last_hash", LargeBinary, nullable=False),
    Column("started_by", Text, nullable=False),
    instant("started_at"),
    instant("submitted_at", nullable=True),
    instant("ended_at", nullable=True),
    #: The transaction that changed it last and told of that itself; the trigger tells of all other changes.
    Column("told_by", BigInteger),
    postgresql_with={"fillfactor": 70},
)
Index("ix_process_instance_participants", process_instance.c.participants, postgresql_using="gin")
Index("ix_process_instance_started", process_instance.c.started_at, process_instance.c.id)
Index("ix_process_instance_round_id", process_instance.c.round_id)
Index(
    "uq_process_instance_round_id_applicant_id",
    process_instance.c.round_id,
    process_instance.c.applicant_id,
    process_instance.c.slot,
    unique=True,
    postgresql_where=text("is_effective"),
)

user_task = Table(
    "user_task",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False),
    Column("token_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("assignee_id", BigInteger, ForeignKey("account.id")),
    Column("assignee_name", Text),
    #: open, completed or cancelled
    Column("state", Text, nullable=False),
    instant("opened_at"),
    instant("claimed_at", nullable=True),
    instant("due_at", nullable=True),
    #: due_at, or the end of time: the order of the inbox.
    instant("sort_at"),
    instant("completed_at", nullable=True),
    Column("completed_by", BigInteger, ForeignKey("account.id")),
    Column("completed_by_name", Text),
    #: One-time key: the same submit sent twice gets the first answer.
    Column("completion_key", Text, nullable=False),
    Column("receipt_number", Text),
    Column("draft", JSONB),
    instant("draft_saved_at", nullable=True),
    # Repeated from the case so that the inbox reads one table.
    Column("case_number", Text, nullable=False),
    Column("case_title", Text, nullable=False),
    Column("procedure_id", Text, nullable=False),
    Column("procedure_name", Text, nullable=False),
    Column("applicant_name", Text, nullable=False),
)
Index("uq_user_task_instance_id_token_id", user_task.c.instance_id, user_task.c.token_id, unique=True)
#: The newest draft of a step, and of those that were taken away: what a step that is opened again begins with.
Index(
    "ix_user_task_step",
    user_task.c.instance_id,
    user_task.c.element_id,
    user_task.c.id,
    postgresql_where=text("draft IS NOT NULL"),
)
Index(
    "ix_user_task_cancelled",
    user_task.c.instance_id,
    user_task.c.element_id,
    user_task.c.id,
    postgresql_where=text("state = 'cancelled'"),
)
Index(
    "ix_user_task_inbox",
    user_task.c.organisation_id,
    user_task.c.role,
    user_task.c.sort_at,
    user_task.c.id,
    postgresql_where=text("state = 'open'"),
)
Index(
    "ix_user_task_completed",
    user_task.c.organisation_id,
    user_task.c.completed_at,
    user_task.c.id,
    postgresql_where=text("state = 'completed'"),
)

submission = Table(
    "submission",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("task_id", BigInteger, ForeignKey("user_task.id"), nullable=False, unique=True),
    #: The version whose form it filled in, once its case went on to another one; else the case's own.
    Column("definition_id", BigInteger, ForeignKey("procedure_definition.id")),
    Column("element_id", Text, nullable=False),
    Column("task_name", Text, nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("organisation_name", Text, nullable=False),
    Column("account_id", BigInteger, ForeignKey("account.id"), nullable=False),
    Column("actor_name", Text, nullable=False),
    #: When the request arrived; deadlines are judged by it.
    instant("submitted_at"),
    #: Clean values by field key.
    document("content"),
    #: Ids of the materials that went with it.
    document("materials", "[]"),
    Column("content_sha256", Text, nullable=False),
    Column("content_sm3", Text, nullable=False),
)

material = Table(
    "material",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("task_id", BigInteger, ForeignKey("user_task.id"), nullable=False, index=True),
    #: The step that asked for it; a step opened again finds its files.
    Column("element_id", Text, nullable=False),
    Column("field_key", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("storage_name", Text, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("sm3", Text, nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False),
    Column("uploaded_by", Text, nullable=False),
    instant("uploaded_at"),
    instant("removed_at", nullable=True),
    #: Part of a submission: it may be replaced in the list, but its bytes are kept for good.
    Column("is_frozen", Boolean, nullable=False, server_default="false"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("number", Text, primary_key=True),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("submission_id", BigInteger, ForeignKey("submission.id"), nullable=False),
    instant("received_at"),
    Column("submitted_by", Text, nullable=False),
    #: [[item, file name, size, sha256, sm3], …]
    document("items", "[]"),
    Column("content_sha256", Text, nullable=False),
    Column("content_sm3", Text, nullable=False),
    Column("verification_code", Text, nullable=False),
)

timer = Table(
    "timer",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("token_id", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    instant("due_at"),
    #: When it may be fired: due_at, plus a grace for requests that arrived before a window's close.
    instant("release_at"),
    #: Message to deliver instead of firing the token, e.g. that a window was extended.
    Column("message", Text),
    #: The window whose close it follows, so that an extension order moves it.
    Column("window_id", Text),
    #: waiting, fired or cancelled
    Column("state", Text, nullable=False),
    instant("fired_at", nullable=True),
)
Index("ix_timer_release_at", timer.c.release_at, postgresql_where=text("state = 'waiting'"))

history_event = Table(
    "history_event",
    metadata,
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    instant("at"),
    Column("kind", Text, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("element_name", Text, nullable=False),
    Column("account_id", BigInteger),
    Column("actor_name", Text, nullable=False),
    Column("organisation_name", Text, nullable=False),
    Column("comment", Text, nullable=False),
    document("details"),
    Column("sha256", LargeBinary, nullable=False),
    Column("sm3", LargeBinary, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    key(),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), index=True),
    Column("element_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    instant("raised_at"),
    instant("resolved_at", nullable=True),
)
