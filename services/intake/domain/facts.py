"""A report as the rules of a policy look at it."""

from collections.abc import Collection

from services.intake.domain.contact import Contact
from services.intake.domain.records import CustomerRow
from services.intake.domain.report import Report
from shared.policies.facts import Facts


def facts(
    report: Report,
    channel_kind: str,
    contact: Contact,
    *,
    row: CustomerRow | None,
    known_customer: bool,
    before: Collection[str] = (),
) -> Facts:
    """What rules may ask of a report in the policy's codes.

    contact: all that is known of it, row: the customer as known; nobody is asked for what is known already.
    known_customer: the customer was known before this demand; before: names of what came earlier.
    """
    told = report.customer
    company = told.is_company or (row is not None and row.kind == "company")
    industry = told.industry or (row.industry if row else None)
    value = told.value or (row.value if row else None)
    known = {
        "customer.number": row,
        "customer.company": row and row.company_name,
        "customer.industry": industry,
        "customer.value": value,
        "customer.preferred_channel": row and row.preferred_channel,
    }
    return Facts(
        text=report.description,
        type=report.type,
        urgency=report.urgency,
        mood=report.mood,
        customer_kind="company" if company else "person",
        customer_value=value,
        industry=industry,
        product=report.product,
        channel_kind=channel_kind,
        feedback_kind=report.feedback.get("kind"),
        impact=report.impact,
        fields=report.fields,
        given=given(report, contact) | {name for name, one in known.items() if one} | frozenset(before),
        known_customer=known_customer,
    )


def given(report: Report, contact: Contact) -> frozenset[str]:
    """Names of what a report brings with a value, as policies write them."""
    told, opinion = report.customer, report.feedback
    values = {
        "description": report.description,
        "subject": report.subject,
        "type": report.type,
        "urgency": report.urgency,
        "expected_by": report.expected_by,
        "occurred_at": report.occurred_at,
        "order_number": report.order_number,
        "product": report.product,
        "mood": report.mood,
        "wishes": report.wishes,
        "budget": report.budget,
        "related_number": report.related_number,
        "attachments": report.attachments,
        "feedback.kind": opinion.get("kind"),
        "feedback.text": opinion.get("text"),
        "feedback.stars": opinion.get("stars"),
        "customer.number": told.number,
        "customer.name": contact.name,
        "customer.company": told.company,
        "customer.contact": contact.reachable_by(),
        "customer.phone": contact.phone,
        "customer.email": contact.email,
        "customer.industry": told.industry,
        "customer.kind": told.kind or told.company,
        "customer.value": told.value,
        "customer.preferred_channel": told.preferred_channel,
    }
    return frozenset([name for name, one in values.items() if one] + [f"fields.{code}" for code in report.fields])
