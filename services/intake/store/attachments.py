"""Attachments of demands. Only opened() reads what is sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Attachment, AttachmentContent, AttachmentRead
from services.intake.domain.attachments import AttachmentRow
from shared.ids import new_id

_TOLD = tuple(getattr(Attachment, name) for name in AttachmentRow.__dataclass_fields__)


def add(session: Session, row: AttachmentRow, *, original: bytes, sealed: bytes | None) -> None:
    """Insert one. original: name, label and reference sealed; sealed: the bytes, None for a reference."""
    session.execute(insert(Attachment).values(**vars(row), original=original))
    if sealed is not None:
        session.execute(insert(AttachmentContent).values(attachment_id=row.id, sealed=sealed))


def of_demand(session: Session, demand_id: str) -> list[AttachmentRow]:
    """A demand's attachments in the order in which they came; at most domain.attachments.MOST_OF_DEMAND."""
    query = select(*_TOLD).where(Attachment.demand_id == demand_id).order_by(Attachment.at, Attachment.id)
    return [AttachmentRow(**row) for row in map(dict[str, Any], session.execute(query).mappings())]


def opened(session: Session, demand_id: str, attachment_id: str) -> tuple[AttachmentRow, bytes, bytes | None] | None:
    """(row, original, sealed bytes) of a demand's attachment; None when there is none."""
    query = (
        select(*_TOLD, Attachment.original, AttachmentContent.sealed)
        .outerjoin(AttachmentContent, AttachmentContent.attachment_id == Attachment.id)
        .where(Attachment.demand_id == demand_id, Attachment.id == attachment_id)
    )
    found = session.execute(query).mappings().first()
    if found is None:
        return None
    row = dict(found)
    original, sealed = row.pop("original"), row.pop("sealed")
    return AttachmentRow(**row), original, sealed


def note_reading(session: Session, attachment_id: str, *, reader: str, now: datetime, request_id: str | None) -> None:
    """Record that an attachment was opened."""
    session.execute(
        insert(AttachmentRead).values(
            id=new_id(), attachment_id=attachment_id, reader=reader, read_at=now, request_id=request_id
        )
    )
