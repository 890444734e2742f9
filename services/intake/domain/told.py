"""What a customer may see of the handling of a demand: a line for each thing that happened. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST = 50
LINES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "demand.accepted": ("accepted", ()),
    "demand.planned": ("planned", ("expected_finish",)),
    "demand.delayed": ("delayed", ("before", "expected_finish", "reason_label")),
    "promise.made": ("promised", ("text", "promised_for")),
    "supplement.requested": ("asked", ("text",)),
    "demand.resumed": ("resumed", ()),
    "change.requested": ("change_requested", ("what", "expected_finish")),
    "change.decided": ("change_decided", ("verdict",)),
    "demand.completed": ("completed", ("cycle",)),
    "cycle.started": ("again", ("cycle",)),
    "demand.merged": ("merged", ()),
    "demand.unmerged": ("unmerged", ()),
    "demand.split": ("split", ()),
    "demand.followed-up": ("followed_up", ()),
    "demand.rejected": ("rejected", ()),
    "demand.closed": ("closed", ("recourse",)),
    "demand.locked": ("locked", ()),
}
"""Event of triage -> (kind of line, what of the event's data stands in it).

What departments say among themselves stays there: notes of progress, blockers, transfers, hand-overs, measures,
reasons of a decision. A result that was handed over is told by whoever tells the customer (demand.completed).
"""


def line(event: str, data: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    """{kind, at, ...} of an event, None for one that is no business of the customer's.

    event: without its version; at: when it happened, RFC 3339.
    """
    if event not in LINES:
        return None
    kind, names = LINES[event]
    return {"kind": kind, "at": data.get("at") or data.get("accepted_at") or at} | {
        name: data[name] for name in names if data.get(name) is not None
    }


def with_line(lines: Sequence[Mapping[str, Any]], new: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The last 50 lines with a new one."""
    return [*lines, new][-MOST:] if new is not None else list(lines)
