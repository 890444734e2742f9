"""A plan becomes another one: asked for, agreed to by all whom the policy names, and only then carried out."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.triage import events
from services.triage.domain import changes
from services.triage.domain.changes import CUSTOMER, OPEN, ChangeRow
from services.triage.domain.told.change import DecideChange, RequestChange
from services.triage.store import changes as store
from services.triage.usecases.case_file import CaseFile, Step
from services.triage.usecases.customer import promise
from shared.ids import new_id
from shared.policies.parts import Status
from shared.refused import Refused, wrong


def request_change(file: CaseFile, said: RequestChange, status: Status) -> None:
    """Ask for another plan (policy B, 需求变更申请表). The present one stands until all have agreed.

    Refused 409 no-change-requests, nothing-planned, change-open; 422 date-passed.
    """
    rules, about = file.policy.change_requests, file.case.id
    if rules is None:
        raise Refused("no-change-requests", f"Policy {file.policy.code} asks nobody: plan anew", about=about)
    if file.moment("planned") is None:
        raise Refused("nothing-planned", "Only what is planned can be changed", about=about)
    known = store.of_demand(file.session, about)
    if any(one.state == OPEN for one in known):
        raise Refused("change-open", "A change waits for its answers already", about=about)
    if said.expected_finish is not None:
        file.ahead(said.expected_finish)
    row = ChangeRow(
        id=new_id(),
        demand_id=about,
        number=len(known) + 1,
        state=OPEN,
        what=said.what,
        reason=said.reason,
        plan=said.plan,
        expected_finish=said.expected_finish,
        cost=asdict(said.cost) if said.cost else None,
        before=file.moment("expected_finish"),
        requested_at=file.now,
        requested_by=file.by,
    )
    store.add(file.session, row)
    told = {name: getattr(row, name) for name in ("what", "reason", "plan", "cost")}
    dates = {"expected_finish": events.moment(row.expected_finish), "before": events.moment(row.before)}
    data = {**_named(file, row), **told, **dates, "approved_by": list(rules.approved_by)}
    file.tell("change.requested", data, status=status, moments={"change_requested": file.now})


def decide_change(file: CaseFile, said: DecideChange, _status: Status) -> None:
    """Our own yes or no, for the next role that the policy names; never by who asked for the change.

    Refused 404 change-unknown; 409 change-decided, own-change, already-decided; 422 reason-missing.
    """
    row = store.find(file.session, file.case.id, said.change)
    if row is None:
        raise Refused("change-unknown", "The demand has no such change", 404, about=file.case.id)
    if row.state != OPEN:
        raise Refused("change-decided", "The change has been decided", about=file.case.id)
    if row.requested_by == file.by:
        raise Refused("own-change", "Nobody decides on the change that they asked for", about=file.case.id)
    party = next((one for one in changes.outstanding(file.policy, row) if one != CUSTOMER), None)
    if party is None or any(one["by"] == file.by for one in row.answers):
        raise Refused("already-decided", "What is ours to say to it has been said", about=file.case.id)
    if said.verdict == "refused" and said.reason is None:
        raise wrong("/reason", "reason-missing", "A refusal needs a reason")
    _answer(file, row, party, agreed=said.verdict == "approved", reason=said.reason)


def note_confirmed(file: CaseFile, data: Mapping[str, Any]) -> None:
    """The customer agrees."""
    _customer(file, data, agreed=True)


def note_declined(file: CaseFile, data: Mapping[str, Any]) -> None:
    """The customer does not: the present plan stands."""
    _customer(file, data, agreed=False)


def check_plan(file: CaseFile, status: Status) -> None:
    """Refused 409 where the policy has change requests and the plan at hand would change one that stands.

    change-open: nothing is carried out before all have agreed; change-request-needed: the way is a change request, or
    a new evaluation. status: where `plan` leads; one that it leads out of awaits its first plan.
    """
    planned = file.moment("planned")
    if file.policy.change_requests is None or planned is None:
        return
    if store.is_open(file.session, file.case.id):
        raise Refused("change-open", "A change waits for its answers: the plan stands until then", about=file.case.id)
    evaluated = file.moment("evaluated")
    anew = status.code != file.case.status_code or (evaluated is not None and evaluated > planned)
    if not anew:
        raise Refused("change-request-needed", "A plan that stands changes by a change request", about=file.case.id)


def _customer(file: CaseFile, data: Mapping[str, Any], *, agreed: bool) -> None:
    """An answer to what was decided meanwhile, or after the end, changes nothing."""
    row = store.find(file.session, file.case.id, data["change"])
    here = "decide-change" in file.policy.status(file.case.status_code).actions
    if row is not None and row.state == OPEN and here and CUSTOMER in changes.outstanding(file.policy, row):
        _answer(file, row, CUSTOMER, agreed=agreed, reason=data["opinion"])


def _answer(file: CaseFile, row: ChangeRow, party: str, *, agreed: bool, reason: str | None) -> None:
    at = events.moment(file.now)
    answer = {"party": party, "agreed": agreed, "at": at, "by": file.by, "reason": reason}
    found = changes.answered(file.policy, row, answer, file.now)
    store.change(file.session, found)
    if agreed and party != CUSTOMER:  # the customer's own yes is told by intake
        file.tell("change.approved", {**_named(file, row), "party": party, "reason": reason})
    if found.state == OPEN:
        return
    file.tell("change.decided", {**_named(file, row), "verdict": found.state, "party": party, "reason": reason})
    if found.state == changes.APPROVED:
        _carry_out(file, found)


def _carry_out(file: CaseFile, row: ChangeRow) -> None:
    """The new plan supersedes the one that stood, and a new date the promise before it; both stay in the record."""
    finish = row.expected_finish or file.moment("expected_finish")
    assert finish is not None, "what is planned has a finish"
    entry = promise(file, "change", text=row.plan, channel=None, promised_for=row.expected_finish)
    if entry.predecessor is not None:
        file.replace_promise(entry.predecessor)
    at, until = events.moment(file.now), events.moment(finish)
    unsaid = dict.fromkeys(("solution", "process", "quotation", "workaround", "later_iteration"))
    data = {"text": row.plan, **unsaid, "expected_finish": until, "change": row.id, "at": at}
    file.tell("demand.planned", data, moments={"planned": file.now, "expected_finish": finish})


def _named(file: CaseFile, row: ChangeRow) -> dict[str, Any]:
    return {"change": row.id, "change_number": row.number, "at": events.moment(file.now)}


ACTIONS: Mapping[str, Step] = {
    "change-request": request_change,
    "decide-change": decide_change,
}
