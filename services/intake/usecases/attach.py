"""Keep files and references with a demand, sealed and told; open one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake import events
from services.intake.domain import attachments as files
from services.intake.domain import vault as boxes
from services.intake.domain.attachments import Attachment, AttachmentRow
from services.intake.domain.records import DemandRow, KnownCustomer, NewDemand
from services.intake.domain.vault import Unsealable, Vault
from services.intake.store import attachments, customers, demands
from services.intake.usecases.keep_customer import opened
from shared.ids import new_id
from shared.privacy import finder
from shared.refused import Refused


@dataclass(frozen=True)
class Giver:
    """Whose attachments these are. by: the caller's scope; redact: takes personal data out of names."""

    customer: KnownCustomer
    redact: Callable[[str], str]
    by: str
    now: datetime


@dataclass(frozen=True)
class Attached:
    """What the caller is told: rows in the order of what came, the stream's version now, how many were new."""

    rows: tuple[AttachmentRow, ...]
    version: int
    new: int


def attach(
    session: Session, demand: DemandRow, given: Sequence[Attachment], *, by: str, vault: Vault, now: datetime
) -> Attached:
    """Add to a demand, whose lock the caller holds. In every status: a signed page may come after the closing.

    The same bytes again are the attachment that is there. Refused 409 attachments-full beyond 50.
    """
    customer = opened(customers.by_id(session, demand.customer_id), vault)
    giver = Giver(customer, finder.redactor(dict.fromkeys(customer.contact.values())), by, now)
    done = keep(session, demand, given, giver, version=demand.version)
    if done.new:
        demands.change(session, demand.id, version=done.version)
    return done


def keep(
    session: Session, demand: DemandRow | NewDemand, given: Sequence[Attachment], giver: Giver, *, version: int,
) -> Attached:  # fmt: skip
    """The same; the caller writes the version that comes back. version: of the last event of the stream so far.

    Of a demand that comes in just now each is new that domain.attachments.distinct() lets through.
    """
    known = attachments.of_demand(session, demand.id) if isinstance(demand, DemandRow) else []
    came: dict[Any, AttachmentRow] = {}
    rows, before = [], version
    for one in given:
        row = _row(demand.id, one, giver)
        standing = came.get(files.key(one)) or next((other for other in known if files.same(row, other)), None)
        if standing is None:
            _add(session, row, one, giver)
            version += 1
            events.attachment_added(session, demand, row, version=version)
        rows.append(came.setdefault(files.key(one), standing or row))
    new = version - before
    if len(known) + new > files.MOST_OF_DEMAND:
        raise Refused("attachments-full", f"A demand has at most {files.MOST_OF_DEMAND} attachments")
    return Attached(tuple(rows), version, new)


@dataclass(frozen=True)
class Opened:
    """An attachment in the clear: its own name, and its bytes, or as text the place where it lies."""

    row: AttachmentRow
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What the content is sent as."""
        sent_as = self.row.media_type if self.row.sha256 is not None else None
        return sent_as or "text/plain; charset=utf-8"


def open_attachment(
    session: Session, demand_id: str, attachment_id: str, *, reader: str, request_id: str | None, vault: Vault,
    now: datetime,
) -> Opened | None:  # fmt: skip
    """Open one, on the record; None when there is none. Refused 410 attachment-erased, 409 attachment-damaged."""
    found = attachments.opened(session, demand_id, attachment_id)
    if found is None:
        return None
    row, original, sealed = found
    customer = customers.by_id(session, row.customer_id)
    if customer.wrapped_key is None:
        raise Refused("attachment-erased", "The customer was erased, and the attachment with it", 410)
    key = vault.unwrap(customer.wrapped_key, customer.id)
    try:
        given = boxes.unseal(key, original, _owner(row.id))
        content = None if sealed is None else boxes.unseal_bytes(key, sealed, _owner(row.id, "/content"))
    except Unsealable:
        raise Refused("attachment-damaged", "What is stored does not open") from None
    attachments.note_reading(session, row.id, reader=reader, now=now, request_id=request_id)
    return Opened(row, given["name"], str(given["reference"]).encode() if content is None else content)


def _row(demand_id: str, one: Attachment, giver: Giver) -> AttachmentRow:
    return AttachmentRow(
        id=new_id(),
        demand_id=demand_id,
        customer_id=giver.customer.row.id,
        name=files.redacted_name(one.name, giver.redact),
        label=giver.redact(one.label) if one.label else None,
        reference=giver.redact(one.reference) if one.reference else None,
        media_type=one.media_type,
        size=one.size,
        sha256=one.sha256,
        at=giver.now,
        by=giver.by,
    )


def _add(session: Session, row: AttachmentRow, one: Attachment, giver: Giver) -> None:
    key = giver.customer.key
    sealed = boxes.seal_bytes(key, one.read(), _owner(row.id, "/content")) if one.read is not None else None
    attachments.add(session, row, original=boxes.seal(key, one.given(), _owner(row.id)), sealed=sealed)


def _owner(attachment_id: str, part: str = "") -> str:
    return f"attachment/{attachment_id}{part}"
