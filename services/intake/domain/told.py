"""What a customer may see of the handling of a demand: a line for each thing that happened. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST = 50
_LINES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "demand.accepted": ("accepted", ()),
    "demand.planned": ("planned", ("expected_finish",)),
    "demand.delayed": ("delayed", ("before", "expected_finish", "reason_label")),
    "promise.made": ("promised", ("text", "promised_for")),
    "supplement.requested": ("asked", ("text",)),
    "demand.resumed": ("resumed", ()),
    "demand.completed": ("completed", ("cycle",)),
    "cycle.started": ("again", ("cycle",)),
    "demand.closed": ("closed", ()),
}
"""Event of triage -> (kind of line, what of the event's data stands in it)."""


def line(event: str, data: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    """{kind, at, ...} of an event, None for one that is no business of the customer's.

    event: without its version; at: when it happened, RFC 3339.
    """
    if event not in _LINES:
        return None
    kind, names = _LINES[event]
    return {"kind": kind, "at": data.get("at") or data.get("accepted_at") or at} | {
        name: data[name] for name in names if data.get(name) is not None
    }


def with_line(lines: Sequence[Mapping[str, Any]], new: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The last 50 lines with a new one."""
    return [*lines, new][-MOST:] if new is not None else list(lines)
