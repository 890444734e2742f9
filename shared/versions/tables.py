"""The versions a service knows; the same two tables stand in every service's database. Rows never change."""

from sqlalchemy import Column, MetaData, String, Table, Text

from shared.db import UtcDateTime

metadata = MetaData()

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("version", String(20), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("effective_from", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),  # its very bytes, which are UTF-8
    Column("known_at", UtcDateTime, nullable=False),
)

calendar_versions = Table(
    "calendar_versions",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("version", String(20), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Column("known_at", UtcDateTime, nullable=False),
)
