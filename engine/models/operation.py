"""What the running system keeps about itself: number series, revisions, the pulse's lease, the simulated clock."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, Table, Text

from engine.models.metadata import instant, metadata

number_series = Table(
    "number_series",
    metadata,
    #: e.g. `receipt:2023`; counted inside the transaction that uses the number, so there are no gaps.
    Column("series", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

reference_revision = Table(
    "reference_revision",
    metadata,
    #: `directory`, or `round:` and an id; triggers count it up whenever what it names changes.
    Column("name", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

case_change = Table(
    "case_change",
    metadata,
    Column("instance_id", BigInteger, nullable=False),
    #: The transaction that changed it and wrote this row, or its trigger did; the pulse forgets it after a minute.
    Column("changed_by", BigInteger, nullable=False, index=True),
    instant("changed_at"),
)

pulse_lease = Table(
    "pulse_lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    #: Grows with every change of holder: a holder that slept through its lease is recognised.
    Column("fence", BigInteger, nullable=False),
    instant("expires_at"),
    instant("beat_at"),
)

demonstration_clock = Table(
    "demonstration_clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("offset_microseconds", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="is_single"),
)
