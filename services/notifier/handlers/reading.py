"""What the notifier reads of events about a demand: what notices say of them, and what they decide."""

from collections.abc import Callable, Mapping
from typing import Any

Read = Callable[[Mapping[str, Any]], dict[str, Any]]


def type_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """{type_code}, None while nobody could decide."""
    return {"type_code": data["type"]["code"] if data["type"] else None}


def route_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """{lead, joint}."""
    return {"lead": data["route"]["lead"], "joint": bool(data["route"]["joining"])}


def _nothing(_data: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _result(data: Mapping[str, Any]) -> dict[str, Any]:
    parts = ("conclusion", "explanation", "alternative", "next_step", "notes")
    return {"result": [data["result"].get(part) for part in parts]}


FACTS: Mapping[str, Read] = {
    "supplement.requested": lambda data: {
        "missing": data["missing"],
        "vague": data["vague"],
        "asked": data["text"],
    },
    "demand.evaluated": lambda data: {"result": [data["text"], data["explanation"], data["alternative"]]},
    "resources.lacking": lambda data: {"reason": data["lacking"]},
    "demand.blocked": lambda data: {
        "due": data["occurred_at"],
        "delay_reason": data["reason"],
        "reason": data["reason_label"],
    },
    "demand.unblocked": lambda data: {"reason": data["note"]},
    "task.changed": lambda data: {"result": [one["title"] for one in data["tasks"]]},
    "demand.planned": lambda data: {"due": data["expected_finish"]},
    "demand.delayed": lambda data: {
        "due": data["expected_finish"],
        "before": data["before"],
        "delay_reason": data["reason"],
        "reason": data["reason_label"],
    },
    "promise.made": lambda data: {"due": data["promised_for"]},
    "change.requested": lambda data: {
        "reason": data["reason"],
        "due": data["expected_finish"],
        "before": data["before"],
        "result": [data["what"], data["plan"]],
    },
    "change.approved": lambda data: {"reason": data["reason"]},
    "change.confirmed": lambda data: {"reason": data["opinion"]},
    "change.declined": lambda data: {"reason": data["opinion"]},
    "change.decided": lambda data: {"reason": data["reason"], "verdict": data["verdict"]},
    "demand.handed_over": _result,
    "demand.completed": _result,
    "demand.confirmed": lambda data: {"reason": data["opinion"]},
    "demand.disputed": lambda data: {"reason": data["opinion"]},
    "demand.closed": lambda data: {"reason": data["reason"]},
    "demand.rejected": lambda data: {"reason": data["reason"], "rejection": data["kind"]},
    "demand.merged": lambda data: {"reason": data["reason"]},
    "demand.classified": lambda data: {"reason": data["reason"]},
    "demand.prioritised": lambda data: {"reason": data["reason"]},
    "demand.transferred": lambda data: {"reason": data["reason"]},
    "deadline.breached": lambda data: {
        "due": data["due_at"],
        "clock": data["code"],
        "department": data["department"],
    },
    "demand.locked": _nothing,
    "demand.accepted": _nothing,
    "demand.assigned": _nothing,
    "demand.progressed": _nothing,
    "demand.supplemented": _nothing,
    "demand.communicated": _nothing,
}
"""Every published event on which a policy may send a notice, but demand.received: event -> facts of domain.Cause."""

DECIDED: Mapping[str, Read] = {
    "demand.classified": lambda data: type_of(data) | route_of(data),
    "demand.transferred": lambda data: route_of(data) | {"handler_id": None},
    "demand.assigned": lambda data: {
        "lead": data["department"],
        "joint": bool(data["joining"]),
        "handler_id": data["handler"]["staff_id"],
    },
}
"""What some of them decide: event -> columns of domain.DemandRow."""
