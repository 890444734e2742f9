"""Customers, what links to them, and the vault."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from services.intake.child_tables import ContactRead
from services.intake.domain.records import CustomerRow, Taken
from services.intake.tables import Customer, Identity, VaultEntry
from shared.db import upsert
from shared.ids import new_id

_MOST_HOPS = 20
_FACTS = (
    "version", "masked_name", "kind", "industry", "tier", "value", "company_name", "source", "preferred_channel",
    "verified_at", "verified_by", "merged_into",
)  # fmt: skip
"""What may change about a customer beside its contact."""


def rows() -> Any:
    """A select of customers with their vault entries."""
    c = Customer
    return select(
        c.id, c.number, *(getattr(c, name) for name in _FACTS), VaultEntry.wrapped_key, VaultEntry.contact
    ).outerjoin(VaultEntry, VaultEntry.customer_id == c.id)  # fmt: skip


def linked(session: Session, hashes: Iterable[str]) -> CustomerRow | None:
    """The customer any of these identities leads to; the eldest's when they belong to several."""
    wanted = list(hashes)
    if not wanted:
        return None
    query = rows().join(Identity, Identity.customer_id == Customer.id).where(Identity.hash.in_(wanted))
    found = _first(session, query.order_by(Customer.created_at, Customer.id).limit(1))
    return found and survivor(session, found)


def survivor(session: Session, row: CustomerRow) -> CustomerRow:
    """The customer that goes on for this one: itself unless it was merged."""
    seen = {row.number}
    while row.merged_into is not None and len(seen) <= _MOST_HOPS:
        after = by_number(session, row.merged_into)
        if after is None or after.number in seen:  # no merge makes a ring
            break
        seen.add(after.number)
        row = after
    return row


def family(row_id: str) -> Any:
    """A select of the ids of a customer and of all that were merged into it."""
    own = select(Customer.id, Customer.number).where(Customer.id == row_id).cte("family", recursive=True)
    joined = select(Customer.id, Customer.number).join(own, Customer.merged_into == own.c.number)
    return select(own.union(joined).c.id)


def by_number(session: Session, number: str) -> CustomerRow | None:
    """The very customer with this number, merged or not."""
    return _first(session, rows().where(Customer.number == number))


def by_id(session: Session, customer_id: str) -> CustomerRow:
    """The customer with this id, as a demand names it: whose key opens its words, merged or not."""
    found = _first(session, rows().where(Customer.id == customer_id))
    assert found is not None  # customers are never deleted
    return found


def locked(session: Session, customer_id: str) -> CustomerRow:
    """The customer as it is now, locked until the commit."""
    found = _first(session, rows().where(Customer.id == customer_id).with_for_update(of=Customer))
    assert found is not None  # customers are never deleted
    return found


def add(session: Session, row: CustomerRow, taken: Taken, now: datetime) -> None:
    """A new customer with its vault entry. taken: where its number was counted."""
    session.execute(
        insert(Customer).values(
            id=row.id,
            number=row.number,
            **_facts(row),
            created_at=now,
            number_scope=taken.scope,
            number_sequence=taken.sequence,
        )
    )
    session.execute(insert(VaultEntry).values(customer_id=row.id, wrapped_key=row.wrapped_key, contact=row.contact))


def change(session: Session, row: CustomerRow) -> None:
    """Write what may change about a customer; the caller holds its lock and has raised its version."""
    session.execute(update(Customer).where(Customer.id == row.id).values(**_facts(row)))


def reseal(session: Session, row: CustomerRow) -> None:
    """Replace a customer's sealed contact."""
    session.execute(update(VaultEntry).where(VaultEntry.customer_id == row.id).values(contact=row.contact))


def unlink(session: Session, customer_id: str, kept: Iterable[str]) -> None:
    """Drop a customer's identities but these."""
    session.execute(delete(Identity).where(Identity.customer_id == customer_id, Identity.hash.not_in(list(kept))))


def link(session: Session, customer_id: str, identities: Mapping[str, str]) -> int:
    """Link identities {hash: kind} that are still free; returns how many were.

    On PostgreSQL this waits for a twin that is linking the same one, so that both cannot win.
    """
    if not identities:
        return 0
    rows = [{"hash": digest, "kind": kind, "customer_id": customer_id} for digest, kind in sorted(identities.items())]
    statement = upsert(session, Identity).values(rows).on_conflict_do_nothing().returning(Identity.hash)
    return len(session.execute(statement).all())


def note_reading(
    session: Session, *, number: str, purpose: str, reader: str, now: datetime, request_id: str | None
) -> None:
    """Record that a contact was opened."""
    session.execute(
        insert(ContactRead).values(
            id=new_id(),
            customer_number=number,
            purpose=purpose,
            reader=reader,
            read_at=now,
            request_id=request_id,
        )
    )


def all_of(session: Session, query: Any) -> list[CustomerRow]:
    """The customers of a select made of rows()."""
    return [CustomerRow(*row) for row in session.execute(query)]


def _facts(row: CustomerRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FACTS}


def _first(session: Session, query: Any) -> CustomerRow | None:
    return next(iter(all_of(session, query)), None)
