"""Regions, organisations with their levels, and posts with their roles."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from engine.models.metadata import document, metadata

region = Table(
    "region",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_code", Text, ForeignKey("region.code", deferrable=True, initially="DEFERRED")),
)

organisation = Table(
    "organisation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    #: ministry, government, iit_department, town_government, park_committee, association …
    Column("kind", Text, nullable=False),
    #: One organisation may hold two levels, e.g. 计划单列市 are 地市级 and 省级.
    Column("levels", ARRAY(Text), nullable=False),
    Column("region_code", Text, ForeignKey("region.code"), nullable=False, index=True),
    Column("parent_id", Text, ForeignKey("organisation.id", deferrable=True, initially="DEFERRED")),
    #: What eligibility rules and routing may ask about: city_level, is_municipality, memorandum_2017 …
    document("attributes"),
)

post = Table(
    "post",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation_id", Text, ForeignKey("organisation.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
)
