"""Note what triage says of a demand: its status and who has it."""

from sqlalchemy.orm import Session

from services.intake.store import demands


def follow_demand(
    session: Session, demand_id: str, *, status: str | None = None, department: str | None = None
) -> bool:
    """False when the demand is not known here. None: unchanged."""
    return demands.follow(session, demand_id, status=status, department=department)
