"""The ledger: what a client was told and what a department was given, kept apart from every service."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One fact. kind: accepted (201 was answered), refused (4xx), unknown (no answer), delivered (a department has it).

    key: the Idempotency-Key of a request, or the event id of a delivery.
    """

    kind: str
    key: str
    demand_id: str | None = None
    number: str | None = None
    department: str | None = None


class Ledger:
    """An append-only file of entries; several threads may write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def record(self, entry: Entry) -> None:
        """Append one entry and flush it to disk before returning."""
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry)) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def entries(self, kind: str) -> Iterator[Entry]:
        """All entries of one kind, in order; none when nothing was ever recorded."""
        if not self._path.exists():
            return
        for line in self._path.read_text("utf-8").splitlines():
            entry = Entry(**json.loads(line))
            if entry.kind == kind:
                yield entry
