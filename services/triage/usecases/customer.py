"""What is said between us and the customer: questions, promises, answers, confirmation, dispute, withdrawal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.triage import events
from services.triage.domain import lifecycle
from services.triage.domain.decision import is_tighter, public, started
from services.triage.domain.facts import named_dates, of_case, replace_customer
from services.triage.domain.records import PromiseRow
from services.triage.domain.told.customer import RequestSupplement, Told
from services.triage.domain.told.sort import Classify
from services.triage.domain.wishes import wished_by
from services.triage.store import cases, evaluations, promises
from services.triage.usecases import prioritise, sort
from services.triage.usecases.case_file import CaseFile, Step
from shared.policies import interpret
from shared.policies.parts import Status
from shared.refused import Refused, wrong

_FACTS = frozenset({"urgency", "mood", "product"})
"""What a supplement may say besides that rules look at and a case keeps."""


def request_supplement(file: CaseFile, said: RequestSupplement, status: Status) -> None:
    """Ask the customer for what is missing; the clocks that the policy says stand still.

    Refused 422 nothing-asked.
    """
    missing = list(said.missing) or list(file.case.quality.get("missing", ()))
    vague = list(file.case.quality.get("vague", ()))
    if not missing and not vague and said.text is None:
        raise wrong("/missing", "nothing-asked", "Say what the customer is asked for")
    data = {"missing": missing, "vague": vague, "text": said.text, "at": events.moment(file.now)}
    file.tell("supplement.requested", data, status=status, moments={"supplement_requested": file.now})


def tell_customer(file: CaseFile, said: Told, status: Status) -> None:
    """Something was told to the customer; a date named to them becomes a promise with its own clock.

    Refused 422 date-passed; 404 promise-unknown for one that never was made or is kept.
    """
    if said.promised_for is not None and said.promised_for <= file.now:
        raise wrong("/promised_for", "date-passed", "A promise is about the time to come")
    if said.fulfils is not None and not promises.keep(file.session, file.case.id, said.fulfils, file.now):
        raise Refused("promise-unknown", "There is no such open promise", 404, about=file.case.id)
    row = promise(file, "told", text=said.text, channel=said.channel, promised_for=said.promised_for)
    data = {
        "promise": row.number,
        "channel": said.channel,
        "text": said.text,
        "promised_for": events.moment(said.promised_for),
        "fulfils": said.fulfils,
        "at": events.moment(file.now),
    }
    moments = {"told": file.now}
    if said.promised_for is not None:
        moments["promised"] = said.promised_for
    file.tell("promise.made", data, status=status, moments=moments, occurrence=row.number)
    if said.fulfils is not None:
        file.happened("promise.kept", occurrence=said.fulfils)


def promise(file: CaseFile, kind: str, *, text: str, channel: str | None, promised_for: Any, **more: Any) -> PromiseRow:
    """Enter into the ledger what was told; the newest dated promise before it is its predecessor."""
    last, dated = promises.last(file.session, file.case.id)
    row = PromiseRow(
        demand_id=file.case.id,
        number=last + 1,
        kind=kind,
        text=text,
        channel=channel,
        reason=more.pop("reason", None),
        told_at=more.pop("told_at", file.now),
        told_by=file.by,
        promised_for=promised_for,
        predecessor=dated if promised_for is not None else None,
        **more,
    )
    promises.add(file.session, row)
    return row


def note_supplement(file: CaseFile, data: Mapping[str, Any]) -> None:
    """The customer supplied what was missing: quality, facts and deadlines follow; policy A: evaluation re-opens.

    What nobody could decide before is decided now, when the rules can.
    """
    case = file.case
    facts = {**case.facts, **{name: value for name, value in data["values"].items() if name in _FACTS}}
    facts["impact"] = {**facts.get("impact", {}), **(data["values"].get("impact") or {})}
    facts["fields"] = {**facts.get("fields", {}), **data["fields"]}
    facts["given"] = sorted({*facts.get("given", ()), *data["given"]})
    added = data["description"]
    file.change(facts=facts, quality=data["quality"])
    if added:
        file.change(description=f"{case.description}\n{added}")
        cases.index(file.session, file.case)
    if "supplement" in file.policy.status(case.status_code).actions:
        told = {"supplement_id": data["supplement_id"], "quality": data["quality"]}
        file.tell("demand.resumed", told, status=file.next_status("supplement"))
    file.happened("demand.supplemented", moments=_dates(file, data))
    _wish(file, data["values"].get("wishes"))
    file.retime()
    _reopen(file)
    if case.type_code is None and case.track == "handling":
        _decide(file, data["values"].get("type"))
    prioritise.propose_anew(file)


def _wish(file: CaseFile, wishes: str | None) -> None:
    """A wish for an answer that comes later counts from when it was said."""
    if not wishes:
        return
    file.change(facts={**file.case.facts, "wishes": wishes})
    wished = wished_by(wishes, file.now, file.calendar)
    if wished is not None and is_tighter(wished, file.deadlines):
        file.begin("wished", wished)


def _reopen(file: CaseFile) -> None:
    """What was evaluated is evaluated anew, where the policy wants that; its evaluation clocks run again from now."""
    open_now = file.case.status_category in ("pending", "in_progress", "waiting")
    if "evaluated" not in file.case.moments or not file.policy.evaluation.reopened_by_supplement or not open_now:
        return
    evaluations.supersede(file.session, file.case.id, file.now)
    file.forget("evaluated", "infeasible", "planned", "resources_lacking")
    file.change(moments={**file.case.moments, "reopened": file.now.isoformat()})
    file.reopen_evaluation()


def _dates(file: CaseFile, data: Mapping[str, Any]) -> dict[str, datetime]:
    named = {**data["fields"], "expected_by": data["values"].get("expected_by")}
    return named_dates(named, file.calendar, started(file.policy))


def _decide(file: CaseFile, declared: str | None) -> None:
    found = interpret.classify(file.policy, replace(of_case(file.case), type=declared), file.model)
    status = file.policy.status(file.case.status_code)
    if found.type is not None and "classify" in status.actions:
        sort.classify(file, Classify(found.type.code, reason=", ".join(found.reasons)), file.next_status("classify"))


def note_customer(file: CaseFile, known: Mapping[str, Any]) -> None:
    """Intake knows the customer otherwise now (data of customer.changed): facts, clocks and proposed level follow."""
    case, known = file.case, public(known)
    facts = replace_customer(case.facts, known)
    if facts == dict(case.facts) and all(case.customer.get(name) == value for name, value in known.items()):
        return
    file.change(facts=facts, customer={**case.customer, **known})
    cases.index(file.session, file.case)
    file.retime()
    prioritise.propose_anew(file)


def note_confirmed(file: CaseFile, data: Mapping[str, Any]) -> None:
    """The customer is satisfied with this cycle's result: the demand is closed."""
    if data["cycle"] != file.case.cycle or "confirm" not in lifecycle.allowed(file.policy, file.case):
        return  # an answer about an earlier cycle, or one that came after the end, changes nothing
    file.change(satisfaction=data["satisfaction"])
    file.happened("demand.confirmed")
    status = file.next_status("confirm")
    if status.category == "closed":
        close_case(file, status, lifecycle.resolution_of_result(file.case))


