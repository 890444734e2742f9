"""The events intake publishes: one builder each, no personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain import details
from services.intake.domain.attachments import AttachmentRow
from services.intake.domain.campaigns import CampaignRow
from services.intake.domain.communications import CommunicationRow
from services.intake.domain.records import ChannelRow, CustomerRow, DemandRow, NewDemand, NewSupplement
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality
from services.intake.domain.satisfaction import Confirmation
from shared.clock import format_time
from shared.messaging.outbox import publish

SOURCE = "intake"
FIRST = 1
"""The version of demand.received; what came with the demand follows it."""


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
    taken_by: str | None,
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
        "taken_by": taken_by,
    }
    _of_demand(session, "demand.received", demand, FIRST, data, now)


def attachment_added(session: Session, demand: DemandRow | NewDemand, row: AttachmentRow, *, version: int) -> None:
    """attachment.added, at its version of the demand's stream."""
    told = ("name", "label", "media_type", "size", "sha256", "reference", "by")
    data = {"attachment_id": row.id, **{name: getattr(row, name) for name in told}, "at": format_time(row.at)}
    _of_demand(session, "attachment.added", demand, version, data, row.at)


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


def campaign_opened(session: Session, row: CampaignRow, *, title: str, customers: list[str]) -> None:
    """campaign.opened on the campaign's stream. title: redacted; customers: numbers of those who are asked."""
    data = {
        "campaign_id": row.id,
        "code": row.code,
        "title": title,
        "policy": {"code": row.policy, "version": row.policy_version},
        "form": row.form,
        "opened_at": format_time(row.opened_at),
        "closes_at": format_time(row.closes_at),
        "customers": customers,
        "by": row.by,
    }
    _of_campaign(session, "campaign.opened", row, data, row.opened_at)


def campaign_closed(session: Session, row: CampaignRow, now: datetime) -> None:
    """campaign.closed: before its time."""
    data = {"campaign_id": row.id, "code": row.code, "at": format_time(now)}
    _of_campaign(session, "campaign.closed", row, data, now)


def _of_campaign(session: Session, kind: str, row: CampaignRow, data: dict[str, Any], now: datetime) -> None:
    publish(
        session, source=SOURCE, type=kind, subject=f"campaign/{row.code}", version=row.version, data=data, now=now
    )  # fmt: skip


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
