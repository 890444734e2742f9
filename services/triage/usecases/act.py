"""Something is done to a demand: through whichever door it comes, the same checks and the same effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain import lifecycle
from services.triage.domain.records import CaseRow
from services.triage.store import cases, work
from services.triage.usecases import answer, change, customer, evaluate, execute, finish, postpone, sort
from services.triage.usecases.case_file import Books, CaseFile, Step
from shared.refused import Refused

ACTIONS: Mapping[str, Step] = {
    **answer.ACTIONS,
    **sort.ACTIONS,
    **customer.ACTIONS,
    **evaluate.ACTIONS,
    **execute.ACTIONS,
    **postpone.ACTIONS,
    **change.ACTIONS,
    **finish.ACTIONS,
}
"""What people and departments may do; names as in the policies' state machines, the HTTP API and the commands."""


@dataclass(frozen=True)
class Caller:
    """Who asks. department: the one the caller acts for; None: somebody of no department, who acts for the lead."""

    scope: str
    department: str | None = None


def act(
    session: Session,
    number: str,
    action: str,
    said: Any,
    *,
    caller: Caller,
    books: Books,
    now: datetime,
    check: Callable[[CaseRow], None] = lambda case: None,
    answered: bool = False,
) -> CaseRow:
    """Do it. check: of the locked case, against what the caller has seen; answered: the caller gets a reply of its own.

    Refused 404 demand-unknown, also for a demand that never was the caller's; 409 already-answered for one that is
    the caller's no longer, action-not-allowed, and what the action itself says.
    """
    case = _found(session, number, action, caller)
    check(case)
    file = CaseFile(session, case, books, by=caller.scope, now=now, department=caller.department)
    status = lifecycle.follows(file.policy, case, action)
    ACTIONS[action](file, said, status)
    return file.close_up(answered=caller.department if answered else None)


def _found(session: Session, number: str, action: str, caller: Caller) -> CaseRow:
    case = cases.lock(session, number=number)
    department = caller.department
    if case is not None and department is not None and department != case.lead:
        if work.state(session, department, case.id) in ("declined", "withdrawn"):
            raise Refused("already-answered", "This department has the demand no longer", about=case.id)
        joins = department in case.joining and action in lifecycle.JOINING_MAY
        case = case if joins else None
    if case is None:
        raise Refused("demand-unknown", "There is no such demand before this department", 404)
    return case
