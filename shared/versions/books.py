"""Policies and calendars as a running process asks for them: answered from its database, parsed once per process.

They may stand wherever loader.Policies and loader.Calendars stand, and be shared by threads. A version is looked for
in the database when it is not at hand; which versions there are is read anew at most every 20 seconds. That is never
too late: a published policy counts ten minutes later at the earliest, and what is pinned is found at once.
"""

import threading
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table

from shared.calendars import loader as calendars
from shared.calendars.model import Calendar
from shared.clock import monotonic
from shared.db import Database
from shared.policies import loader as policies
from shared.policies.model import Policy
from shared.versions import store
from shared.versions.tables import calendar_versions, policy_versions

REFRESH_SECONDS = 20.0


class PolicyBook(policies.Policies):
    """The policies that a service's database knows."""

    def __init__(self, database: Database) -> None:
        super().__init__(())
        self._shelf, self._lock = _Shelf(database, policy_versions), threading.Lock()

    def pinned(self, code: str, version: str) -> Policy:
        """The very version a demand was pinned to; LookupError when it has not arrived yet."""
        try:
            return super().pinned(code, version)
        except LookupError:
            policy = policies.load(self._shelf.document(code, version))
        with self._lock:  # a new dict: others may be walking through the former
            self._versions = {**self._versions, (code, version): policy}
        return policy

    def effective(self, code: str, moment: datetime) -> Policy:
        """The version that counts at a moment (aware); LookupError."""
        for row in self._shelf.rows():
            if row.code == code:
                self.pinned(code, row.version)
        return super().effective(code, moment)

    def all(self) -> list[Policy]:
        """Every version, by code and version."""
        for row in self._shelf.rows():
            self.pinned(row.code, row.version)
        return super().all()

    def refresh(self) -> None:
        """Read which versions there are, now."""
        self._shelf.refresh()


class CalendarBook(calendars.Calendars):
    """The calendars that a service's database knows."""

    def __init__(self, database: Database) -> None:
        super().__init__(())
        self._shelf, self._lock = _Shelf(database, calendar_versions), threading.Lock()

    def pinned(self, code: str, version: str) -> Calendar:
        """The very version that was named; LookupError when it has not arrived yet."""
        try:
            return super().pinned(code, version)
        except LookupError:
            calendar = calendars.load(self._shelf.document(code, version))
        with self._lock:
            self._versions = {**self._versions, (code, version): calendar}
        return calendar

    def effective(self, code: str) -> Calendar:
        """The newest version; LookupError."""
        for row in self._shelf.rows():
            if row.code == code:
                self.pinned(code, row.version)
        return super().effective(code)

    def all(self) -> list[Calendar]:
        """Every version, by code and age."""
        for row in self._shelf.rows():
            self.pinned(row.code, row.version)
        return super().all()

    def refresh(self) -> None:
        """Read which versions there are, now."""
        self._shelf.refresh()


class _Shelf:
    """What a database has of one kind."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database, self._table = database, table
        self._lock = threading.Lock()
        self._rows: list[Row[Any]] = []
        self._read_at: float | None = None

    def document(self, code: str, version: str) -> bytes:
        """The bytes of one version; LookupError."""
        with self._database.read() as session:
            return store.document(session, self._table, code, version)

    def rows(self) -> list[Row[Any]]:
        """Which versions there are, not older than REFRESH_SECONDS."""
        with self._lock:
            if self._read_at is None or monotonic() - self._read_at >= REFRESH_SECONDS:
                self._read()
            return self._rows

    def refresh(self) -> None:
        """Read which versions there are, now."""
        with self._lock:
            self._read()

    def _read(self) -> None:
        with self._database.read() as session:
            self._rows = store.listed(session, self._table)
        self._read_at = monotonic()
