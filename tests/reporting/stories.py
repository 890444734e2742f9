"""Demands' lives as reporting hears them, every event of the promised shape."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import format_time
from shared.contracts.events import check
from shared.ids import new_id
from shared.messaging.envelope import Event
from shared.policies.loader import installed

RECEIVED_AT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past midnight of the 24th in Shanghai


def shanghai(text: str) -> datetime:
    """ "2024-10-08 14:30" as local time -> aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


class Streams:
    """Makes events with gapless versions per source and subject."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], int] = {}

    def event(self, source: str, kind: str, subject: str, data: dict[str, Any], at: datetime = RECEIVED_AT) -> Event:
        """The stream's next event; its data must be as the contract says."""
        assert check(kind, data) == {}, (kind, check(kind, data))
        key = (source, subject)
        self._versions[key] = self._versions.get(key, 0) + 1
        return Event(new_id(), source, f"demandflow.{kind}.v1", subject, self._versions[key], 1, at, data)


class Life:
    """One demand, told step by step; `events` has what was told, by source, in order."""

    def __init__(
        self,
        policy: str = "C",
        demand_id: str | None = None,
        *,
        number: str | None = None,
        customer: str = "YQ1",
        name: str = "王*",
        company: str | None = None,
        at: datetime = RECEIVED_AT,
    ) -> None:
        self.policy = installed().pinned(policy, "1")
        self.id = demand_id or new_id()
        self.number = number or f"M{self.id}"
        self.at = at
        self.events: dict[str, list[Event]] = {"customer": [], "intake": [], "triage": [], "notifier": []}
        self._streams = Streams()
        self._customer = {
            "number": customer, "masked_name": company or name, "kind": "company" if company else "person",
            "industry": "制造业" if company else None, "tier": None, "value": None, "company_name": company,
        }  # fmt: skip
        told = self._streams.event("intake", "customer.changed", f"customer/{customer}", self._customer, at)
        self.events["customer"].append(told)

    def all(self) -> list[Event]:
        """Source after source."""
        return [event for events in self.events.values() for event in events]

    def tell(self, source: str, kind: str, /, **data: Any) -> "Life":
        """The next event of the demand's stream at that source."""
        whole = {"demand_id": self.id, "number": self.number, **data}
        self.events[source].append(self._streams.event(source, kind, f"demand/{self.id}", whole, self.at))
        return self

    def step(self, kind: str, status: str = "in_progress", resolution: str | None = None, /, **data: Any) -> "Life":
        """A step of handling with the status that it leads to."""
        return self.tell("triage", kind, status=self.status(status, resolution), by="staff:s1", **data)

    def status(self, category: str, resolution: str | None = None) -> dict[str, Any]:
        found = next(one for one in self.policy.statuses if one.category == category)
        label = found.label.zh
        return {"code": found.code, "label": label, "category": category, "resolution": resolution}

    def received(self, **changes: Any) -> "Life":
        data: dict[str, Any] = {
            "policy": {"code": self.policy.code, "version": "1", "sha256": self.policy.sha256}, "channel": "web",
            "channel_kind": "web", "department": "CSR", "received_at": format_time(self.at), "occurred_at": None,
            "customer": self._customer, "known_customer": False, "subject": None, "description": "想知道何时送达",
            "type": None, "urgency": None, "expected_by": None, "order_number": None, "product": None, "mood": None,
            "wishes": None, "budget": None, "related_number": None, "impact": {}, "fields": {},
            "feedback": {"kind": None, "text": None, "stars": None}, "partner": None,
            "quality": {"vague": [], "missing": []}, "first_response_by": None, "language": "zh", "reachable_by": [],
            "preferred_channel": None, "historic": None,
        }  # fmt: skip
        return self.tell("intake", "demand.received", **(data | changes))

    def triaged(self, type_code: str | None = None, **changes: Any) -> "Life":
        kind = None if type_code is None else self.policy.type(type_code)
        named = changes.pop("priority", self.policy.priority.default)
        level = None if named is None else self.policy.level(named)
        data: dict[str, Any] = {
            "policy": {"code": self.policy.code, "version": "1", "sha256": self.policy.sha256},
            "type": kind and {"code": kind.code, "label": kind.label.zh, "category": kind.category},
            "track": "handling",
            "priority": level and {"rank": level.rank, "code": level.code, "label": level.label.zh},
            "route": {"lead": "SUP", "joining": []}, "status": self.status("pending"), "deadlines": [],
            "first_response_by": None,
        }  # fmt: skip
        return self.tell("triage", "demand.triaged", **(data | changes))

    def evaluated(self, text: str, at: str, **changes: Any) -> "Life":
        """A department's evaluation; changes: of the event's data."""
        data: dict[str, Any] = {
            "department": "TEC", "verdict": "feasible", "overall": "feasible", "text": text, "explanation": None,
            "alternative": None, "feasibility": None, "resources": None, "at": at,
        }  # fmt: skip
        return self.step("demand.evaluated", **(data | changes))

    def planned(self, text: str, finish: str, at: str, **changes: Any) -> "Life":
        """A plan; changes: of the event's data."""
        data: dict[str, Any] = {
            "text": text, "solution": None, "process": None, "quotation": None, "workaround": None,
            "later_iteration": None, "expected_finish": finish, "change": None, "at": at,
        }  # fmt: skip
        return self.step("demand.planned", **(data | changes))

    def task(self, id: str = "T1", at: str = "2026-11-23T16:30:00Z", **changes: Any) -> dict[str, Any]:
        """One task as events show it."""
        return {
            "id": id, "title": "规则配置", "owner": "钱*", "department": "CSR", "starts_on": "2026-11-24",
            "ends_on": "2026-11-25", "delivery_standard": "灰度一天无错贴", "depends_on": [], "state": "open",
            "percent": 0, "dispatched_at": at, **changes,
        }  # fmt: skip

    def tasks(self, *tasks: dict[str, Any], at: str, change: str = "dispatched", text: str | None = None) -> "Life":
        return self.step("task.changed", change=change, tasks=list(tasks), text=text, at=at)

    def closed(self, at: datetime, resolution: str = "done", measure: str | None = None) -> "Life":
        data = {"cycle": 1, "at": format_time(at), "measure": measure, "reason": None, "recourse": None}
        return self.step("demand.closed", "closed", resolution, **data)

    def completed(self, at: datetime, conclusion: str = "已处理", cycle: int = 1) -> "Life":
        result = {"conclusion": conclusion, "next_step": "已开通权限", "notes": None}
        result |= {"explanation": None, "alternative": None}
        more = {"expectation_met": True, "left_over": None, "remedy": None, "recourse": None, "result_sha256": "0" * 64}
        return self.step("demand.completed", "completed", cycle=cycle, at=format_time(at), result=result, **more)

    def confirmed(self, at: datetime, satisfaction: str = "satisfied", signed: bool = False) -> "Life":
        data = {"cycle": 1, "satisfaction": satisfaction, "opinion": None, "at": format_time(at), "signed": signed}
        data |= {"signature_method": "electronic" if signed else None, "result_sha256": "0" * 64}
        return self.tell("intake", "demand.confirmed", **data)

    def communicated(self, at: datetime, id: str = "k1", version: int = 1, **said: Any) -> "Life":
        data: dict[str, Any] = {
            "communication_id": id, "version": version, "occurred_at": format_time(at),
            "registered_at": format_time(at + timedelta(hours=1)), "by": "staff:s1", "channel": "phone",
            "direction": "outbound", "words": "已催承运商", "summary": None, "mood": None, "subject": None,
            "order_number": None, "product": None, "people": [], "events": [], "service_opinion": None,
            "wishes": None, "earlier_number": None, "attachments": [], "answered": True, **said,
        }  # fmt: skip
        return self.tell("intake", "demand.communicated", **data)

    def attached(self, id: str, content: bytes | None = None, **changes: Any) -> "Life":
        """A file, or a reference when it has no content."""
        data: dict[str, Any] = {
            "attachment_id": id, "name": f"{id}.png", "label": None, "media_type": "image/png", "reference": None,
            "size": None if content is None else len(content), "by": "channel:c1", "at": format_time(self.at),
            "sha256": None if content is None else hashlib.sha256(content).hexdigest(), **changes,
        }  # fmt: skip
        return self.tell("intake", "attachment.added", **data)

    def clock(self, code: str = "resolution", due: datetime = RECEIVED_AT, **changes: Any) -> dict[str, Any]:
        """One deadline as events show it."""
        kind = next(one.kind for one in self.policy.clocks if one.code == code)
        return {
            "id": f"{self.id}/{code}/1/1", "code": code, "kind": kind, "cycle": 1, "occurrence": 1,
            "due_at": format_time(due), "provisional": False, "approaching_at": None, "met_at": None,
            "breached_at": None, "paused_at": None, **changes,
        }  # fmt: skip


