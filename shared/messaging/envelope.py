"""CloudEvents 1.0 in structured JSON: the form of every message on the broker."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.clock import format_time, parse_time
from shared.messaging.errors import Unreadable

CONTENT_TYPE = "application/cloudevents+json"
_TYPE = re.compile(r"demandflow\.([a-z-]+\.[a-z_-]+)\.v(\d{1,4})")
_SOURCE = re.compile(r"[a-z]{1,20}")


@dataclass(frozen=True)
class Event:
    """One fact. version and epoch are None for digests and requests, which belong to no stream."""

    id: str
    source: str
    type: str
    subject: str
    version: int | None
    epoch: int | None
    time: datetime
    data: dict[str, Any]
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None

    @property
    def name(self) -> str:
        """The type without its prefix: "demand.received.v1"."""
        return self.type.removeprefix("demandflow.")


def full_type(kind: str, version: int) -> str:
    """("demand.received", 1) -> "demandflow.demand.received.v1"."""
    return f"demandflow.{kind}.v{version}"


def encode(event: Event) -> bytes:
    """An event as UTF-8 JSON; absent extensions are left out."""
    body = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": format_time(event.time),
        "datacontenttype": "application/json",
        "dataschema": f"urn:demandflow:event:{event.source}.{event.name}",
        "streamepoch": event.epoch,
        "streamversion": event.version,
        "correlationid": event.correlation_id,
        "causationid": event.causation_id,
        "traceparent": event.traceparent,
        "data": event.data,
    }
    return json.dumps({k: v for k, v in body.items() if v is not None}, ensure_ascii=False).encode()


def decode(body: bytes) -> Event:
    """UTF-8 JSON -> event. Raises Unreadable with a stable word, never with the content."""
    try:
        raw = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_json") from error
    if not isinstance(raw, dict) or raw.get("specversion") != "1.0":
        raise Unreadable("not_a_cloudevent")
    try:
        return _from_json(raw)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Unreadable("bad_envelope") from error


def _from_json(raw: dict[str, Any]) -> Event:
    version, epoch = raw.get("streamversion"), raw.get("streamepoch")
    if not _TYPE.fullmatch(raw["type"]) or not _SOURCE.fullmatch(raw["source"]):
        raise ValueError("type or source")
    if not isinstance(raw["data"], dict) or not is_text(raw["id"], 64) or not is_text(raw["subject"], 200):
        raise ValueError("id, subject or data")
    if (version is None) != (epoch is None) or not _count(version) or not _count(epoch):
        raise ValueError("stream position")
    return Event(
        id=raw["id"],
        source=raw["source"],
        type=raw["type"],
        subject=raw["subject"],
        version=version,
        epoch=epoch,
        time=parse_time(raw["time"]),
        data=raw["data"],
        correlation_id=_optional(raw.get("correlationid")),
        causation_id=_optional(raw.get("causationid")),
        traceparent=_optional(raw.get("traceparent")),
    )


def is_text(value: object, longest: int) -> bool:
    """Whether a value is text that every database can store: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        return False
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _count(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53)


def _optional(value: object) -> str | None:
    return value if isinstance(value, str) and is_text(value, 64) else None
