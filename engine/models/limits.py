"""What counts towards a limit that several cases of a round share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from engine.models.metadata import metadata

counted_use = Table(
    "counted_use",
    metadata,
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), primary_key=True),
    #: Which limit of the procedure, e.g. `products_per_enterprise`.
    Column("name", Text, primary_key=True),
    Column("round_id", BigInteger, ForeignKey("yearly_round.id"), nullable=False),
    #: For whom it is counted, e.g. a 统一社会信用代码: one holder may have several accounts.
    Column("counted_for", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Index("ix_counted_use_holder", "round_id", "name", "counted_for"),
)
