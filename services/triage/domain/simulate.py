"""What a draft of a policy would have changed about one demand of the past. Pure.

The draft is held against the version that the demand is run by, on the same facts: where both judge alike, what was
really decided stands, whoever decided it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.triage.domain.deadlines import NEVER_BREACHED, Rows
from services.triage.domain.decision import FIRST_RESPONSE, Judged, judge, tightened
from services.triage.domain.past import Past
from services.triage.domain.records import DeadlineRow
from services.triage.domain.replay import First, Replay, Rules, facts_at_receipt, unknown
from shared.calendars.working_time import due
from shared.policies import interpret
from shared.policies.learned import Learned
from shared.policies.model import Policy

Outcome = Literal["met", "late", "open", "ended"]
"""A clock met in time; met or passed late; still running; ended with the demand or by another decision."""

_RESULT = "resolution"
_NAMED = frozenset({"expected_finish", "promised", "expected_by"})
"""Moments that somebody named: a clock from there says what was promised, not what the policy obliges to."""
_SAME = timedelta(seconds=1)


@dataclass(frozen=True)
class Change:
    """A decision that would have been another: what is type, priority, lead, joining, first_response_by.

    reasons: why the draft decides so, as in the case's own reasons.
    """

    what: str
    before: str | datetime | None
    after: str | datetime | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ClockSide:
    """A clock's deadline under one of the two: when it is due, by which span, and how it ends."""

    due_at: datetime
    span: str
    outcome: Outcome


@dataclass(frozen=True)
class ClockChange:
    """A clock that would have been due at another moment, or ended otherwise. A side is None where it does not run."""

    clock: str
    cycle: int
    occurrence: int
    before: ClockSide | None
    after: ClockSide | None


@dataclass(frozen=True)
class PromiseChange:
    """A date told to the customer that no longer fits what is owed: it lies `before` or `after` that.

    kind: receipt, told, delay, or expected_finish (the planned date); clock: what obliges; before, after: by when,
    under the demand's version and under the draft.
    """

    kind: str
    number: int | None
    promised_for: datetime
    clock: str
    before: datetime | None
    after: datetime
    lies: Literal["before", "after"]


