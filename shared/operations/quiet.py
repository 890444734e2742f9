"""Quiet: outboxes empty, nothing held or waiting, every cursor where its source's head is."""

import threading
from typing import Any

from shared.clock import monotonic
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


def wait(settings: Environments, seconds: float) -> dict[str, Any]:
    """Look until all is quiet or the time is over; the last look."""
    deadline, pause = monotonic() + seconds, threading.Event()
    while not (found := look(settings))["quiet"] and monotonic() < deadline:
        pause.wait(0.3)
    return found
