"""Point a customer to another one that goes on for both, and take that back."""

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import contact as contacts
from services.intake.domain import vault as boxes
from services.intake.domain.contact import Contact
from services.intake.domain.records import CustomerRow, KnownCustomer
from services.intake.domain.vault import Vault
from services.intake.store import customer_names, customers, merges
from services.intake.usecases.keep_customer import name_parts, opened
from shared.refused import Refused, wrong


def locked_pair(session: Session, number: str, into: str) -> tuple[CustomerRow, CustomerRow]:
    """Both customers, locked in the order of their numbers, whichever is merged. Refused 404, 422 unknown-customer."""
    if customers.by_number(session, number) is None:
        raise Refused("not-found", "There is nothing here", 404)
    rows: dict[str, CustomerRow] = {}
    for one in sorted({number, into}):
        there = customers.by_number(session, one)
        if there is None:
            raise wrong("/into", "unknown-customer", "There is no such customer")
        rows[one] = customers.locked(session, there.id)
    return rows[number], rows[into]


def merge(
    session: Session, row: CustomerRow, into: CustomerRow, *, by: str, vault: Vault, now: datetime
) -> CustomerRow:
    """The merged customer; the caller holds both locks. Nothing moves: keys, identities, demands stay where they are.

    Refused 409: same-customer, already-merged, customer-erased, merge-cycle, survivor-merged.
    """
    _check(session, row, into)
    known, survivor = opened(row, vault), opened(into, vault)
    gaps = [one.name for one in fields(Contact) if getattr(survivor.contact, one.name) is None]
    filled = {name: value for name in gaps if (value := getattr(known.contact, name))}
    merged = replace(row, merged_into=into.number, version=row.version + 1)
    customers.change(session, merged)
    merges.add(session, row.id, into.number, _hashes(filled, vault), by=by, now=now)
    _told(session, merged, _set(session, survivor, filled, vault), now)
    return merged


def unmerge(session: Session, row: CustomerRow, into: CustomerRow, *, vault: Vault, now: datetime) -> CustomerRow:
    """The customer by itself again; what the merge had filled goes from the survivor, unless it was changed since.

    Refused 409: not-merged; survivor-merged: take that merge back first.
    """
    if row.merged_into != into.number:
        raise Refused("not-merged", "This customer is not merged")
    if into.merged_into is not None:
        raise Refused("survivor-merged", "The customer it was merged into is merged itself: take that back first")
    filled = merges.undo(session, row.id, now)
    survivor = opened(into, vault)
    present = {name: value for name in filled if (value := getattr(survivor.contact, name))}
    same = [name for name, digest in _hashes(present, vault).items() if digest == filled[name]]
    single = replace(row, merged_into=None, version=row.version + 1)
    customers.change(session, single)
    _told(session, single, _set(session, survivor, dict.fromkeys(same), vault), now)
    return single


def _check(session: Session, row: CustomerRow, into: CustomerRow) -> None:
    if row.id == into.id:
        raise Refused("same-customer", "A customer is not merged into itself")
    if row.merged_into is not None:
        raise Refused("already-merged", "This customer is merged already")
    if row.wrapped_key is None or into.wrapped_key is None:
        raise Refused("customer-erased", "One of the two was erased")
    if customers.survivor(session, into).id == row.id:
        raise Refused("merge-cycle", "The other customer was merged into this one")
    if into.merged_into is not None:
        raise Refused("survivor-merged", "The other customer is merged itself: merge into the one that goes on")


def _set(session: Session, known: KnownCustomer, parts: dict[str, str | None], vault: Vault) -> CustomerRow:
    """Set parts of the survivor's contact; its version rises in any case, as its stream tells the merge."""
    row, contact = known.row, replace(known.contact, **parts)
    if parts and row.wrapped_key is not None:
        row = replace(row, contact=boxes.seal(known.key, vars(contact), f"contact/{row.id}"))
        customers.reseal(session, row)
        customer_names.replace(session, row.id, name_parts(vault, contact, row))
    name = contacts.masked_name(contact.name, row.company_name)
    row = replace(row, masked_name=name, version=row.version + 1)
    customers.change(session, row)
    return row


def _told(session: Session, row: CustomerRow, survivor: CustomerRow, now: datetime) -> None:
    for one in sorted((row, survivor), key=lambda one: one.number):
        events.customer_changed(session, one, now)


def _hashes(parts: dict[str, str], vault: Vault) -> dict[str, str]:
    """What was filled, so that it is known again and cannot be read."""
    return {name: contacts.keyed(vault.identity_key, f"filled:{name}:{value}") for name, value in parts.items()}
