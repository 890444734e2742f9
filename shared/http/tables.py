"""The HTTP layer's table, in the database of every service that creates something."""

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, Table

from shared.db import UtcDateTime

metadata = MetaData()

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", String(100), primary_key=True),  # the caller: one channel's keys never meet another's
    Column("key_hash", String(64), primary_key=True),  # callers put order numbers and names into keys
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer),  # None: still in progress
    Column("answer", JSON(none_as_null=True)),
    Column("headers", JSON(none_as_null=True)),
    Column("subject", String(200)),  # what was created: the row goes when that is purged
    Column("created_at", UtcDateTime, nullable=False),
)
Index("ix_idempotency_subject", idempotency.c.subject)
