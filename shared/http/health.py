"""Alive, ready, degraded: what a supervisor asks a web process."""

import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from shared.db import Database
from shared.migrate import current, head

Check = Callable[[], str | None]
"""Returns None when well, else a reason (snake_case, no values). It degrades; it never makes a 503."""


def broker_reachable(url: str) -> Check:
    """A check that the broker's port takes connections; a web process never speaks AMQP itself."""
    parts = urlsplit(url)
    address = (parts.hostname or "localhost", parts.port or 5672)

    def check() -> str | None:
        try:
            with socket.create_connection(address, timeout=0.5):
                return None
        except OSError:
            return "broker_unreachable"

    return check


def readiness(service: str, database: Database, checks: Sequence[Check]) -> tuple[int, dict[str, object]]:
    """(200 or 503, {status: ready | degraded | unready, reasons: [...]})."""
    reasons = _database_reasons(service, database)
    if reasons:
        return 503, {"status": "unready", "reasons": reasons}
    degraded = [reason for reason in (check() for check in checks) if reason is not None]
    return 200, {"status": "degraded" if degraded else "ready", "reasons": degraded}


def _database_reasons(service: str, database: Database) -> list[str]:
    try:
        database.ping()
        if current(database) != head(service):
            return ["schema_not_at_head"]
    except (SQLAlchemyError, OSError):
        return ["database_unavailable"]
    return []