def note_disputed(file: CaseFile, data: Mapping[str, Any]) -> None:
    """The customer is not satisfied: handled anew in the next cycle, or closed only with an improvement measure.

    Within the grace after closing it is opened again.
    """
    if data["cycle"] != file.case.cycle or not lifecycle.may_dispute(file.policy, file.case):
        return
    file.change(satisfaction=data["satisfaction"])
    file.happened("demand.disputed")
    status = file.next_status("dispute")
    if status.category != "in_progress":
        return
    cycle = file.case.cycle + 1
    file.end_clocks()
    evaluations.supersede(file.session, file.case.id, file.now)
    file.change(cycle=cycle, satisfaction=None, moments={})
    data = {"cycle": cycle, "at": events.moment(file.now)}
    file.tell("cycle.started", data, status=status, moments={"received": file.now}, status_resolution=None)


def note_withdrawn(file: CaseFile, data: Mapping[str, Any]) -> None:
    """The customer takes it back; what is closed already stays as it is."""
    if "withdraw" in file.policy.status(file.case.status_code).actions:
        close_case(file, file.next_status("withdraw"), "withdrawn", reason=data["reason"])


def close_case(
    file: CaseFile,
    status: Status,
    resolution: str,
    *,
    measure: str | None = None,
    reason: str | None = None,
    recourse: str | None = None,
) -> None:
    """The end: open clocks end too, but for those that outlive closing."""
    data = {"cycle": file.case.cycle, "at": events.moment(file.now), "measure": measure, "reason": reason}
    data["recourse"] = recourse
    file.tell("demand.closed", data, status=status, status_resolution=resolution, moments={"closed": file.now})
    file.end_clocks()


ACTIONS: Mapping[str, Step] = {
    "request-supplement": request_supplement,
    "told": tell_customer,
}