def story(demand_id: str, customer: str = "YQ1", number: str | None = None) -> Life:
    """One demand's life with every kind of event that reporting hears of a demand."""
    life = Life("C", demand_id, number=number, customer=customer)
    due, later = RECEIVED_AT + timedelta(hours=4), format_time(RECEIVED_AT + timedelta(hours=5))
    first = life.clock("first_response", due)
    gone = life.clock("resolution", due)
    life.received(urgency="high", quality={"vague": ["description"], "missing": ["order_number"]})
    life.attached("f1", b"png", label="错误截图").attached("f2", reference="oa/ht/7", name="合同 HT-7")
    life.triaged("inquiry", priority="high", deadlines=[first, gone], first_response_by=format_time(due))
    life.step("demand.routed", "pending", declined_by="SUP", reason=None, route={"lead": "CSR", "joining": []})
    late = {"department": "SUP", "due_at": first["due_at"], "breached_at": later}
    life.tell("triage", "deadline.breached", deadline_id=first["id"], code="first_response", kind=first["kind"], **late)
    life.step("demand.accepted", department="CSR", accepted_at=later)
    life.tell("triage", "deadlines.changed", deadlines=[{**first, "met_at": later, "breached_at": later}])
    _handled(life, later)
    notice = {"notice_id": f"n-{demand_id}", "kind": "acknowledgement", "carrier": "email", "audience": "customer"}
    notice |= {"attempt": 1, "at": format_time(RECEIVED_AT)}
    life.tell("notifier", "notice.failed", **notice, reason="smtp")
    life.tell("notifier", "notice.sent", **notice, reason=None)
    return life


