"""Something is done to a demand: through whichever door it comes, the same checks and the same effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage.domain import lifecycle
from services.triage.domain.records import CaseRow
from services.triage.store import cases, work
from services.triage.usecases import (
    answer,
    block,
    change,
    customer,
    evaluate,
    execute,
    finish,
    mend,
    postpone,
    relate,
    sort,
    tasks,
)
from services.triage.usecases.case_file import Books, CaseFile, Step
from shared.refused import Refused

ACTIONS: Mapping[str, Step] = {
    **answer.ACTIONS,
    **sort.ACTIONS,
    **customer.ACTIONS,
    **evaluate.ACTIONS,
    **tasks.ACTIONS,
    **execute.ACTIONS,
    **block.ACTIONS,
    **postpone.ACTIONS,
    **change.ACTIONS,
    **finish.ACTIONS,
    **relate.ACTIONS,
    **mend.ACTIONS,
}
"""What people and departments may do; names as in the policies' state machines, the HTTP API and the commands."""


@dataclass(frozen=True)
class Caller:
    """Who asks. department: the one the caller acts for; None: somebody of no department, who acts for the lead.

    roles: those of the installation.
    """

    scope: str
    department: str | None = None
    roles: frozenset[str] = frozenset()


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
    partner = relate.partner(session, number, action, said)
    locked = cases.lock_all(session, [number, *([partner] if partner else [])])
    case = _admitted(session, locked.get(number), action, caller)
    check(case)
    file = CaseFile(session, case, books, by=caller.scope, now=now, roles=caller.roles, department=caller.department)
    file.other = _other(file, locked.get(partner or ""), caller, books)
    status = lifecycle.follows(file.policy, case, action)
    ACTIONS[action](file, said, status)
    if file.other is not None:
        file.other.close_up()
    return file.close_up(answered=caller.department if answered else None)


def _other(file: CaseFile, case: CaseRow | None, caller: Caller, books: Books) -> CaseFile | None:
    """The file of the other demand that is meant; None when there is none that the caller may see, or it is the same.

    What was merged by those who saw both is taken apart by whoever has it now.
    """
    if case is None or case.id == file.case.id:
        return None
    own = caller.department
    if own in (None, case.lead, *case.joining) or (file.case.merged or {}).get("into") == case.id:
        return CaseFile(file.session, case, books, by=file.by, now=file.now)
    return None


def _admitted(session: Session, case: CaseRow | None, action: str, caller: Caller) -> CaseRow:
    department = caller.department
    if case is not None and department is not None and department != case.lead:
        if work.state(session, department, case.id) in ("declined", "withdrawn"):
            raise Refused("already-answered", "This department has the demand no longer", about=case.id)
        joins = department in case.joining and action in lifecycle.JOINING_MAY
        case = case if joins else None
    if case is None:
        raise Refused("demand-unknown", "There is no such demand before this department", 404)
    return case
