"""Reports with their figures as they stood."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.reporting.domain.records import FINAL, ReportRow
from services.reporting.tables import Report
from shared.db import upsert
from shared.ids import new_id

_COLUMNS = [getattr(Report, name) for name in ReportRow.__dataclass_fields__]


def find(session: Session, report_id: str) -> ReportRow | None:
    """One by its id."""
    return _one(session, Report.id == report_id)


def of_period(session: Session, policy: str, code: str, period: str, edition: str) -> ReportRow | None:
    """The one of a period."""
    return _one(
        session, Report.policy == policy, Report.code == code, Report.period == period, Report.edition == edition
    )


def add(session: Session, values: Mapping[str, Any]) -> tuple[ReportRow, bool]:
    """Keep a report; (row, whether it is new). One of that policy, code, period and edition is never overwritten."""
    statement = upsert(session, Report).values(id=new_id(), **values).on_conflict_do_nothing().returning(Report.id)
    new = session.execute(statement).first() is not None
    row = of_period(session, values["policy"], values["code"], values["period"], values["edition"])
    assert row is not None
    return row, new


def last_periods(session: Session) -> dict[tuple[str, str], str]:
    """(policy, code) -> newest period with a final report; the newest is the one issued last."""
    query = select(Report.policy, Report.code, Report.period).where(Report.edition == FINAL).order_by(Report.period)
    return {(policy, code): period for policy, code, period in session.execute(query).tuples()}


def page(session: Session, *, policy: str | None, after: str | None, limit: int) -> Sequence[ReportRow]:
    """The newest first. after: the id to go on behind."""
    query = select(*_COLUMNS).order_by(Report.id.desc()).limit(limit)
    if policy is not None:
        query = query.where(Report.policy == policy)
    if after is not None:
        query = query.where(Report.id < after)
    return [ReportRow(**row) for row in session.execute(query).mappings()]


def _one(session: Session, *where: Any) -> ReportRow | None:
    row = session.execute(select(*_COLUMNS).where(*where)).mappings().first()
    return None if row is None else ReportRow(**row)
