"""Where the words about a merged demand go."""

from sqlalchemy.orm import Session

from services.intake.domain.records import DemandRow
from services.intake.store import demands


def meant(session: Session, demand: DemandRow) -> DemandRow:
    """The demand that goes on for this one, locked; itself when it is not merged, or its customer has taken it back.

    A merged demand points at one that may be merged itself later. News of two streams may cross, so that for a moment
    they point in a ring: then it is the demand that was asked for.
    """
    seen, found = {demand.id}, demand
    while found.merged_into is not None and found.withdrawn_at is None:
        after = demands.locked(session, found.merged_into)
        if after is None or after.id in seen:
            return demand
        seen.add(after.id)
        found = after
    return found
