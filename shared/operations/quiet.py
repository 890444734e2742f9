"""Quiet: outboxes empty, nothing held or waiting, every cursor where its source's head is."""

import threading
from typing import Any

from shared.clock import monotonic
from shared.db import Database
from shared.messaging.facts import behind as lagging
from shared.messaging.facts import moved
from shared.messaging.facts import quiet as messages
from shared.messaging.topology import INBOX_SOURCES
from shared.operations.ask import Environments, ask


def behind(facts: dict[str, dict[str, Any]]) -> list[str]:
    """Streams that a consumer has not applied to their head, as "consumer<-source subject"."""
    return [
        f"{consumer}<-{source} {subject}"
        for consumer, sources in INBOX_SOURCES.items()
        for source in sources
        for subject, head in facts[source]["heads"].items()
        if facts[consumer]["cursors"].get(source, {}).get(subject, 0) < head
    ]


def look(settings: Environments) -> dict[str, Any]:
    """{"quiet": bool, "services": {name: counts}, "behind": [at most 20 streams]}."""
    services = ask("quiet", settings)
    if not all(one["quiet"] for one in services.values()):
        return {"quiet": False, "services": services, "behind": []}
    late = behind(ask("facts", settings))
    return {"quiet": not late, "services": services, "behind": late[:20]}


class Watch:
    """Looks again and again at one installation: only at streams that moved since all was quiet last."""

    def __init__(self, settings: Environments) -> None:
        self._settings = settings
        self._databases = {name: Database(one[f"{name.upper()}_DATABASE_URL"]) for name, one in settings.items()}
        self._seen = dict.fromkeys(self._databases, 0)

    def look(self) -> dict[str, Any]:
        """As look(); what is under way in messages is seen first, without asking the services."""
        services = {name: messages(database) for name, database in self._databases.items()}
        if all(one["quiet"] for one in services.values()):
            services = ask("quiet", self._settings)
        if not all(one["quiet"] for one in services.values()):
            return {"quiet": False, "services": services, "behind": []}
        seen, heads = {}, {}
        for source, database in self._databases.items():
            with database.read() as session:
                seen[source], heads[source] = moved(session, self._seen[source])
        late = [
            f"{consumer}<-{source} {subject}"
            for consumer, sources in INBOX_SOURCES.items()
            for source in sources
            for subject in self._late(consumer, source, heads[source])
        ]
        if not late:
            self._seen = seen
        return {"quiet": not late, "services": services, "behind": late[:20]}

    def _late(self, consumer: str, source: str, heads: dict[str, int]) -> list[str]:
        if not heads:
            return []
        with self._databases[consumer].read() as session:
            return lagging(session, source, heads)


def wait(settings: Environments, seconds: float) -> dict[str, Any]:
    """Look until all is quiet or the time is over; the last look."""
    deadline, pause = monotonic() + seconds, threading.Event()
    while not (found := look(settings))["quiet"] and monotonic() < deadline:
        pause.wait(0.3)
    return found
