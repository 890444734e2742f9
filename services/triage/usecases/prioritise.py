"""The priority of a demand: confirmed by those whom the policy names, proposed anew when the facts change."""

from dataclasses import asdict
from typing import Any

from services.triage import events
from services.triage.domain import priority as rules
from services.triage.domain.facts import of_case
from services.triage.domain.priority import Speaker, Vote
from services.triage.domain.told.sort import ConfirmPriority
from services.triage.store import people
from services.triage.usecases.case_file import CaseFile
from shared.policies import interpret
from shared.policies.parts import PriorityLevel, Status
from shared.refused import wrong


def confirmed(file: CaseFile, said: ConfirmPriority, status: Status) -> str | None:
    """Confirm the level or set another; returns the handler named, None: nobody named one, or votes are missing.

    Deadlines that hang on the level are counted anew from where they began. Policy A: who confirms names the handler
    in the same step. Refused 403 may-not-confirm; 422: unknown-code; reason-missing when it is not the proposed one;
    handler-missing where the policy wants one named.
    """
    level = _level(file, said)
    count, who = _needed(file)
    votes = rules.cast(file.case.reasons.get("votes", ()), _vote(file, level, said))
    same = rules.agreed(votes, level.code, who)
    if len(same) < count:
        _voted(file, level, votes, missing=count - len(same))
        return None
    _set(file, level, said, status, same)
    return said.handler or next((one.handler for one in reversed(same) if one.handler), None)


def propose_anew(file: CaseFile) -> None:
    """What the rules propose now: shown beside the confirmed level, never applied by itself (ours).

    For a demand of the past or a closed one nothing is proposed.
    """
    case = file.case
    if case.historic is not None or case.status_category == "closed":
        return
    found = interpret.prioritise(file.policy, of_case(case))
    before = str(case.reasons.get("proposed", case.priority_code))
    if found.level.code == before:
        return
    differs = found.level.code != case.priority_code
    reasons = {**case.reasons, "proposed": found.level.code, "proposal": list(found.reasons)}
    data = {"proposed": events.level_of(found.level), "reasons": list(found.reasons), "before": before}
    proposed = found.level.code if differs else None
    file.tell("priority.proposed", data, reasons=reasons, proposed_code=proposed)


def _level(file: CaseFile, said: ConfirmPriority) -> PriorityLevel:
    case = file.case
    proposed = str(case.reasons.get("proposed", case.priority_code))
    try:
        level = file.policy.level(said.priority or proposed)
    except LookupError:
        raise wrong("/priority", "unknown-code", "The policy does not know this priority") from None
    if level.code != proposed and not said.reason:
        raise wrong("/reason", "reason-missing", "Another priority than the proposed one needs a reason")
    if file.policy.priority.names_handler and said.handler is None and case.handler_name is None:
        raise wrong("/handler", "handler-missing", "Who confirms the priority names the handler in the same step")
    return level


def _needed(file: CaseFile) -> tuple[int, frozenset[str]]:
    policy, lead = file.policy, file.case.lead
    speaker = Speaker(file.by.removeprefix("staff:"), file.roles, file.department)
    roles = rules.confirmers(policy)
    known = people.confirming(file.session, lead, [rules.held(policy, one) for one in roles]) if roles else {}
    return rules.needed(policy, speaker, lead, known, file.now)


def _vote(file: CaseFile, level: PriorityLevel, said: ConfirmPriority) -> Vote:
    at = str(events.moment(file.now))
    return Vote(file.by.removeprefix("staff:"), level.code, said.handler, at)


def _voted(file: CaseFile, level: PriorityLevel, votes: list[Vote], *, missing: int) -> None:
    reasons = {**file.case.reasons, "votes": [asdict(one) for one in votes]}
    data = {"priority": events.level_of(level), "missing": missing}
    file.tell("demand.voted", data, reasons=reasons)


def _set(file: CaseFile, level: PriorityLevel, said: ConfirmPriority, status: Status, same: list[Vote]) -> None:
    case = file.case
    proposed = str(case.reasons.get("proposed", case.priority_code))
    reasons = {name: value for name, value in case.reasons.items() if name != "votes"}
    reasons["priority"] = [f"by:staff:{one.staff_id}" for one in same]
    data = {"priority": events.level_of(level), "proposed": proposed, "reason": said.reason}
    changes: dict[str, Any] = {"priority_rank": level.rank, "priority_code": level.code, "proposed_code": None}
    file.tell("demand.prioritised", data, status=status, reasons=reasons, **changes)
    file.retime()
