"""Tell a customer everything that is held of them, in the clear (PIPL art. 45: to consult and copy)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import vault as boxes
from services.intake.domain.records import CustomerRow
from services.intake.domain.vault import Vault
from services.intake.store import business, consents, customer_lists, customer_numbers, export
from services.intake.usecases.keep_customer import opened
from shared.clock import format_time
from shared.refused import Refused

MOST_DEMANDS = 200
_MOST_CONSENTS = 1000
Row = dict[str, Any]


def document(
    session: Session, row: CustomerRow, *, after: tuple[datetime, str] | None, vault: Vault
) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """(the document, (received_at, id) of the last demand where more follow). Refused 409 customer-erased.

    A page has 200 demands with all that belongs to them; what is held of the customer itself stands on each.
    """
    people = customer_lists.of_family(session, row.id)
    if any(one.wrapped_key is None for one in people):
        raise Refused("customer-erased", "This customer was erased")
    keys = {one.id: opened(one, vault).key for one in people}
    found = export.demands(session, row.id, after=after, limit=MOST_DEMANDS + 1)
    shown = found[:MOST_DEMANDS]
    said = _said(session, {one["id"]: keys[one["customer_id"]] for one in shown})
    body = {
        "customers": [_person(one, vault) for one in people],
        "numbers": [_plain(vars(one), "customer_id") for one in customer_numbers.of_family(session, row.id)],
        "business": [_plain(vars(one)) for one in business.of_family(session, row.id)],
        "consents": [_plain(vars(one), "id", "customer_id") for one in _consents(session, row)],
        "demands": [_demand(one, keys, said) for one in shown],
        "supplements_to_others": [
            _opened(one, keys[one["customer_id"]], f"supplement/{one['id']}")
            for one in export.supplements_elsewhere(session, row.id)
        ],
        "contact_opened": [_plain(one) for one in export.readings(session, row.id)],
    }
    last = shown[-1] if len(found) > MOST_DEMANDS else None
    return body, (format_time(last["received_at"]), last["id"]) if last else None


def _consents(session: Session, row: CustomerRow) -> Sequence[Any]:
    return consents.of_customer(session, row.id, limit=_MOST_CONSENTS)


def _person(row: CustomerRow, vault: Vault) -> Row:
    known = opened(row, vault)
    checked = {"verified_at": row.verified_at, "verified_by": row.verified_by}
    return {**events.customer_facts(row), **_plain(checked), "contact": vars(known.contact)}


def _said(session: Session, keys: Mapping[str, bytes]) -> dict[str, dict[str, list[Row]]]:
    """Kind -> demand's id -> what was said of it, opened. keys: demand's id -> its customer's key."""
    ids = list(keys)
    kinds = {
        "supplements": (export.supplements(session, ids), "supplement/{id}"),
        "communications": (export.communications(session, ids), "communication/{id}/{version}"),
        "confirmations": (export.confirmations(session, ids), "confirmation/{id}"),
        "changes": (export.changes(session, ids), "change/{id}"),
    }
    told: dict[str, dict[str, list[Row]]] = {}
    for kind, (rows, owner) in kinds.items():
        told[kind] = {demand_id: [] for demand_id in ids}
        for one in rows:
            told[kind][one["demand_id"]].append(_opened(one, keys[one["demand_id"]], owner.format_map(one)))
    return told


def _demand(row: Row, keys: Mapping[str, bytes], said: Mapping[str, Mapping[str, list[Row]]]) -> Row:
    shown = _opened(row, keys[row["customer_id"]], f"demand/{row['id']}")
    return {**shown, **{kind: rows[row["id"]] for kind, rows in said.items()}}


def _opened(row: Row, key: bytes, owner: str) -> Row:
    """A row with its words in the clear instead of the sealed box."""
    return {
        **_plain(row, "id", "demand_id", "customer_id", "original"),
        "words": boxes.unseal(key, row["original"], owner),
    }


def _plain(values: Mapping[str, Any], *left_out: str) -> Row:
    """Values as JSON takes them."""
    kept = {name: one for name, one in values.items() if name not in left_out}
    return {name: format_time(one) if isinstance(one, datetime) else one for name, one in kept.items()}
