"""The messaging tables that stand in every service's database, beside that service's own."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from shared.db import UtcDateTime

metadata = MetaData()
_Serial = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("subject", String(200), nullable=False),
    Column("version", BigInteger),  # None: digests and requests, which belong to no stream
    Column("exchange", String(60), nullable=False),
    Column("routing_key", String(200), nullable=False),
    Column("type", String(100), nullable=False),
    Column("time", UtcDateTime, nullable=False),
    Column("data", JSON, nullable=False),
    Column("correlation_id", String(64)),
    Column("causation_id", String(64)),
    Column("traceparent", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime),  # set after a return or nack: this stream waits until then
    UniqueConstraint("subject", "version", name="uq_outbox_stream"),
)
_unsent: Any = {"postgresql_where": text("sent_at IS NULL"), "sqlite_where": text("sent_at IS NULL")}
Index("ix_outbox_unsent", outbox.c.seq, **_unsent)
Index("ix_outbox_unsent_stream", outbox.c.subject, outbox.c.version, **_unsent)
Index("ix_outbox_created", outbox.c.created_at)

relay_state = Table(
    "relay_state",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("epoch", Integer, nullable=False, default=1),
    Column("lease_token", String(36)),
    Column("unsent", Integer, nullable=False, default=0),
    Column("oldest_unsent_at", UtcDateTime),
    Column("digest_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
)

streams = Table(
    "streams",
    metadata,
    Column("subject", String(200), primary_key=True),
    Column("version", BigInteger, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("held", Integer, nullable=False, default=0),
    Column("blocked", Boolean, nullable=False, default=False),  # an event waits for a retry or stands parked
    Column("resend_at", UtcDateTime),
)

source_epochs = Table(
    "source_epochs",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("epoch", Integer, nullable=False),
)

held = Table(
    "held",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("reason", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("held_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
)

attempts = Table(
    "attempts",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcDateTime),  # None: handling under way when last seen
    Column("error", String(200), nullable=False),
    Column("body", Text, nullable=False),
)
Index("ix_attempts_next", attempts.c.next_at)

parked = Table(
    "parked",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("queue", String(100), nullable=False),
    Column("source", String(20)),  # None: an unreadable envelope belongs to no stream
    Column("subject", String(200)),
    Column("version", BigInteger),
    Column("reason", String(200), nullable=False),
    Column("trace", Text, nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("parked_at", UtcDateTime, nullable=False),
    Column("resolution", String(20)),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String(100)),
    Column("resolve_reason", String(500)),
)
Index("ix_parked_stream", parked.c.source, parked.c.subject)

command_inbox = Table(
    "command_inbox",
    metadata,
    Column("department", String(40), primary_key=True),
    Column("command_id", String(100), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("reply_type", String(60), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

resends = Table(
    "resends",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("requester", String(20), nullable=False),
    Column("subject", String(200)),  # None: all streams
    Column("from_version", BigInteger, nullable=False, default=1),
    Column("since", UtcDateTime),
    Column("position", BigInteger, nullable=False, default=0),  # the last outbox seq that was answered
    Column("requested_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
)
