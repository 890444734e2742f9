"""How long handling took, once both the receipt and the completion are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.store import demands
from shared.calendars.loader import Calendars
from shared.calendars.working_time import working_minutes
from shared.policies.loader import Policies


@dataclass(frozen=True)
class Books:
    """The policies and calendars known to this installation."""

    policies: Policies
    calendars: Calendars


def count_handling(session: Session, demand_id: str, row: Mapping[str, Any], books: Books) -> None:
    """Keep the working minutes from receipt to completion by the pinned policy's calendar.

    row: {policy, policy_version, received_at, completed_at, historic} as they stand now; nothing happens while a moment
    is missing. A row of the past was handled elsewhere for most of its time: it has none.
    """
    if row["received_at"] is None or row["completed_at"] is None or row["historic"] is not None:
        return
    policy = books.policies.pinned(row["policy"], row["policy_version"])
    calendar = books.calendars.effective(policy.calendar)
    minutes = working_minutes(calendar, row["received_at"], row["completed_at"])
    demands.fill(session, demand_id, {"handling_minutes": minutes})
