"""Campaigns: some customers are asked to fill in a form by a day, each by a link of their own. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.intake.domain import web_form
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.refused import wrong

MOST = 1000
"""Customers of one campaign; ours: what one event and one mailing bear."""


@dataclass(frozen=True)
class Audience:
    """Whom to ask: customers by number, and all who fit each of these that is given."""

    numbers: tuple[str, ...] = ()
    kind: str | None = None
    industry: str | None = None
    tier: str | None = None
    value: str | None = None

    @property
    def chosen(self) -> dict[str, str]:
        """The criteria that are given, by name of the customer's fact."""
        names = ("kind", "industry", "tier", "value")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True)
class NewCampaign:
    """A campaign as somebody wants it. instructions: how to fill in the form (填写说明)."""

    code: str
    title: str
    policy: str
    form: str
    department: str
    closes_at: datetime
    instructions: str | None = None
    audience: Audience = field(default_factory=Audience)


@dataclass(frozen=True)
class CampaignRow:
    """A campaign as it is kept; version: of the stream campaign/<code>; closed_at: where that was before its time."""

    id: str
    code: str
    version: int
    title: str
    policy: str
    policy_version: str
    form: str
    channel_id: str
    instructions: str | None
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    by: str

    def is_open(self, now: datetime) -> bool:
        """Whether answers are still taken."""
        return self.closed_at is None and now < self.closes_at


@dataclass(frozen=True)
class Asked:
    """A customer as the choice of the audience sees it. erased: there is no contact any more; refused: every
    consent was taken back; merged: another customer goes on for this one.
    """

    id: str
    number: str
    erased: bool = False
    refused: bool = False
    merged: bool = False

    @property
    def why_not(self) -> str | None:
        """Why the customer is not asked, None for those who are."""
        reasons = {"erased": self.erased, "consent-withdrawn": self.refused, "merged": self.merged}
        return next((reason for reason, holds in reasons.items() if holds), None)


@dataclass(frozen=True)
class Chosen:
    """members: who is asked; left_out: number -> why not: unknown, or Asked.why_not."""

    members: tuple[Asked, ...]
    left_out: dict[str, str]


def form_of(policy: Policy, wanted: NewCampaign, now: datetime) -> Form:
    """The form that is filled in. Refused 422: one that customers cannot fill in, a time that has passed."""
    form = next((one for one in policy.forms if one.code == wanted.form), None)
    if form is None or not web_form.asks_something(policy, form):
        raise wrong("/form", "unknown-code", "Customers cannot fill in such a form under this policy")
    if wanted.closes_at <= now:
        raise wrong("/closes_at", "past", "A campaign ends later than now")
    return form


def choose(wanted: Audience, found: Sequence[Asked]) -> Chosen:
    """Who is asked of those that were found. Refused 422 when it is nobody, or more than MOST."""
    members = tuple(one for one in found if one.why_not is None)
    left_out = dict(_left_out(wanted.numbers, found))
    if not members:
        raise wrong("/audience", "nobody", "No customer is left to ask")
    if len(members) > MOST:
        raise wrong("/audience", "too-many", f"At most {MOST} customers")
    return Chosen(members, left_out)


def _left_out(numbers: Iterable[str], found: Sequence[Asked]) -> Iterable[tuple[str, str]]:
    known = {one.number for one in found}
    yield from ((number, "unknown") for number in numbers if number not in known)
    yield from ((one.number, reason) for one in found if (reason := one.why_not))
