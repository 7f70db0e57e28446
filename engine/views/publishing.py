"""Documents, publications with their objections, and packages that leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """文书: an official document of a case."""

    document_id: int
    title: str
    #: 发文字号, or "".
    number: str
    office_name: str
    addressee: str
    issued_at: datetime
    #: pending, ready or failed
    state: str
    #: (kind: docx, xlsx or pdf; size in bytes; SHA-256; SM3)
    files: tuple[tuple[str, int, str, str], ...]
    #: Why there is no PDF, or why rendering failed.
    note: str
    verification_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """One file of a document, to be downloaded."""

    file_name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationExtensionView:
    """An order that moved the end of a 公示."""

    original_close_at: datetime
    new_close_at: datetime
    reason: str
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationView:
    """公示, 公告 or 通报, as anybody reads it."""

    publication_id: int
    kind: str
    title: str
    body: str
    office_name: str
    published_at: datetime
    opens_at: datetime
    closes_at: datetime
    working_days: int
    #: Whether objections are taken now.
    is_open: bool
    is_public: bool
    #: Whether a document was published with it.
    has_document: bool
    extensions: tuple[PublicationExtensionView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """A file that somebody attached to an objection."""

    #: Its place in the list, from 0.
    position: int
    file_name: str
    size: int
    sm3: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionView:
    """异议: who objects is known to the deciding office alone."""

    objection_id: int
    number: str
    name: str
    contact: str
    reason: str
    files: tuple[AttachmentView, ...]
    received_at: datetime
    answer_by: datetime
    answer: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePublication:
    """A publication on the page of its case."""

    publication: PublicationView
    #: How many objections came in; everybody who takes part in the case may know that.
    objection_count: int
    #: Empty unless the actor is of the deciding office.
    objections: tuple[ObjectionView, ...]
    #: answer, prolong
    actions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionReceipt:
    """What an objector takes away: with number and code the answer can be read."""

    number: str
    verification_code: str
    received_at: datetime
    answer_by: datetime
    files: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionAnswer:
    """What an objector reads later: nothing of what they wrote, in case the code was lost."""

    number: str
    publication_title: str
    received_at: datetime
    answer_by: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A package in the outbox, without its contents."""

    outbox_id: int
    case_id: int
    case_number: str
    title: str
    mailbox: str
    address: str
    #: pending, waiting, sent, written or failed
    state: str
    attempts: int
    note: str
    created_at: datetime
    sent_at: datetime | None
    size: int
    sha256: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxView:
    """接收邮箱 of a round."""

    name: str
    address: str
    #: How many packages wait for an address under this name.
    waiting: int
