"""The events reporting publishes: one builder each, no personal data."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.domain.records import ArchiveRow, ReportRow
from shared.clock import format_time
from shared.messaging.outbox import next_version, publish

SOURCE = "reporting"


def archive_sealed(
    session: Session, archive: ArchiveRow, *, count: int, manifest_sha256: str, previous: str | None, now: datetime
) -> None:
    """archive.sealed: the package of a policy's period is made."""
    data = {
        "archive_id": archive.id,
        "policy": archive.policy,
        "period": archive.period,
        "count": count,
        "manifest_sha256": manifest_sha256,
        "previous": previous,
        "sealed_at": format_time(now),
    }
    _of_period(session, "archive.sealed", archive.policy, archive.period, data, now)


def report_issued(session: Session, report: ReportRow, now: datetime) -> None:
    """report.issued: the figures of a policy's period stand."""
    data = {
        "report_id": report.id,
        "policy": report.policy,
        "code": report.code,
        "period": report.period,
        "figures_sha256": report.figures_sha256,
        "issued_at": format_time(report.issued_at),
    }
    _of_period(session, "report.issued", report.policy, report.period, data, now)


def _of_period(session: Session, kind: str, policy: str, period: str, data: dict[str, Any], now: datetime) -> None:
    subject = f"period/{policy}/{period}"
    version = next_version(session, subject)
    publish(session, source=SOURCE, type=kind, subject=subject, version=version, data=data, now=now)
