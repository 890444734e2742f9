"""Events as intake and triage tell them, each of the promised shape."""

from datetime import datetime, timedelta
from typing import Any

from shared.clock import format_time
from shared.contracts.events import check
from shared.ids import new_id
from shared.messaging.envelope import Event
from shared.policies.loader import installed
from tests.notifier.conftest import DUE

STATUS = {"code": "in_progress", "label": "处理中", "category": "in_progress", "resolution": None}


def pin(policy: str) -> dict[str, str]:
    return {"code": policy, "version": "1", "sha256": installed().pinned(policy, "1").sha256}


def number_of(demand_id: str) -> str:
    return f"M-{demand_id}"


def event(kind: str, data: dict[str, Any], *, source: str = "triage", version: int = 1) -> Event:
    """One event of a demand's stream."""
    assert check(kind, data) == {}, check(kind, data)
    return Event(new_id(), source, f"demandflow.{kind}.v1", f"demand/{data['demand_id']}", version, 1, DUE, data)


def received(demand_id: str = "d1", *, policy: str = "C", **changes: Any) -> Event:
    """demand.received of a customer with a mail address; customer_kind and the like: parts of the customer."""
    customer = {
        "number": "YQ20261124001", "masked_name": "王*", "kind": "person", "industry": None, "tier": None,
        "value": None, "company_name": None,
    }  # fmt: skip
    empty = ("occurred_at", "subject", "type", "urgency", "expected_by", "order_number", "product", "mood", "wishes",
             "budget", "related_number", "partner", "preferred_channel", "historic")  # fmt: skip
    data = {
        **dict.fromkeys(empty),
        "demand_id": demand_id, "number": number_of(demand_id), "policy": pin(policy), "channel": "web",
        "channel_kind": "web", "department": "CSR", "received_at": format_time(DUE), "customer": customer,
        "known_customer": False, "description": "订单三天没有物流更新", "impact": {}, "fields": {},
        "feedback": {"kind": None, "text": None, "stars": None}, "quality": {"vague": [], "missing": []},
        "first_response_by": format_time(DUE), "language": "zh", "reachable_by": ["email", "phone"], **changes,
    }  # fmt: skip
    return event("demand.received", data, source="intake")


def triaged(
    demand_id: str = "d1", *, policy: str = "C", lead: str = "SUP", deadlines: tuple[dict[str, Any], ...] = ()
) -> Event:
    """demand.triaged, the first of triage's stream."""
    data = {
        "demand_id": demand_id, "number": number_of(demand_id), "policy": pin(policy), "track": "handling",
        "type": {"code": "inquiry", "label": "咨询", "category": "inquiry"},
        "priority": {"rank": 2, "code": "mid", "label": "中"}, "route": {"lead": lead, "joining": []},
        "status": STATUS, "deadlines": list(deadlines), "first_response_by": None,
    }  # fmt: skip
    return event("demand.triaged", data)


def step(kind: str, /, version: int = 2, demand_id: str = "d1", **data: Any) -> Event:
    """A step of handling."""
    common = {"demand_id": demand_id, "number": number_of(demand_id), "status": STATUS, "by": "staff:u-1"}
    return event(kind, {**common, **data}, version=version)


def supplement(version: int = 2, demand_id: str = "d1", **changes: Any) -> Event:
    asked: dict[str, Any] = {"missing": [], "vague": [], "text": None, "at": format_time(DUE), **changes}
    return step("supplement.requested", version, demand_id, **asked)


def delayed(version: int = 2, demand_id: str = "d1", **changes: Any) -> Event:
    told: dict[str, Any] = {
        "reason": "other", "reason_label": "其他", "note": None, "before": format_time(DUE),
        "expected_finish": format_time(DUE + timedelta(days=2)), "at": format_time(DUE), "told_at": None,
        "channel": None, "late": False, **changes,
    }  # fmt: skip
    return step("demand.delayed", version, demand_id, **told)


def completed(version: int = 2, demand_id: str = "d1") -> Event:
    result = {"conclusion": "已催承运商", "next_step": "预计明日送达", "notes": None}
    result |= {"explanation": None, "alternative": None}
    told = {"cycle": 1, "at": format_time(DUE), "result": result, "expectation_met": True, "left_over": None}
    told |= {"remedy": None, "recourse": None, "result_sha256": "0" * 64}
    return step("demand.completed", version, demand_id, **told)


