"""A communication with a customer about a demand: as it was said, and as it is kept. Policy C: one row per talk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from services.intake.domain.contact import masked_name
from shared.policies import interpret
from shared.policies.model import Policy
from shared.refused import wrong

Direction = Literal["inbound", "outbound"]
KINDS = ("phone", "email", "chat", "visit", "im", "web", "other")
"""Ways of talking that need no word in the policy: a demand that came by mail may be answered by phone."""

_TEXTS = (
    "words", "summary", "subject", "order_number", "product", "service_opinion", "wishes", "earlier_number",
)  # fmt: skip
_PROSE = ("words", "summary")


@dataclass(frozen=True)
class Communication:
    """What was said, and when. Texts are cleaned, not redacted.

    occurred_at: when it really was, to the minute; channel: a code of the policy, or one of KINDS; words: the
    customer's own (ours when outbound); people, events: who and what it is about; attachments: {reference, label}
    or {attachment_id, label, reference: None}; answered: we answered with substance.
    """

    occurred_at: datetime
    channel: str
    direction: Direction
    words: str
    answered: bool
    summary: str | None = None
    mood: str | None = None
    subject: str | None = None
    order_number: str | None = None
    product: str | None = None
    people: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    service_opinion: str | None = None
    wishes: str | None = None
    earlier_number: str | None = None
    attachments: tuple[Mapping[str, str | None], ...] = field(default_factory=tuple)

    def verbatim(self) -> dict[str, Any]:
        """All that may name somebody, as it was said: this is sealed."""
        said: dict[str, Any] = {name: getattr(self, name) for name in _TEXTS}
        return {**said, "people": list(self.people), "events": list(self.events), "attachments": _rows(self)}

    def redacted(self, redact: Callable[[str], str]) -> "Communication":
        """The same with every free text passed through redact; people are left with a first character and a star."""
        texts: dict[str, Any] = {name: redact(text) for name in _TEXTS if (text := getattr(self, name))}
        return replace(
            self,
            **texts,
            people=tuple(masked_name(one, None) for one in self.people),
            events=tuple(redact(one) for one in self.events),
            attachments=tuple(
                {name: text if name == "attachment_id" else text and redact(text) for name, text in one.items()}
                for one in self.attachments
            ),
        )

    def details(self) -> dict[str, Any]:
        """All but when it was, as plain data."""
        said = {name: value for name, value in vars(self).items() if name != "occurred_at"}
        return {**said, "people": list(self.people), "events": list(self.events), "attachments": _rows(self)}


@dataclass(frozen=True)
class CommunicationRow:
    """One version of a communication as it is stored: details redacted, original sealed.

    version: 1, then one more with each correction; latest: none came after it.
    """

    id: str
    version: int
    demand_id: str
    occurred_at: datetime
    registered_at: datetime
    by: str
    details: Mapping[str, Any]
    original: bytes
    latest: bool = True

    def shown(self, number: str) -> dict[str, Any]:
        """As everybody may see it who may see the demand. number: the demand's."""
        moments = {
            name: getattr(self, name).isoformat().replace("+00:00", "Z") for name in ("occurred_at", "registered_at")
        }
        return {"id": self.id, "number": number, "version": self.version, **moments, "by": self.by, **self.details}


def happened(said: Communication, now: datetime) -> Communication:
    """The same, its time to the minute, as policy C wants it. Refused 422 for a time that has not come."""
    moment = said.occurred_at.replace(second=0, microsecond=0)
    if moment > now:
        raise wrong("/occurred_at", "future", "Only what has happened can be recorded")
    return replace(said, occurred_at=moment)


def with_attachments(said: Communication, labels: Mapping[str, str]) -> Communication:
    """The same, attachments of the demand labelled as there unless it says otherwise. labels: id -> label.

    Refused 422 for one that the demand has not.
    """
    found: list[Mapping[str, str | None]] = []
    for index, one in enumerate(said.attachments):
        wanted = one.get("attachment_id")
        if wanted is not None and wanted not in labels:
            place = f"/attachments/{index}/attachment_id"
            raise wrong(place, "unknown-attachment", "The demand has no such attachment")
        found.append(one if wanted is None else {**one, "label": one["label"] or labels[wanted]})
    return replace(said, attachments=tuple(found))


def vague(policy: Policy, said: Communication) -> tuple[str, ...]:
    """Names of the texts that say nothing one can handle; none when words or summary are clear.

    Policy C: vague words (有问题, 不太满意) are not accepted. The customer's own words stay as they fell, so a clear
    summary makes up for vague ones.
    """
    texts = {name: text for name in _PROSE if (text := getattr(said, name))}
    found = tuple(name for name, text in texts.items() if interpret.is_vague(policy, text))
    return found if len(found) == len(texts) else ()


def _rows(said: Communication) -> list[dict[str, str | None]]:
    return [dict(one) for one in said.attachments]
