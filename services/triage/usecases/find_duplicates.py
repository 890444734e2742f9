"""Suggest which demands may be the same as one; people decide."""

from sqlalchemy.orm import Session

from services.triage.domain import duplicates
from services.triage.domain.duplicates import Candidate
from services.triage.domain.records import CaseRow
from services.triage.store import alike


def likely_copies(session: Session, case: CaseRow, *, department: str | None) -> list[Candidate]:
    """By customer, order number and wording, the likeliest first, at most 10.

    department: only those that it leads or helps with; None: all.
    """
    one = alike.of_case(case)
    found = {other.id: other for other in (*alike.by_names(session, one), *alike.by_words(session, one))}
    if department is not None:
        before = alike.before_department(session, found, department)
        found = {demand_id: other for demand_id, other in found.items() if demand_id in before}
    return duplicates.candidates(one, found.values())


def suspicion(session: Session, case: CaseRow) -> list[str]:
    """Why a new demand is very likely one that is here already, for the reasons of its decision; empty: it is not."""
    one = alike.of_case(case)
    strong = [found for found in duplicates.candidates(one, alike.by_names(session, one)) if found.strong]
    return list(strong[0].reasons) if strong else []
