"""Packages that were asked for and made, and which demand lies in which."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.reporting.child_tables import Attachment
from services.reporting.domain.packing import OWED, Handled, Supplement
from services.reporting.domain.records import ArchiveRow
from services.reporting.tables import Archive, Demand, Filed, FiledFile
from shared.db import upsert
from shared.ids import new_id

_COLUMNS = [getattr(Archive, name) for name in ArchiveRow.__dataclass_fields__]


def find(session: Session, archive_id: str) -> ArchiveRow | None:
    """One by its id."""
    return _one(session, Archive.id == archive_id)


def of_period(session: Session, policy: str, period: str) -> ArchiveRow | None:
    """The one of a policy's period."""
    return _one(session, Archive.policy == policy, Archive.period == period)


def request(
    session: Session, *, policy: str, period: str, cutoff: datetime, by: str, now: datetime
) -> tuple[ArchiveRow, bool]:
    """Ask for a period's package; (row, whether it is new). The same period gives the same row, however often."""
    last = select(func.coalesce(func.max(Archive.seq), 0)).where(Archive.policy == policy).scalar_subquery()
    add = upsert(session, Archive).values(
        id=new_id(), policy=policy, period=period, seq=last + 1, state="requested", cutoff=cutoff, requested_at=now,
        requested_by=by,
    )  # fmt: skip
    new = session.execute(add.on_conflict_do_nothing().returning(Archive.id)).first() is not None
    row = of_period(session, policy, period)
    if row is None:  # another period of the policy was asked for at the same moment and took the place in the order
        return request(session, policy=policy, period=period, cutoff=cutoff, by=by, now=now)
    return row, new


def requested(session: Session) -> list[ArchiveRow]:
    """The packages to be made next: of every policy the first in its order."""
    query = select(*_COLUMNS).where(Archive.state == "requested").order_by(Archive.seq.desc())
    first = {row["policy"]: ArchiveRow(**row) for row in session.execute(query).mappings()}
    return sorted(first.values(), key=lambda row: row.id)


def last_period(session: Session, policy: str) -> str | None:
    """The newest period that a policy has a package of, sealed or asked for."""
    return session.execute(select(func.max(Archive.period)).where(Archive.policy == policy)).scalar_one()


def manifest_before(session: Session, row: ArchiveRow) -> str | None:
    """The hash of the manifest of the policy's package before this one; None: it is the first."""
    query = select(Archive.manifest_sha256).where(Archive.policy == row.policy, Archive.seq == row.seq - 1)
    return session.execute(query).scalar_one_or_none()


def to_file(session: Session, row: ArchiveRow) -> list[str]:
    """Ids of the policy's demands that were closed by the cutoff and lie in no package, in the order of closing."""
    query = (
        select(Demand.demand_id)
        .outerjoin(Filed, Filed.demand_id == Demand.demand_id)
        .where(
            Demand.policy == row.policy,
            Demand.number.is_not(None),
            Demand.closed_at <= row.cutoff,
            Filed.demand_id.is_(None),
        )
        .order_by(Demand.closed_at, Demand.demand_id)
    )
    return list(session.execute(query).scalars())


def to_add(session: Session, policy: str, versions: Collection[str]) -> dict[Supplement, set[str]]:
    """Ids of attachments of the policy's filed demands that came after their package, or are owed by one.

    versions: those of the policy that archive attachments. In the order in which the demands were closed.
    """
    known = and_(FiledFile.demand_id == Attachment.demand_id, FiledFile.attachment_id == Attachment.attachment_id)
    query = (
        select(Demand.demand_id, Demand.number, Archive.id, Archive.period, Attachment.attachment_id)
        .join(Filed, Filed.demand_id == Demand.demand_id)
        .join(Archive, Archive.id == Filed.archive_id)
        .join(Attachment, Attachment.demand_id == Demand.demand_id)
        .outerjoin(FiledFile, known)
        .where(
            Demand.policy == policy,
            Demand.policy_version.in_(versions),
            or_(FiledFile.state.is_(None), FiledFile.state.in_(OWED)),
        )
        .order_by(Demand.closed_at, Demand.demand_id)
    )
    found: dict[Supplement, set[str]] = defaultdict(set)
    for demand_id, number, archive_id, period, attachment_id in session.execute(query):
        found[Supplement(demand_id, str(number), archive_id, period)].add(attachment_id)
    return found


def owed(session: Session, archive_ids: Collection[str]) -> dict[str, int]:
    """Archive id -> how many files that it names could not be had since; none: it is left out."""
    query = (
        select(FiledFile.archive_id, func.count())
        .where(FiledFile.archive_id.in_(archive_ids), FiledFile.state.in_(OWED))
        .group_by(FiledFile.archive_id)
    )
    return {row.archive_id: row[1] for row in session.execute(query)}


def seal(
    session: Session,
    row: ArchiveRow,
    *,
    demand_ids: Collection[str],
    attachments: Iterable[Handled],
    manifest_sha256: str,
    previous: str | None,
    sealed_at: datetime,
    keep_until: date | None,
) -> bool:
    """Note that the package is made and what lies in it; False when somebody else has done so."""
    change = (
        update(Archive)
        .where(Archive.id == row.id, Archive.state == "requested")
        .values(
            state="sealed",
            count=len(demand_ids),
            manifest_sha256=manifest_sha256,
            previous=previous,
            sealed_at=sealed_at,
            keep_until=keep_until,
        )
        .returning(Archive.id)
    )
    if session.execute(change).first() is None:
        return False
    if demand_ids:
        rows = [{"demand_id": one, "archive_id": row.id} for one in demand_ids]
        session.execute(insert(Filed), rows)
    files = [
        {"demand_id": one.demand_id, "attachment_id": one.attachment_id, "archive_id": row.id, "state": one.state}
        for one in attachments
    ]
    if files:
        add = upsert(session, FiledFile)
        said = {"archive_id": add.excluded.archive_id, "state": add.excluded.state}
        session.execute(add.on_conflict_do_update(index_elements=["demand_id", "attachment_id"], set_=said), files)
    return True


def unfile(session: Session, demand_id: str) -> None:
    """Let a demand be filed anew; the package it lies in stays as it is."""
    for table in (Filed, FiledFile):
        session.execute(delete(table).where(table.demand_id == demand_id))


def page(session: Session, *, policy: str | None, after: str | None, limit: int) -> Sequence[ArchiveRow]:
    """The newest first. after: the id to go on behind."""
    query = select(*_COLUMNS).order_by(Archive.id.desc()).limit(limit)
    if policy is not None:
        query = query.where(Archive.policy == policy)
    if after is not None:
        query = query.where(Archive.id < after)
    return [ArchiveRow(**row) for row in session.execute(query).mappings()]


def _one(session: Session, *where: object) -> ArchiveRow | None:
    row = session.execute(select(*_COLUMNS).where(*where)).mappings().first()  # type: ignore[arg-type]
    return None if row is None else ArchiveRow(**row)
