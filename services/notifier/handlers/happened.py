"""Everything else that may happen to a demand and be told: one handler, since the policy says what is sent."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.notifier.domain.causes import Cause
from services.notifier.handlers import reading
from services.notifier.usecases.tell import Planner, tell
from shared.clock import system_now
from shared.messaging.envelope import Event


def handle(session: Session, event: Event, planner: Planner) -> None:
    """Plan the notices on this event, and keep what it decides."""
    kind = event.name.rpartition(".v")[0]
    decided = reading.DECIDED.get(kind)
    tell(
        session,
        event.data["demand_id"],
        _cause(kind, event),
        by_triage=event.source == "triage",
        planner=planner,
        now=system_now(),
        decided=None if decided is None else decided(event.data),
    )


def _cause(kind: str, event: Event) -> Cause:
    data: Mapping[str, Any] = event.data
    facts = {name: value for name, value in reading.FACTS[kind](data).items() if value is not None}
    if "status" in data:
        facts["status"] = data["status"]["code"]
    return Cause(kind, f"{kind}/{data.get('deadline_id', event.version)}", event.time, facts)
