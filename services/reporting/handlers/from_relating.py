"""What triage tells of demands that belong together, of those that are none, and of facts put right."""

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import status_of
from services.reporting.store import archives, children, demands
from services.reporting.usecases.count_handling import Books
from shared.clock import parse_time
from shared.messaging.envelope import Event

MERGED = "merged_into"


def demand_merged(session: Session, event: Event, ctx: Books) -> None:
    """It ends; the other one goes on for it."""
    data = event.data
    at = parse_time(data["at"])
    demands.fill(session, data["demand_id"], {**status_of(data), "closed_at": at, "closing_reason": data["reason"]})
    key = (data["demand_id"], data["into"]["demand_id"], MERGED, "to")
    children.put_relation(session, key, {"number": data["into"]["number"], "note": data["reason"], "at": at})


def demand_unmerged(session: Session, event: Event, ctx: Books) -> None:
    """It goes on; what lies in a package as merged is packed anew when it really ends."""
    data = event.data
    demands.fill(session, data["demand_id"], {**status_of(data), "closed_at": None, "closing_reason": None})
    children.remove_relation(session, (data["demand_id"], data["into"]["demand_id"], MERGED, "to"))
    archives.unfile(session, data["demand_id"])


def demand_linked(session: Session, event: Event, ctx: Books) -> None:
    """What it is of another, or no longer is."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    key = (data["demand_id"], data["other"]["demand_id"], data["relation"], data["direction"])
    if data["ended"]:
        children.remove_relation(session, key)
    else:
        row = {"number": data["other"]["number"], "note": data["note"], "at": parse_time(data["at"])}
        children.put_relation(session, key, row)


def demand_rejected(session: Session, event: Event, ctx: Books) -> None:
    """The end of what is no demand; spam counts in no figure."""
    data = event.data
    values = {
        **status_of(data),
        "closed_at": parse_time(data["at"]),
        "closing_reason": data["reason"],
        "rejected_kind": data["kind"],
    }
    demands.fill(session, data["demand_id"], values)


def demand_corrected(session: Session, event: Event, ctx: Books) -> None:
    """The latest value of a fact counts."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    demands.correct(session, data["demand_id"], data["fact"], {"value": data["after"], "at": data["at"]})
