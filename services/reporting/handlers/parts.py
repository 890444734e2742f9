"""Parts of events that several handlers read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.clock import parse_time
from shared.messaging.envelope import Event


def moment(text: str | None) -> datetime | None:
    """A moment that may be absent."""
    return None if text is None else parse_time(text)


def status_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a status fills."""
    status = data["status"]
    return {
        "status_code": status.get("code"),
        "status_label": status["label"],
        "status_category": status["category"],
        "status_resolution": status["resolution"],
    }


def type_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a type fills; all null while nobody could decide."""
    found = data["type"] or {}
    return {
        "type_code": found.get("code"),
        "type_label": found.get("label"),
        "category": found.get("category"),
    }


def priority_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a priority fills; all null for a row of the past that says none."""
    found = data["priority"] or {}
    return {f"priority_{name}": found.get(name) for name in ("rank", "code", "label")}


def route_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a route fills."""
    return {"lead": data["route"]["lead"], "joining": data["route"]["joining"]}


def version_of(event: Event) -> int:
    """The event's place in its demand's stream."""
    if event.version is None:
        raise ValueError("an event of a demand has a version")
    return event.version
