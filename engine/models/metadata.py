"""The one metadata and the column shapes that every table shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key() -> Column[int]:
    """Return the usual primary key: a bigint that the database counts."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def instant(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column for an absolute instant."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def document(name: str, default: str = "{}") -> Column[Any]:
    """Return a JSON column that is never null."""
    return Column(name, JSONB, nullable=False, server_default=default)
