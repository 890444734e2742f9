"""The first decision about a demand: type, route, priority and deadlines, all from its policy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.triage.domain import deadlines as clocks
from services.triage.domain import facts as knowledge
from services.triage.domain.deadlines import Happened, Rows, Setting
from services.triage.domain.records import CaseRow, Received
from services.triage.domain.wishes import wished_by
from shared.calendars.model import Calendar
from shared.policies import interpret
from shared.policies.facts import Facts
from shared.policies.interpret import Classified, Prioritised, Routed
from shared.policies.learned import Learned
from shared.policies.model import Policy

FIRST_RESPONSE = "first_response"
_PUBLIC = ("number", "masked_name", "kind", "industry", "tier", "value", "company_name")


@dataclass(frozen=True)
class Decision:
    """A new case at version 1 and its deadlines."""

    case: CaseRow
    deadlines: Rows


@dataclass(frozen=True)
class Judged:
    """What the rules make of a demand; facts: with the type and whether several departments join, as decided."""

    facts: Facts
    classified: Classified
    routed: Routed
    prioritised: Prioritised


def decide(
    policy: Policy, calendar: Calendar, received: Received, now: datetime, model: Learned | None = None
) -> Decision:
    """Everything that triage decides when a demand arrives; LookupError for a declared type the policy lacks.

    model: decides types that the policy's words do not.
    """
    track, desk = _track(policy, received)
    judged = judge(policy, knowledge.of_received(received), desk=desk, track=track, model=model)
    moments = _moments(policy, calendar, received, undecided=judged.classified.type is None and desk is None)
    moments["offered"] = now
    facts = interpret.tiered(policy, judged.facts)
    setting = Setting(policy, calendar, facts, judged.prioritised.level.code, received.demand_id)
    found = clocks.after(setting, (), Happened("demand.triaged", received.received_at, 1, moments))
    wished = wished_by(received.wishes, received.received_at, calendar)
    if wished is not None and is_tighter(wished, found):
        moments["wished"] = wished
        found = clocks.after(setting, found, Happened("", received.received_at, 1, {"wished": wished}))
    if track != "handling":
        found = ()  # an opinion is looked at in its review; no customer waits for a result
    case = new_case(policy, received, judged.facts, judged.classified, judged.routed, judged.prioritised, now)
    case = replace(
        case,
        track=track,
        moments={name: at.isoformat() for name, at in moments.items()},
        first_response_by=tightened(received.first_response_by, found),
    )
    return Decision(case, found)


def judge(
    policy: Policy,
    facts: Facts,
    *,
    desk: str | None = None,
    track: str = "handling",
    model: Learned | None = None,
) -> Judged:
    """Type, route and priority; facts.type: as declared, else None. LookupError for a type the policy lacks.

    desk: the department of an opinion that came without a demand; track: where it goes.
    """
    classified = interpret.classify(policy, facts, model)
    facts = replace(facts, type=classified.type.code if classified.type else None)
    routed = interpret.route(policy, facts) if desk is None else Routed(desk, (), f"feedback:{track}")
    facts = replace(facts, joint=bool(routed.joining))
    return Judged(facts, classified, routed, interpret.prioritise(policy, facts))


def tightened(promised: datetime | None, deadlines: Rows) -> datetime | None:
    """The receipt's promise, or the first response's deadline where that is earlier; no promise stays none."""
    if promised is None:
        return None
    return min([promised, *(one.due_at for one in deadlines if one.kind == FIRST_RESPONSE)])


def is_tighter(wished: datetime, deadlines: Rows) -> bool:
    """Whether the customer wishes to hear from us before the policy's own first response is due, or there is none."""
    return all(wished < one.due_at for one in deadlines if one.kind == FIRST_RESPONSE and one.open)


def started(policy: Policy) -> frozenset[str]:
    """Names of the moments that the policy's clocks start at."""
    return frozenset(clock.starts_at for clock in policy.clocks)


def _track(policy: Policy, received: Received) -> tuple[str, str | None]:
    """(track, its department): where an opinion goes that came without a demand; (handling, None) for a demand."""
    kind = interpret.feedback_kind(policy, received.feedback.get("kind"))
    if kind is None or kind.route == "starts_handling" or received.description:
        return "handling", None
    return kind.route, kind.lead


def _moments(policy: Policy, calendar: Calendar, received: Received, *, undecided: bool) -> dict[str, datetime]:
    found = {"received": received.received_at}
    if undecided:
        found["undecided"] = received.received_at
    if received.quality.get("missing") or received.quality.get("vague"):
        found["found_incomplete"] = received.received_at
    given: dict[str, Any] = dict(received.fields)
    if received.expected_by:
        given["expected_by"] = received.expected_by
    wanted = started(policy) | {"expected_by"}  # kept in any case: another version may count from it
    return found | knowledge.named_dates(given, calendar, wanted)


def new_case(
    policy: Policy,
    received: Received,
    facts: Facts,
    classified: Classified,
    routed: Routed,
    prioritised: Prioritised,
    now: datetime,
) -> CaseRow:
    """A case at version 1 in the policy's first status, without clocks and moments."""
    status = policy.statuses[0]
    text = received.description or str(received.feedback.get("text") or "")
    return CaseRow(
        id=received.demand_id,
        number=received.number,
        version=1,
        policy=policy.code,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        type_code=facts.type,
        category=classified.type.category if classified.type else None,
        track="handling",
        priority_rank=prioritised.level.rank,
        priority_code=prioritised.level.code,
        lead=routed.lead,
        joining=list(routed.joining),
        status_code=status.code,
        status_category=status.category,
        status_resolution=None,
        cycle=1,
        received_at=received.received_at,
        first_response_by=None,
        accepted_at=None,
        accepted_by=None,
        handler_id=None,
        handler_name=None,
        description=text,
        subject=received.subject,
        customer=public(received.customer),
        facts=knowledge.kept(facts),
        moments={},
        quality={name: list(received.quality.get(name, ())) for name in ("vague", "missing")},
        reasons={
            "type": list(classified.reasons),
            "declared": received.type,
            "candidates": [list(one) for one in classified.candidates],
            "route": routed.reason,
            "priority": list(prioritised.reasons),
            "proposed": prioritised.level.code,
        },
        result=None,
        satisfaction=None,
        created_at=now,
        historic=received.historic,
        order_number=received.order_number,
        related_number=received.related_number,
        expected_by=received.expected_by,
    )


def public(customer: Mapping[str, Any]) -> dict[str, Any]:
    """What intake may add to its event some day must not leave through ours."""
    return {name: customer.get(name) for name in _PUBLIC}
