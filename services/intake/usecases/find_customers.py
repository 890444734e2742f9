"""Find customers: exactly by phone, mail or number; by order or name only as suggestions, with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.intake.domain.contact import Contact, identities
from services.intake.domain.customer_records import Wanted
from services.intake.domain.duplicates import Traits, alike
from services.intake.domain.records import CustomerRow
from services.intake.domain.vault import Vault
from services.intake.store import customer_lists, customer_names, customer_numbers, customers
from services.intake.usecases.keep_customer import opened
from services.intake.usecases.name_parts import parts

_MOST, _CANDIDATES = 20, 50


@dataclass(frozen=True)
class Found:
    """A customer with why. match: exact, or a suggestion that somebody has to judge."""

    row: CustomerRow
    match: str
    reasons: tuple[str, ...]


def find(session: Session, wanted: Wanted, vault: Vault) -> list[Found]:
    """At most 20, exact ones first; of a merged customer, the one that goes on for it."""
    exact = _with_reasons(_exact(session, wanted, vault))
    guesses = _with_reasons(_guesses(session, wanted, vault))
    found = [Found(row, "exact", why) for row, why in exact.values()]
    found += [Found(row, "suggestion", why) for number, (row, why) in guesses.items() if number not in exact]
    return found[:_MOST]


def duplicates(session: Session, row: CustomerRow, vault: Vault) -> list[Found]:
    """At most 20 other customers who may be the same one. Suggestions: nothing is merged by a machine."""
    own = opened(row, vault)
    shared = customer_lists.sharing_orders(session, row.id, limit=_CANDIDATES)
    ids = shared | set(
        customer_names.holding(session, parts(vault.name_key, own.contact.name), limit=_CANDIDATES)
    )  # fmt: skip
    if row.company_name:
        ids |= set(customer_lists.of_company(session, row.company_name, limit=_CANDIDATES))
    ids.discard(row.id)
    found = []
    for other in customer_lists.by_ids(session, ids):
        if other.merged_into is None and other.wrapped_key is not None:
            there = Traits(opened(other, vault).contact, other.company_name)
            reasons = alike(Traits(own.contact, row.company_name), there, shared_order=other.id in shared)
            found += [Found(other, "suggestion", reasons)] if reasons else []
    return sorted(found, key=lambda one: -len(one.reasons))[:_MOST]


def _exact(session: Session, wanted: Wanted, vault: Vault) -> Iterable[tuple[CustomerRow, str]]:
    for kind, contact in (("phone", Contact(phone=wanted.phone)), ("email", Contact(email=wanted.email))):
        row = customers.linked(session, identities(contact, vault.identity_key))
        if row is not None:
            yield row, kind
    if wanted.number:
        named = customers.by_number(session, wanted.number)
        ids = customer_numbers.holders(session, wanted.number, limit=_MOST)
        for row in ([named] if named else []) + customer_lists.by_ids(session, ids):
            yield customers.survivor(session, row), "number"


def _guesses(session: Session, wanted: Wanted, vault: Vault) -> Iterable[tuple[CustomerRow, str]]:
    by: dict[str, list[str]] = {}
    if wanted.order_number:
        by["order-number"] = customer_lists.of_order(session, wanted.order_number, limit=_MOST)
        by["order-number"] += customer_numbers.holders(session, wanted.order_number, kind="order", limit=_MOST)
    if wanted.name:
        by["name"] = customer_names.holding(session, parts(vault.name_key, wanted.name), limit=_MOST)
    for reason, ids in by.items():
        for row in customer_lists.by_ids(session, ids):
            yield customers.survivor(session, row), reason


def _with_reasons(found: Iterable[tuple[CustomerRow, str]]) -> dict[str, tuple[CustomerRow, tuple[str, ...]]]:
    """Each customer once, by number, with all its reasons."""
    merged: dict[str, tuple[CustomerRow, tuple[str, ...]]] = {}
    for row, reason in found:
        before = merged.get(row.number, (row, ()))[1]
        merged[row.number] = (row, tuple(dict.fromkeys((*before, reason))))
    return merged
