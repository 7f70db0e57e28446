"""Bulk migrations of running cases to another version of their procedure: the order, and one row per case."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, text

from engine.models.metadata import document, instant, key, metadata

migration_order = Table(
    "migration_order",
    metadata,
    key(),
    Column("procedure_id", Text, nullable=False),
    Column("from_definition_id", BigInteger, ForeignKey("procedure_definition.id"), nullable=False),
    Column("to_definition_id", BigInteger, ForeignKey("procedure_definition.id"), nullable=False, index=True),
    #: old element id -> new element id
    document("element_map"),
    Column("reason", Text, nullable=False),
    #: running, finished or stopped
    Column("state", Text, nullable=False),
    #: Who ordered it, with the post and office of that moment: every case's history names them.
    document("ordered_by"),
    instant("ordered_at"),
    instant("finished_at", nullable=True),
)
# Two orders for one version would fight over its cases.
Index(
    "uq_migration_order_from_definition_id",
    migration_order.c.from_definition_id,
    unique=True,
    postgresql_where=text("state = 'running'"),
)

migration_item = Table(
    "migration_item",
    metadata,
    Column("order_id", BigInteger, ForeignKey("migration_order.id"), primary_key=True),
    Column("instance_id", BigInteger, ForeignKey("process_instance.id"), primary_key=True),
    #: waiting, migrated, refused (its sentence says why) or gone (ended or migrated otherwise meanwhile)
    Column("state", Text, nullable=False),
    Column("sentence", Text, nullable=False, server_default=""),
    #: When a worker last turned to it; what is still waiting then comes after what nobody has looked at.
    instant("looked_at", nullable=True),
)
Index("ix_migration_item_waiting", migration_item.c.order_id, postgresql_where=text("state = 'waiting'"))
