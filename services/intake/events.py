"""The events intake publishes: one builder each, no personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain import details
from services.intake.domain.communications import CommunicationRow
from services.intake.domain.records import ChannelRow, CustomerRow, DemandRow, NewDemand, NewSupplement
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality
from services.intake.domain.satisfaction import Confirmation
from shared.clock import format_time
from shared.messaging.outbox import publish

SOURCE = "intake"


def customer_facts(customer: CustomerRow) -> dict[str, Any]:
    """What others may know of a customer."""
    return {
        "number": customer.number,
        "masked_name": customer.masked_name,
        "kind": customer.kind,
        "industry": customer.industry,
        "tier": customer.tier,
        "value": customer.value,
        "company_name": customer.company_name,
        "source": customer.source,
        "preferred_channel": customer.preferred_channel,
        "merged_into": customer.merged_into,
    }


def customer_changed(session: Session, customer: CustomerRow, now: datetime) -> None:
    """customer.changed on the customer's stream, at the row's version."""
    publish(
        session,
        source=SOURCE,
        type="customer.changed",
        subject=f"customer/{customer.number}",
        version=customer.version,
        data=customer_facts(customer),
        now=now,
    )


def demand_received(
    session: Session,
    demand: NewDemand,
    *,
    report: Report,
    channel: ChannelRow,
    customer: CustomerRow,
    known_customer: bool,
    reachable_by: list[str],
    now: datetime,
) -> None:
    """demand.received, the first event of the demand's stream. report: redacted, without sensitive answers."""
    opinion = {name: report.feedback.get(name) for name in ("kind", "text", "stars")}
    data = {
        "policy": {"code": demand.policy, "version": demand.policy_version, "sha256": demand.policy_sha256},
        "channel": channel.code,
        "channel_kind": channel.kind,
        "department": channel.department,
        "received_at": format_time(demand.received_at),
        "occurred_at": _time(report.occurred_at),
        "customer": customer_facts(customer),
        "known_customer": known_customer,
        "subject": report.subject,
        "description": report.description,
        "type": report.type,
        "urgency": report.urgency,
        "impact": dict(report.impact),
        "expected_by": report.expected_by,
        "order_number": report.order_number,
        "product": report.product,
        "mood": report.mood,
        "wishes": report.wishes,
        "budget": report.budget,
        "related_number": report.related_number,
        "fields": dict(report.fields),
        "feedback": opinion,
        "partner": report.referral.get("partner"),
        "quality": demand.quality,
        "first_response_by": _time(demand.first_response_by),
        "language": report.language,
        "reachable_by": reachable_by,
        "preferred_channel": report.customer.preferred_channel or customer.preferred_channel,
        "historic": report.historic.shown() if report.historic else None,
        "relation": report.relation,
    }
    _of_demand(session, "demand.received", demand, demand.version, data, now)


def demand_supplemented(
    session: Session, demand: DemandRow, supplement: NewSupplement, *, report: Report, quality: Quality
) -> None:
    """demand.supplemented. report: what came, redacted, without sensitive answers."""
    data = {
        "supplement_id": supplement.id,
        "at": format_time(supplement.at),
        "by": supplement.by,
        "description": report.description or None,
        "fields": dict(report.fields),
        "values": details.values(supplement.details),
        "given": list(supplement.given),
        "quality": quality.shown(),
    }
    _next_of_demand(session, "demand.supplemented", demand, data, supplement.at)


def demand_communicated(session: Session, demand: DemandRow, row: CommunicationRow) -> None:
    """demand.communicated: a communication, or with a version above 1 a correction of one."""
    data = {
        "communication_id": row.id,
        "version": row.version,
        "occurred_at": format_time(row.occurred_at),
        "registered_at": format_time(row.registered_at),
        "by": row.by,
        **row.details,
    }
    _next_of_demand(session, "demand.communicated", demand, data, row.registered_at)


def demand_answered(session: Session, demand: DemandRow, answer: Confirmation) -> None:
    """demand.confirmed when the customer is satisfied, else demand.disputed."""
    data: dict[str, Any] = {
        "cycle": answer.cycle,
        "satisfaction": answer.satisfaction,
        "opinion": answer.opinion,
        "at": format_time(answer.at),
    }
    if answer.satisfied:
        data |= {"signed": answer.signed is not None, "signature_method": answer.signed}
        data["result_sha256"] = answer.result_sha256
        _next_of_demand(session, "demand.confirmed", demand, data, answer.at)
    else:
        _next_of_demand(session, "demand.disputed", demand, data, answer.at)


def demand_withdrawn(session: Session, demand: DemandRow, reason: str | None, now: datetime) -> None:
    """demand.withdrawn. reason: redacted."""
    _next_of_demand(session, "demand.withdrawn", demand, {"reason": reason, "at": format_time(now)}, now)


def change_answered(
    session: Session, demand: DemandRow, change_id: str, *, agreed: bool, opinion: str | None, now: datetime
) -> None:
    """change.confirmed or change.declined. opinion: redacted."""
    kind = "change.confirmed" if agreed else "change.declined"
    data = {"change": change_id, "opinion": opinion, "at": format_time(now)}
    _next_of_demand(session, kind, demand, data, now)


def _next_of_demand(session: Session, kind: str, demand: DemandRow, data: dict[str, Any], now: datetime) -> None:
    """At the version after that of the locked row, which the caller raises."""
    _of_demand(session, kind, demand, demand.version + 1, data, now)


def _of_demand(
    session: Session, kind: str, demand: NewDemand | DemandRow, version: int, data: dict[str, Any], now: datetime
) -> None:
    publish(
        session,
        source=SOURCE,
        type=kind,
        subject=f"demand/{demand.id}",
        version=version,
        data={"demand_id": demand.id, "number": demand.number, **data},
        now=now,
    )


def _time(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None