def joined(demand_id: str = "5") -> Life:
    """Facts put right between two supplements; merged and taken apart; linked both ways; split."""
    life = Life("C", demand_id, customer=f"YQ{demand_id}").received(urgency="high").triaged("inquiry")
    at, later = format_time(RECEIVED_AT), format_time(RECEIVED_AT + timedelta(days=1))
    told = {"by": "customer", "values": {}, "given": [], "quality": {"vague": [], "missing": []}}
    model = {"product_model": "G3"}
    life.tell("intake", "demand.supplemented", supplement_id="x", at=at, description="单号见附", fields=model, **told)
    other = {"demand_id": "99", "number": "M99"}
    for fact, before, after in (
        ("description", "想知道何时送达", "想知道何时送到仓库"),
        ("fields.product_model", "G3", "G4"),
        ("urgency", "high", "low"),
        ("urgency", "low", None),
    ):
        life.step("demand.corrected", fact=fact, before=before, after=after, reason="听错了", at=at)
    life.step("demand.merged", "closed", "merged", into=other, reason="同一订单", at=at)
    life.step("demand.unmerged", into=other, reason="不同订单", at=at)
    link = {"other": other, "note": None, "at": at}
    life.step("demand.linked", relation="related", direction="to", ended=False, **link)
    life.step("demand.linked", relation="merged_into", direction="from", ended=False, **link)
    life.step("demand.linked", relation="merged_into", direction="from", ended=True, **link)
    parts = [{"key": str(key), "subject": None, "description": "导出", "type": None} for key in (1, 2)]
    life.step("demand.split", parts=parts, reason="两件事", at=at)
    more = {"supplement_id": "y", "at": later, "description": "已到仓库门口", "fields": {}}
    return life.tell("intake", "demand.supplemented", **more, **told)