@dataclass(frozen=True)
class Simulated:
    """One demand under the draft. version: of the policy it is run by; confirmed: its type by a person or customer.

    undecidable: what of it the draft lacks; nothing else is said then.
    """

    number: str
    version: str
    received_at: datetime
    confirmed: str | None = None
    undecidable: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    clocks: tuple[ClockChange, ...] = ()
    promises: tuple[PromiseChange, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell of it."""
        return bool(self.undecidable or self.changes or self.clocks or self.promises)


def simulate(past: Past, *, pinned: Policy, draft: Rules, model: Learned | None, now: datetime) -> Simulated:
    """Hold one demand against the draft. pinned: the version it is run by; model: what triage decides types with."""
    case = past.case
    found = Simulated(case.number, case.policy_version, case.received_at, past.confirmed)
    lacking = unknown(draft.policy, past)
    if lacking:
        return replace(found, undecidable=lacking)
    ours, theirs = _judged(pinned, past, model), _judged(draft.policy, past, model)
    recorded = First.of_event(past.first)
    after = recorded.instead(First.of_rules(ours), First.of_rules(theirs))
    replay = Replay(draft, past, after, pinned=pinned, until=now)
    rows = replay.run()
    return replace(
        found,
        changes=(*_changes(recorded, after, theirs), *_receipt(past, pinned, draft, replay.at_receipt)),
        clocks=tuple(_clocks(past.deadlines, rows, now)),
        promises=tuple(_promises(past, pinned, draft.policy, rows)),
    )


def _judged(policy: Policy, past: Past, model: Learned | None) -> Judged:
    facts, track = facts_at_receipt(past), past.case.track
    kind = None if track == "handling" else interpret.feedback_kind(policy, facts.feedback_kind)
    return judge(policy, facts, desk=None if kind is None else kind.lead, track=track, model=model)


def _changes(before: First, after: First, judged: Judged) -> Iterator[Change]:
    route = (judged.routed.reason,)
    reasons = {
        "type": judged.classified.reasons,
        "priority": judged.prioritised.reasons,
        "lead": route,
        "joining": route,
    }
    for what, why in reasons.items():
        was, would = before.said(what), after.said(what)
        if was != would:
            yield Change(what, was, would, tuple(why))


def _receipt(past: Past, pinned: Policy, draft: Rules, rows: Rows) -> Iterator[Change]:
    """What the receipt would have promised: under the draft's span, or earlier where its first response is owed so."""
    case, urgency = past.case, facts_at_receipt(past).urgency
    span = interpret.promise_span(draft.policy, urgency)
    promised = next((one.promised_for for one in past.promises if one.number == 0), None)
    if span != interpret.promise_span(pinned, urgency):
        promised = due(draft.calendar, case.received_at, span).due_at if span else None
    would = tightened(promised, rows)
    if _moved(case.first_response_by, would):
        reason = f"receipt:{span or '-'}" if would == promised else f"clock:{FIRST_RESPONSE}"
        yield Change("first_response_by", case.first_response_by, would, (reason,))


def _clocks(before: Sequence[DeadlineRow], after: Rows, now: datetime) -> Iterator[ClockChange]:
    ours, theirs = (
        {(one.code, one.cycle, one.occurrence): ClockSide(one.due_at, one.span, _outcome(one, now)) for one in rows}
        for rows in (before, after)
    )
    for key in sorted({*ours, *theirs}):
        was, would = ours.get(key), theirs.get(key)
        if any(side is not None and side.outcome != "ended" for side in (was, would)) and _differ(was, would):
            yield ClockChange(*key, was, would)


def _differ(was: ClockSide | None, would: ClockSide | None) -> bool:
    if was is None or would is None:
        return True
    return was.outcome != would.outcome or _moved(was.due_at, would.due_at)


def _outcome(row: DeadlineRow, now: datetime) -> Outcome:
    if row.kind not in NEVER_BREACHED:
        end = row.met_at or (now if row.open and row.paused_at is None else None)
        if row.breached_at is not None or (end is not None and row.due_at < end):
            return "late"
    if row.met_at is not None:
        return "met"
    return "open" if row.open else "ended"


def _promises(past: Past, pinned: Policy, draft: Policy, rows: Rows) -> Iterator[PromiseChange]:
    for kind, number, promised_for in _told(past):
        wanted = FIRST_RESPONSE if kind == "receipt" else _RESULT
        was, would = _owed(pinned, past.deadlines, wanted), _owed(draft, rows, wanted)
        if would is None:
            continue
        lies = _place(promised_for, would.due_at)
        if lies != "at" and (was is None or lies != _place(promised_for, was.due_at)):
            yield PromiseChange(
                kind, number, promised_for, would.code, None if was is None else was.due_at, would.due_at, lies
            )


def _told(past: Past) -> Iterator[tuple[str, int | None, datetime]]:
    """Dates that count still: kind, number, date; a delay took the place of the promise before it."""
    gone = {one.predecessor for one in past.promises if one.kind == "delay"}
    for one in past.promises:
        if one.promised_for is not None and one.number not in gone:
            yield one.kind, one.number, one.promised_for
    planned = past.case.moments.get("expected_finish")
    if planned is not None:
        yield "expected_finish", None, datetime.fromisoformat(planned)


def _owed(policy: Policy, rows: Sequence[DeadlineRow], kind: str) -> DeadlineRow | None:
    """The earliest deadline of a kind in the last cycle that the policy itself sets: the newest of each clock."""
    own = {one.code for one in policy.clocks if one.kind == kind and one.starts_at not in _NAMED}
    fitting = [row for row in rows if row.code in own]
    cycle = max((row.cycle for row in fitting), default=0)
    newest = {row.code: row for row in sorted(fitting, key=lambda one: one.occurrence) if row.cycle == cycle}
    return min(newest.values(), key=lambda one: one.due_at, default=None)


def _place(promised: datetime, owed: datetime) -> Literal["before", "at", "after"]:
    if not _moved(promised, owed):
        return "at"
    return "before" if promised < owed else "after"


def _moved(was: datetime | None, would: datetime | None) -> bool:
    if was is None or would is None:
        return was is not would
    return abs(was - would) >= _SAME
