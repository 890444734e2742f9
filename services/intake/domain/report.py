"""A demand as a channel reports it, before anything is decided about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.intake.domain.attachments import Attachment
from services.intake.domain.contact import Contact
from services.intake.domain.historic import Historic

_TEXTS = ("subject", "description", "order_number", "product", "wishes", "budget", "mood", "related_number")
_SEALED = (*_TEXTS, "type", "urgency", "expected_by")


@dataclass(frozen=True)
class ReportedCustomer:
    """Who reports, as far as the channel knows. kind: "person" or "company".

    source: how the customer found us, by the policy's field of that name; tier: no report tells it, a CRM may.
    """

    number: str | None = None
    contact: Contact = field(default_factory=Contact)
    company: str | None = None
    industry: str | None = None
    kind: str | None = None
    value: str | None = None
    preferred_channel: str | None = None
    source: str | None = None
    tier: str | None = None

    @property
    def is_company(self) -> bool:
        """Said so, or a company is named."""
        return self.kind == "company" or (self.kind is None and self.company is not None)


@dataclass(frozen=True)
class Report:
    """What came in. Texts are cleaned, not redacted; codes.resolve turns words into the policy's codes.

    fields: what the policy adds, by the channel's names, after resolve by code; message_id: a mail's Message-ID;
    historic: what a row of the past says of its own handling; relation: split_from or follow_up of related_number, for
    what was made of that demand here; attachments: sealed each by itself, so not among the words.
    """

    policy: str | None = None
    occurred_at: datetime | None = None
    customer: ReportedCustomer = field(default_factory=ReportedCustomer)
    subject: str | None = None
    description: str = ""
    type: str | None = None
    urgency: str | None = None
    impact: Mapping[str, Any] = field(default_factory=dict)
    expected_by: str | None = None
    order_number: str | None = None
    product: str | None = None
    mood: str | None = None
    wishes: str | None = None
    budget: str | None = None
    feedback: Mapping[str, Any] = field(default_factory=dict)
    referral: Mapping[str, Any] = field(default_factory=dict)
    related_number: str | None = None
    relation: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    language: str = "zh"
    message_id: str | None = None
    historic: Historic | None = None
    attachments: tuple[Attachment, ...] = ()

    def words(self) -> dict[str, Any]:
        """All that was said, by name: what is sealed as the customer's own words."""
        return {name: getattr(self, name) for name in _SEALED} | {
            "contact": vars(self.customer.contact),
            "value": self.customer.value,
            "feedback": dict(self.feedback),
            "referral": dict(self.referral),
            "fields": dict(self.fields),
            "company": self.customer.company,
            "industry": self.customer.industry,
            "historic": vars(self.historic) if self.historic else None,
        }

    def redacted(self, redact: Callable[[str], str]) -> "Report":
        """The same report with every free text passed through redact; the contact is emptied."""
        texts = {name: _over(getattr(self, name), redact) for name in _TEXTS}
        customer = replace(
            self.customer,
            contact=Contact(),
            company=_over(self.customer.company, redact),
            industry=_over(self.customer.industry, redact),
            value=_over(self.customer.value, redact),
            source=_over(self.customer.source, redact),
            tier=_over(self.customer.tier, redact),
        )
        return replace(
            self,
            **texts,
            customer=customer,
            feedback=_over(self.feedback, redact),
            referral=_over(self.referral, redact),
            fields=_over(self.fields, redact),
            historic=self.historic.redacted(redact) if self.historic else None,
        )


def _over(value: Any, redact: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {name: _over(inner, redact) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_over(inner, redact) for inner in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        hidden = redact(str(value))  # a number field may hold a phone number
        return value if hidden == str(value) else hidden
    return value
