"""The events intake publishes: one builder each, no personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain.records import CustomerRow, NewDemand
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality
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
    channel: tuple[str, str],
    customer: CustomerRow,
    quality: Quality,
    reachable_by: list[str],
) -> None:
    """demand.received, the first event of the demand's stream. report: redacted; channel: (code, kind)."""
    occurred = format_time(report.occurred_at) if report.occurred_at else None
    promised = format_time(demand.first_response_by) if demand.first_response_by else None
    data = {
        "demand_id": demand.id,
        "number": demand.number,
        "policy": {"code": demand.policy, "version": demand.policy_version, "sha256": demand.policy_sha256},
        "channel": channel[0],
        "channel_kind": channel[1],
        "received_at": format_time(demand.received_at),
        "occurred_at": occurred,
        "customer": customer_facts(customer),
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
        "related_number": report.related_number,
        "fields": dict(report.fields),
        "quality": {"vague": list(quality.vague), "missing": list(quality.missing)},
        "first_response_by": promised,
        "language": report.language,
        "reachable_by": reachable_by,
        "preferred_channel": report.customer.preferred_channel,
    }
    publish(
        session,
        source=SOURCE,
        type="demand.received",
        subject=f"demand/{demand.id}",
        version=demand.version,
        data=data,
        now=demand.received_at,
    )
