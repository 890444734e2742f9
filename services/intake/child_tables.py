"""Intake's tables of what a demand or a customer has several of, and the base of all its tables.

As in tables.py, no column holds personal data in the clear.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import UtcDateTime


class Base(DeclarativeBase):
    """Base of intake's tables; constraints are named so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }


class Consent(Base):
    """What a customer agreed to on a form: purpose "handling" or a form's own; channel: its code."""

    __tablename__ = "consents"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(60))
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None]


class CustomerNumber(Base):
    """A number that others know a customer by; kind: external (a CRM's own), order (a past order's) or other.

    system: whose number it is, "" where nobody says.
    """

    __tablename__ = "customer_numbers"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    system: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    __table_args__ = (UniqueConstraint("number", "kind", "system", name="uq_customer_numbers_number"),)


class NamePart(Base):
    """The keyed hash of two neighbouring signs of a customer's or its company's name: what a search by name finds."""

    __tablename__ = "name_bigrams"
    hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), primary_key=True, index=True)


class CustomerMerge(Base):
    """A customer pointed to another one; filled: part of the contact -> keyed hash of what the survivor took over."""

    __tablename__ = "customer_merges"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    into: Mapped[str] = mapped_column(String(60))
    filled: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    undone_at: Mapped[datetime | None]


class Business(Base):
    """An order or a product of a customer, as a system such as the CRM tells; name redacted."""

    __tablename__ = "customer_business"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    system: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime | None]


class Supplement(Base):
    """What came in after the demand, in order; the words sealed with the customer's key.

    customer_id: of the customer whose words and key these are, where it is another one (of a merged demand).
    """

    __tablename__ = "supplements"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    seq: Mapped[int]
    original: Mapped[bytes] = mapped_column(LargeBinary)
    details: Mapped[dict[str, Any]]
    given: Mapped[list[str]]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    customer_id: Mapped[str | None] = mapped_column(String(36))
    __table_args__ = (UniqueConstraint("demand_id", "seq", name="uq_supplements_seq"),)


class Confirmation(Base):
    """A customer's answer to the result of one cycle; signature and words sealed.

    signed: the method, or None; result_sha256: of the words answered to; late: it came after the closing.
    """

    __tablename__ = "confirmations"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    cycle: Mapped[int]
    satisfaction: Mapped[str] = mapped_column(String(40))
    satisfied: Mapped[bool]
    opinion: Mapped[str | None] = mapped_column(Text)
    signed: Mapped[str | None] = mapped_column(String(20))
    original: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    result_sha256: Mapped[str | None] = mapped_column(String(64))
    late: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("demand_id", "cycle", "late", name="uq_confirmations_cycle"),)


class Change(Base):
    """A change of a demand's plan, as triage asked for it; the customer's answer with name and words sealed.

    state: open, approved, refused, as triage says; agreed None: not answered yet.
    """

    __tablename__ = "changes"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    asked: Mapped[dict[str, Any]]
    agreed: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    original: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime | None]
    by: Mapped[str | None] = mapped_column(String(80))
    __table_args__ = (UniqueConstraint("demand_id", "number", name="uq_changes_number"),)


class Communication(Base):
    """One version of a communication about a demand; what was said is sealed with the customer's key.

    details: redacted (domain.communications.Communication); latest: whether this is the version that stands.
    """

    __tablename__ = "communications"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    occurred_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]]
    original: Mapped[bytes] = mapped_column(LargeBinary)
    latest: Mapped[bool]
    __table_args__ = (Index("ix_communications_demand", "demand_id", "latest", "occurred_at"),)


class Attachment(Base):
    """A file of a demand, or where it lies; name, label and reference redacted, as given only sealed.

    customer_id: whose key seals it; size (bytes) and sha256 (of the plain bytes): null for a reference.
    """

    __tablename__ = "attachments"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    demand_id: Mapped[str] = mapped_column(ForeignKey("demands.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    original: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (UniqueConstraint("demand_id", "sha256", name="uq_attachments_content"),)


class AttachmentContent(Base):
    """The sealed bytes of a file, apart so that no list reads them."""

    __tablename__ = "attachment_contents"
    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AttachmentRead(Base):
    """Who opened an attachment, and when; never what it is called or holds."""

    __tablename__ = "attachment_reads"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    attachment_id: Mapped[str] = mapped_column(String(36), index=True)
    reader: Mapped[str] = mapped_column(String(80))
    read_at: Mapped[datetime]
    request_id: Mapped[str | None] = mapped_column(String(64))


class Spawned(Base):
    """A demand that was made of a part of another one, by the event that told the part."""

    __tablename__ = "spawned"
    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))


class ContactRead(Base):
    """Who opened a contact, when and why; never what it held."""

    __tablename__ = "contact_reads"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    customer_number: Mapped[str] = mapped_column(String(60), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    reader: Mapped[str] = mapped_column(String(80))
    read_at: Mapped[datetime]
    request_id: Mapped[str | None] = mapped_column(String(64))


class Import(Base):
    """One import of historic rows; rows: what became of each (domain.imports.Outcome), in order, no personal data."""

    __tablename__ = "imports"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    rows: Mapped[list[dict[str, Any]]]


class ImportedRow(Base):
    """A row that was taken in, by the keyed hash of its content: the same one again is known."""

    __tablename__ = "imported_rows"
    policy: Mapped[str] = mapped_column(String(20), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(80))


class Campaign(Base):
    """Customers who are asked to fill in a form. See domain.campaigns.CampaignRow."""

    __tablename__ = "campaigns"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    policy: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(60))
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"), unique=True)
    instructions: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(80))


class CampaignMember(Base):
    """Somebody whom a campaign asks."""

    __tablename__ = "campaign_members"
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), primary_key=True)
