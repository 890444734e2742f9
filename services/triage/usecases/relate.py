"""What demands have to do with one another: merged, linked, split, followed up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.records import Received
from services.triage.domain.told.relate import FollowUp, Link, Merge, PartOf, Split, Unmerge
from services.triage.store import cases, heard, relations, work
from services.triage.usecases import answer
from services.triage.usecases.case_file import Books, CaseFile, Step
from shared.policies.model import Policy
from shared.policies.parts import Status
from shared.refused import Refused, wrong

MERGED = "merged_into"


def partner(session: Session, number: str, action: str, said: Any) -> str | None:
    """The number of the other demand that an action is about, so that both are locked before either is looked at."""
    if action == "unmerge":
        case = cases.find(session, number)
        return str(case.merged["number"]) if case is not None and case.merged else None
    named: str | None = getattr(said, "other", None)
    return named


def merge(file: CaseFile, said: Merge, status: Status) -> None:
    """It is the same as another demand, under whatever policy: this one is closed, the other goes on for both.

    Its clocks end, its departments have it no longer; the customer's later words go to the other one (intake).
    Refused 404 demand-unknown; 409 same-demand, target-merged, target-closed: so no chain can become a ring.
    """
    other = _other(file, said.into)
    if other.case.merged is not None:
        raise Refused("target-merged", "That demand is merged itself: merge into the one it went to")
    if other.case.status_category == "closed":
        raise Refused("target-closed", "What is closed goes on for nobody")
    case = file.case
    departments = {code: work.state(file.session, code, case.id) or "withdrawn" for code in (case.lead, *case.joining)}
    for department in departments:
        answer.withdraw(file, department, "merged")
    open_before = {row.id for row in file.deadlines if row.open}
    file.end_clocks()
    merged = {
        "into": other.case.id,
        "number": other.case.number,
        "status": case.status_code,
        "clocks": sorted(open_before - {row.id for row in file.deadlines if row.open}),
        "work": departments,
    }
    relations.add(
        file.session, case.id, other.case.id, MERGED, note=said.reason, by=file.by, now=file.now
    )  # fmt: skip
    data = {"into": _named(other), "reason": said.reason, "at": events.moment(file.now)}
    file.tell("demand.merged", data, status=status, status_resolution="merged", merged=merged)
    other.tell("demand.linked", _linked(file, MERGED, "from", said.reason, file.now))


def unmerge(file: CaseFile, said: Unmerge, status: Status) -> None:
    """It is not the same after all: back to where it was, with the clocks that ended then and the departments it had.

    A department with tools of its own gets it offered anew. Refused 409 not-merged, demand-withdrawn.
    """
    merged, case = file.case.merged, file.case
    if merged is None or file.other is None or file.other.case.id != merged["into"]:
        raise Refused("not-merged", "This demand is not merged", about=case.id)
    if heard.has(file.session, case.id, "demand.withdrawn"):
        raise Refused("demand-withdrawn", "Its customer has taken it back meanwhile", about=case.id)
    known = {one.code: one for one in file.policy.statuses}
    data = {"into": _named(file.other), "reason": said.reason, "at": events.moment(file.now)}
    back = known.get(merged["status"], status)
    file.tell("demand.unmerged", data, status=back, status_resolution=None, merged=None)
    file.reopen(merged["clocks"])
    file.retime()
    for department, state in merged["work"].items():
        if state in ("offered", "accepted"):
            _give_back(file, department, state)
    relations.remove(file.session, case.id, file.other.case.id, MERGED)
    file.other.tell("demand.linked", _linked(file, MERGED, "from", said.reason, file.now, ended=True))


def link(file: CaseFile, said: Link, status: Status) -> None:
    """Say what it is of another demand; both show it. Refused 404 demand-unknown; 409 same-demand, already-linked."""
    other = _other(file, said.to)
    if relations.exists(file.session, file.case.id, other.case.id, said.relation):
        raise Refused("already-linked", "This is said of these two already", about=file.case.id)
    _tie(file, other, said.relation, said.note, status)


def split(file: CaseFile, said: Split, status: Status) -> None:
    """Each part becomes a demand of its own, which intake makes; this one goes on and holds them together.

    Refused 422 unknown-code for a type the policy lacks.
    """
    parts = _parts(file.policy, said.parts, "/parts/{}/type")
    data = {"parts": parts, "reason": said.reason, "at": events.moment(file.now)}
    file.tell("demand.split", data, status=status)


def follow_up(file: CaseFile, said: FollowUp, status: Status) -> None:
    """What came after the end becomes a demand of its own, which intake makes. Refused 422 unknown-code."""
    parts = _parts(file.policy, [PartOf(said.description, said.subject, said.type)], "/type")
    file.tell("demand.followed-up", {"parts": parts, "at": events.moment(file.now)}, status=status)


def link_received(session: Session, received: Received, *, books: Books, now: datetime) -> None:
    """A new demand cites another: both show it where that one is known here; an unknown number is only kept.

    Its own row is this transaction's, so nobody can wait for it while this waits for the other's.
    """
    cited = received.related_number
    if cited is None or cited == received.number:
        return
    found = cases.lock_all(session, [cited])
    case = cases.find(session, received.number)
    if cited not in found or case is None:
        return
    file = CaseFile(session, case, books, by="intake", now=now)
    other = CaseFile(session, found[cited], books, by="intake", now=now)
    _tie(file, other, received.relation or "related", None, file.policy.status(case.status_code))
    other.close_up()
    file.close_up()


def _tie(file: CaseFile, other: CaseFile, relation: str, note: str | None, status: Status) -> None:
    relations.add(file.session, file.case.id, other.case.id, relation, note=note, by=file.by, now=file.now)
    file.tell("demand.linked", _linked(other, relation, "to", note, file.now), status=status)
    other.tell("demand.linked", _linked(file, relation, "from", note, file.now))


def _other(file: CaseFile, number: str) -> CaseFile:
    if number == file.case.number:
        raise Refused("same-demand", "This is the same demand", about=file.case.id)
    if file.other is None:
        raise Refused("demand-unknown", "There is no such other demand before you", 404)
    return file.other


def _give_back(file: CaseFile, department: str, state: str) -> None:
    if state == "accepted" and not work.in_queue(file.session, department, file.case.id):
        work.answer(file.session, department, file.case.id, state, file.now)
    else:
        answer.offer(file, department, "lead" if department == file.case.lead else "joining")


def _parts(policy: Policy, parts: Sequence[PartOf], place: str) -> list[dict[str, Any]]:
    return [
        {
            "key": str(at + 1),
            "subject": one.subject,
            "description": one.description,
            "type": _type(policy, one.type, place.format(at)),
        }
        for at, one in enumerate(parts)
    ]


def _type(policy: Policy, word: str | None, place: str) -> str | None:
    if word is None:
        return None
    for one in policy.types:
        if word in (one.code, one.label.zh, one.label.en, *one.aliases):
            return one.code
    raise wrong(place, "unknown-code", "The policy does not know this type")


def _named(file: CaseFile) -> dict[str, str]:
    return {"demand_id": file.case.id, "number": file.case.number}


def _linked(
    other: CaseFile, relation: str, direction: str, note: str | None, now: datetime, *, ended: bool = False
) -> dict[str, Any]:
    return {
        "relation": relation,
        "direction": direction,
        "other": _named(other),
        "note": note,
        "at": events.moment(now),
        "ended": ended,
    }


ACTIONS: Mapping[str, Step] = {
    "merge": merge,
    "unmerge": unmerge,
    "link": link,
    "split": split,
    "follow-up": follow_up,
}
