"""Reporting's answers to operators; it has no verbs of its own yet."""

from collections.abc import Mapping
from typing import Any

import click

from services.reporting import wiring
from services.reporting.store import demands
from shared.messaging import facts as messaging

COMMANDS: list[click.Command] = []


def facts(environ: Mapping[str, str]) -> dict[str, Any]:
    """Positions at other services' streams (shared.messaging.facts), projected, effects.

    projected: ids of the demands of which both intake and triage have spoken;
    effects: {kind of event: how often it was counted}, where each event is counted once.
    """
    database = wiring.open_database(environ)
    try:
        with database.read() as session:
            projected, totals = demands.projected(session), demands.totals(session)
        effects = {
            "deadline.breached": totals["breached"],
            "notice.sent": totals["notices_sent"],
            "notice.failed": totals["notices_failed"],
        }
        own = {"projected": projected, "effects": effects}
        return {**messaging.facts(database), **own}
    finally:
        database.dispose()


def quiet(environ: Mapping[str, str]) -> dict[str, Any]:
    """Whether nothing is left to send or to handle; see shared.messaging.facts.quiet."""
    database = wiring.open_database(environ)
    try:
        return messaging.quiet(database)
    finally:
        database.dispose()
