"""Imports of historic rows, and what is known of rows that came before."""

from collections.abc import Collection

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.intake.child_tables import Import, ImportedRow
from services.intake.domain.imports import ImportJob
from shared.db import upsert

_COLUMNS = [getattr(Import, name) for name in ImportJob.__dataclass_fields__]


def known(session: Session, policy: str, hashes: Collection[str]) -> dict[str, str]:
    """Hash -> number of those rows of a policy that were taken in before."""
    query = select(ImportedRow.hash, ImportedRow.number).where(
        ImportedRow.policy == policy, ImportedRow.hash.in_(hashes)
    )
    return {row.hash: row.number for row in session.execute(query)}


def claim(session: Session, policy: str, digest: str, number: str) -> str:
    """Keep that a row became this number; returns the number that the row has: another where a twin was faster."""
    statement = upsert(session, ImportedRow).values(policy=policy, hash=digest, number=number)
    if session.execute(statement.on_conflict_do_nothing().returning(ImportedRow.number)).first() is not None:
        return number
    return known(session, policy, [digest])[digest]


def add(session: Session, job: ImportJob) -> None:
    """Keep an import with what became of its rows."""
    session.execute(insert(Import).values(**vars(job)))


def find(session: Session, job_id: str) -> ImportJob | None:
    """One by its id."""
    row = session.execute(select(*_COLUMNS).where(Import.id == job_id)).mappings().first()
    return None if row is None else ImportJob(**row)
