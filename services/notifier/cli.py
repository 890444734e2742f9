"""The notifier's verbs and its answers to operators."""

from collections.abc import Mapping
from typing import Any

import click

from services.notifier import wiring
from services.notifier.store import letters, notices, timers
from shared.clock import business_now
from shared.messaging import facts as messaging

COMMANDS: list[click.Command] = []


def facts(environ: Mapping[str, str]) -> dict[str, Any]:
    """Positions of the notifier's streams (shared.messaging.facts), next_ring: when the next timer rings, or None."""
    database = wiring.open_database(environ)
    try:
        with database.read() as session:
            ring = timers.next_ring(session)
        return {**messaging.facts(database), "next_ring": ring}
    finally:
        database.dispose()


def quiet(environ: Mapping[str, str]) -> dict[str, Any]:
    """Whether nothing is left to send, to handle, to ring or to tell; adds {notices, letters, due_timers}."""
    database = wiring.open_database(environ)
    try:
        found = messaging.quiet(database)
        with database.read() as session:
            own = {
                "notices": notices.count_open(session),
                "letters": letters.count_open(session),
                "due_timers": timers.count_due(session, business_now()),
            }
        return {**found, **own, "quiet": found["quiet"] and not any(own.values())}
    finally:
        database.dispose()