def rejected(kind: str = "spam", demand_id: str = "4", **changes: Any) -> Life:
    """What is no demand; something is asked for after its end."""
    life = Life("C", demand_id, customer=f"YQ{demand_id}", **changes).received().triaged("inquiry")
    at = format_time(life.at)
    life.step("demand.rejected", "closed", "rejected", kind=kind, reason="广告", at=at)
    part = {"key": "1", "subject": None, "description": "其实有事", "type": None}
    return life.step("demand.followed-up", "closed", "rejected", parts=[part], at=at)


def _handled(life: Life, at: str) -> None:
    done, quality = RECEIVED_AT + timedelta(days=2), {"vague": [], "missing": []}
    kind = life.policy.type("complaint")
    named = {"code": kind.code, "label": kind.label.zh, "category": kind.category}
    life.step("demand.classified", type=named, route={"lead": "CSR", "joining": ["SUP"]}, reason="人工")
    moved = {"route": {"lead": "CSR", "joining": []}, "before": "SUP", "reason": "归口"}
    life.step("demand.transferred", "pending", **moved)
    life.step("demand.accepted", department="CSR", accepted_at=at)
    level = {"rank": 2, "code": "mid", "label": "中"}
    life.step("priority.proposed", proposed=level, reasons=["total:5"], before="high")
    life.step("demand.voted", priority=level, missing=1)
    life.step("demand.prioritised", priority=level, proposed="high", reason="可等")
    life.step(
        "demand.assigned",
        handler={"staff_id": "s1", "masked_name": "赵*"},
        department="CSR",
        joining=["SUP"],
        instead_of=None,
    )
    life.step("demand.joined", department="SUP", at=at)
    life.step("supplement.requested", "in_progress", missing=["order_number"], vague=[], text=None, at=at)
    more = {
        "supplement_id": "x",
        "at": at,
        "by": "customer",
        "description": "单号见附",
        "fields": {"product_model": "G3"},
    }
    life.tell("intake", "demand.supplemented", **more, values={}, given=["order_number"], quality=quality)
    life.step("demand.resumed", supplement_id="x", quality=quality)
    life.evaluated("接口不兼容", at, verdict="partly", overall="partly", alternative="先用导出", department="CSR")
    life.step("resources.lacking", department="CSR", lacking="缺人", at=at)
    finish, moved = format_time(RECEIVED_AT + timedelta(days=1)), format_time(RECEIVED_AT + timedelta(days=3))
    life.planned("改接口", finish, at, workaround="手工导出")
    _changed(life, finish, at)
    life.tasks(life.task(at=at), life.task("T2", at=at, depends_on=["T1"]), at=at)
    life.tasks(life.task(at=at, state="in_progress", percent=40), at=at, change="progressed", text="联调中")
    life.step("demand.progressed", text="已联系承运商", at=at)
    blocked = {"reason": "technical", "reason_label": "技术原因", "note": None, "task": "T1"}
    life.step("demand.blocked", **blocked, occurred_at=at, at=at)
    life.step("demand.unblocked", note="已换线", occurred_at=at, at=finish)
    life.step("demand.blocked", **blocked, occurred_at=finish, at=finish)
    told = {"note": None, "before": finish, "told_at": at, "channel": "phone", "late": True, "at": at}
    life.step("demand.delayed", reason="other", reason_label="其他", expected_finish=moved, **told)
    life.step("promise.made", promise=2, channel="phone", text="上线通知", promised_for=moved, at=at, fulfils=None)
    result = {"conclusion": "已处理", "next_step": None, "notes": None, "explanation": None, "alternative": None}
    handed = {"expectation_met": True, "left_over": None, "remedy": None, "recourse": None}
    life.step("demand.handed_over", cycle=1, at=at, result=result, **handed, deliverables=["说明"], report=None)
    life.completed(done)
    opinion = {"satisfaction": "not_satisfied", "opinion": "太慢", "at": format_time(done)}
    life.tell("intake", "demand.disputed", cycle=1, **opinion)
    life.step("cycle.started", cycle=2, at=format_time(done))
    life.completed(done + timedelta(hours=3), "已重新处理", cycle=2)
    confirmed = {"satisfaction": "satisfied", "opinion": None, "at": format_time(done + timedelta(hours=4))}
    signature = {"signed": True, "signature_method": "scan", "result_sha256": "0" * 64}
    life.tell("intake", "demand.confirmed", cycle=2, **signature, **confirmed)
    life.closed(done + timedelta(hours=4), measure="提前告知")
    life.step("demand.locked", "closed", "done", cycle=2, at=format_time(done + timedelta(days=7)))
    life.tell("intake", "demand.withdrawn", reason=None, at=format_time(done + timedelta(hours=5)))


