"""Open the words of a demand as they were said, sensitive answers too, on the record; contacts stay shut."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain import vault as boxes
from services.intake.domain.vault import Vault
from services.intake.store import answers, customers, demands
from shared.clock import format_time
from shared.refused import Refused

PURPOSE = "original"


@dataclass(frozen=True)
class Reader:
    """Who opens it. request_id: of the request, for the record."""

    scope: str
    request_id: str | None
    now: datetime


def open_original(session: Session, key: str, reader: Reader, vault: Vault) -> dict[str, Any] | None:
    """{number, at, words, supplements [{at, words}]}; None when there is no such demand.

    supplements: this customer's own; what another customer said of a merged demand is sealed with that one's key.
    Refused 410 erased.
    """
    found = demands.sealed(session, key)
    if found is None:
        return None
    customer = customers.by_id(session, found.customer_id)
    if customer.wrapped_key is None:
        raise Refused("erased", "This customer was erased", 410)
    plain = vault.unwrap(customer.wrapped_key, customer.id)
    customers.note_reading(
        session,
        number=customer.number,
        purpose=PURPOSE,
        reader=reader.scope,
        now=reader.now,
        request_id=reader.request_id,
    )
    later = answers.supplements(session, found.id)
    return {
        "number": found.number,
        "at": format_time(found.received_at),
        "words": _said(boxes.unseal(plain, found.original, f"demand/{found.id}")),
        "supplements": [
            {"at": format_time(at), "words": _said(boxes.unseal(plain, original, f"supplement/{supplement_id}"))}
            for supplement_id, at, original in later
        ],
    }


def _said(words: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, without who said it and how to reach them; what was left out is left out."""
    said = {name: value for name, value in words.items() if name != "contact" and value not in (None, "", {}, [])}
    if "historic" in said:
        said["historic"] = {name: value for name, value in said["historic"].items() if name != "masked_contact"}
    return said
