"""When two customers may be the same one: two things in common, or nobody is bothered."""

from dataclasses import dataclass

from services.intake.domain.contact import Contact
from shared.policies.clarity import plain

_ENOUGH = 2


@dataclass(frozen=True)
class Traits:
    """What customers are compared by."""

    contact: Contact
    company: str | None


def alike(one: Traits, other: Traits, *, shared_order: bool) -> tuple[str, ...]:
    """Why they may be the same: same-name, same-company, same-order-number, same-im; empty for fewer than two.

    A name alone is common, a company has many people, an order may be asked about by several.
    """
    common = {
        "same-name": _same(one.contact.name, other.contact.name),
        "same-company": _same(one.company, other.company),
        "same-order-number": shared_order,
        "same-im": _same(one.contact.im, other.contact.im),
    }
    reasons = tuple(reason for reason, holds in common.items() if holds)
    return reasons if len(reasons) >= _ENOUGH else ()


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other and plain(one) == plain(other))