def _changed(life: Life, finish: str, at: str) -> None:
    """Two changes of the plan: one that all agree to, one that the customer does not."""
    named = {"change": f"{life.id}-c1", "change_number": 1, "at": at}
    asked = {"what": "改为更换模块", "reason": "固件无法修复", "plan": "更换通信模块", "expected_finish": finish}
    asked |= {"before": finish, "cost": {"amount": 1200.0, "currency": "CNY"}, "approved_by": ["customer", "lead"]}
    life.step("change.requested", **named, **asked)
    life.tell("intake", "change.confirmed", change=named["change"], opinion=None, at=at)
    life.step("change.approved", **named, party="lead", reason=None)
    life.step("change.decided", **named, verdict="approved", party="lead", reason=None)
    life.planned("更换通信模块", finish, at, change=named["change"])
    other = {**named, "change": f"{life.id}-c2", "change_number": 2}
    life.step("change.requested", **other, **asked)
    life.tell("intake", "change.declined", change=other["change"], opinion="太晚了", at=at)
    life.step("change.decided", **other, verdict="refused", party="customer", reason="太晚了")


def houses() -> list[Event]:
    """A department and somebody who works there."""
    streams = Streams()
    name = {"zh": "客服部", "en": "Customer service"}
    person = {
        "staff_id": "s1",
        "masked_name": "赵*",
        "department": "CSR",
        "roles": ["staff"],
        "policy_roles": [],
        "active": True,
        "away": None,
    }
    return [
        streams.event(
            "triage", "department.changed", "department/CSR", {"code": "CSR", "delivery": "queue", "name": name}
        ),
        streams.event("triage", "staff.changed", "staff/s1", person),
    ]


def past(demand_id: str = "3", customer: str = "YQ3", **own: Any) -> Life:
    """A row of the past under policy C, in progress by what it says; own: parts of what it says of itself."""
    at = shanghai("2023-10-09 09:15")
    said = {
        "status": "in_progress", "owner": "李*", "limit": "2023-10-10", "result": "接口不兼容，延到10-11，已道歉说明",
        "satisfaction": None, "priority": None, "channel": "phone", "note": "每天同步进度", **own,
    }  # fmt: skip
    life = Life("C", demand_id, customer=customer, company="某科技公司", at=at)
    life.received(
        type="complaint", description="上周报的系统维护需求一直没人答复", related_number="M20231002004",
        channel="import", channel_kind="import", historic=said,
    )  # fmt: skip
    return life.triaged("complaint", priority=None, status=life.status(life.policy.status(said["status"]).category))