def lacking(version: int = 2, demand_id: str = "d1") -> Event:
    told = {"department": "SUP", "lacking": "缺一名工程师", "at": format_time(DUE)}
    return step("resources.lacking", version, demand_id, **told)


def blocked(version: int = 2, demand_id: str = "d1", **changes: Any) -> Event:
    told: dict[str, Any] = {
        "reason": "resources", "reason_label": "资源延迟", "note": None, "task": None,
        "occurred_at": format_time(DUE), "at": format_time(DUE), **changes,
    }  # fmt: skip
    return step("demand.blocked", version, demand_id, **told)


def change_requested(version: int = 2, demand_id: str = "d1") -> Event:
    told: dict[str, Any] = {
        "change": "c-1", "change_number": 1, "at": format_time(DUE), "what": "改为更换模块", "reason": "固件无法修复",
        "plan": "更换通信模块", "cost": None, "expected_finish": format_time(DUE + timedelta(days=2)),
        "before": format_time(DUE), "approved_by": ["customer", "department_lead"],
    }  # fmt: skip
    return step("change.requested", version, demand_id, **told)


def change_decided(version: int = 2, demand_id: str = "d1", verdict: str = "approved") -> Event:
    told = {"change": "c-1", "change_number": 1, "at": format_time(DUE), "verdict": verdict, "party": "customer"}
    return step("change.decided", version, demand_id, **told, reason=None)


def handed_over(version: int = 2, demand_id: str = "d1") -> Event:
    result = {"conclusion": "已催承运商", "next_step": "预计明日送达", "notes": None}
    result |= {"explanation": None, "alternative": None}
    told = {"cycle": 1, "at": format_time(DUE), "result": result, "expectation_met": True, "left_over": None}
    told |= {"remedy": None, "recourse": None, "deliverables": ["物流截图"], "report": None}
    return step("demand.handed_over", version, demand_id, **told)


def assigned(
    version: int = 2, demand_id: str = "d1", *, staff_id: str | None = "zhao", department: str = "SUP"
) -> Event:
    handler = {"staff_id": staff_id, "masked_name": "赵*"}
    return step(
        "demand.assigned", version, demand_id, handler=handler, department=department, joining=[], instead_of=None
    )


def rejected(version: int = 2, demand_id: str = "d1", kind: str = "wrong_person") -> Event:
    return step("demand.rejected", version, demand_id, kind=kind, reason="找的是别家", at=format_time(DUE))


def merged(version: int = 2, demand_id: str = "d1") -> Event:
    into = {"demand_id": "d2", "number": "M-d2"}
    return step("demand.merged", version, demand_id, into=into, reason="同一订单", at=format_time(DUE))


def deadlines(*rows: dict[str, Any], version: int = 1, demand_id: str = "d1") -> Event:
    """deadlines.changed with the whole set."""
    data = {"demand_id": demand_id, "number": number_of(demand_id), "deadlines": list(rows)}
    return event("deadlines.changed", data, version=version)


def breached(
    code: str, version: int = 2, demand_id: str = "d1", kind: str = "resolution", *, department: str = "SUP"
) -> Event:
    data = {
        "demand_id": demand_id, "number": number_of(demand_id), "deadline_id": f"{demand_id}/{code}/1/1",
        "code": code, "kind": kind, "department": department,
        "due_at": format_time(DUE), "breached_at": format_time(DUE),
    }  # fmt: skip
    return event("deadline.breached", data, version=version)


def clock(name: str = "first", due: datetime = DUE, demand_id: str = "d1", **changes: Any) -> dict[str, Any]:
    """One deadline with a warning an hour before it."""
    return {
        "id": f"{demand_id}/{name}/1/1", "code": name, "kind": "first_response", "cycle": 1, "occurrence": 1,
        "due_at": format_time(due), "approaching_at": format_time(due - timedelta(hours=1)), "provisional": False,
        "met_at": None, "breached_at": None, "paused_at": None, **changes,
    }  # fmt: skip
