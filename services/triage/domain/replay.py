"""A demand's past told again to other rules: what these had decided, and what their clocks had owed by when. Pure.

What people did stays as it was, and when; only rules and clocks are others. What the customer supplied later counts as
known from the beginning, and what was found incomplete stays so: intake judges that, from more than triage knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.triage.domain import deadlines as clocks
from services.triage.domain import facts as knowledge
from services.triage.domain.communications import answered_at
from services.triage.domain.deadlines import NEVER_BREACHED, Happened, Rows, Setting
from services.triage.domain.decision import Judged, started
from services.triage.domain.past import Past, Told
from services.triage.domain.records import DeadlineRow
from shared.calendars.model import Calendar
from shared.policies.facts import Facts
from shared.policies.interpret import tiered
from shared.policies.model import Policy

_MOST_RINGS = 2_000
_BLOCKED = "demand.blocked"
_FROM_OUTSIDE = ("expected_by", "wished")
"""Dates that came with the demand and stand in no field of the policy."""


@dataclass(frozen=True)
class Rules:
    """What a demand is run by."""

    policy: Policy
    calendar: Calendar


@dataclass(frozen=True)
class First:
    """The first decision, before anybody did anything: codes; type None: undecided."""

    type: str | None
    priority: str
    lead: str
    joining: tuple[str, ...]

    @classmethod
    def of_event(cls, data: Mapping[str, Any]) -> "First":
        """As demand.triaged told it."""
        kind, route = data["type"], data["route"]
        code = None if kind is None else kind["code"]
        return cls(code, data["priority"]["code"], route["lead"], tuple(route["joining"]))

    @classmethod
    def of_rules(cls, judged: Judged) -> "First":
        """As rules make it."""
        return cls(judged.facts.type, judged.prioritised.level.code, judged.routed.lead, judged.routed.joining)

    def instead(self, here: "First", there: "First") -> "First":
        """This decision by other rules: as it was where both judge alike, else as these judge."""
        others = {name: value for name, value in vars(there).items() if value != vars(here)[name]}
        return replace(self, **others)

    def said(self, what: str) -> str | None:
        """One part as text: departments that join are parted by blanks, none is None."""
        value = vars(self)[what]
        return " ".join(value) or None if isinstance(value, tuple) else value


class Replay:
    """One demand under some rules, from its receipt to `until`. pinned: the policy that it really is run by."""

    def __init__(self, rules: Rules, past: Past, first: First, *, pinned: Policy, until: datetime) -> None:
        self.rules, self.past, self.first, self.until = rules, past, first, until
        self.level, self.closed, self.cycle = first.priority, False, 1
        self.facts = replace(knowledge.of_case(past.case), type=first.type, joint=bool(first.joining))
        self.rows: Rows = ()
        self.at_receipt: Rows = ()
        self.held: dict[str, datetime] = {}
        self.merged: frozenset[str] = frozenset()
        self.moments = _at_receipt(rules, past, first, pinned)
        self._delays = iter([one for one in past.promises if one.kind == "delay"])

    def run(self) -> Rows:
        """All deadlines as they would stand at the end."""
        for told in self.past.told:
            self._ring(told.at)
            self._hear(told)
        self._ring(self.until)
        return self.rows

    def _hear(self, told: Told) -> None:
        status = told.data.get("status")
        category = status["category"] if isinstance(status, Mapping) else None
        ends = category == "closed" and not self.closed
        if category is not None:
            self.closed = category == "closed"
        freed = _BLOCKED in self.held and category in ("completed", "closed")
        if freed or told.event == "demand.unblocked":
            self.held = {}
        step = getattr(self, "_" + told.event.replace(".", "_"), None)
        if step is None:
            self._happened(told.event, told.at, told.moments)
        else:
            step(told)
        if freed:  # nothing stands in the way of what is over
            self._happened("demand.unblocked", told.at, {})
        if ends:
            self.rows = clocks.ended(self.rules.policy, self.rows, told.at)

    def _demand_triaged(self, told: Told) -> None:
        self._happened(told.event, self.past.case.received_at, {**self.moments, **told.moments})
        if self.past.case.track != "handling":
            self.rows = ()  # nobody waits for a result of an opinion: as in decision.decide
        self.at_receipt = self.rows

    def _demand_classified(self, told: Told) -> None:
        """A person's word counts; what was decided because the customer had supplied more was decided before."""
        code = told.data["type"]["code"]
        if told.data.get("by") != "customer" and _has_type(self.rules.policy, code):
            joint = bool(told.data["route"]["joining"])
            self.facts = replace(self.facts, type=code, joint=joint)
        self._happened(told.event, told.at, told.moments)
        self._retime(told.at)

    def _demand_prioritised(self, told: Told) -> None:
        """Another level than the proposed one is the person's own; to confirm is to follow the proposal."""
        code = told.data["priority"]["code"]
        if code != told.data["proposed"] and _has_level(self.rules.policy, code):
            self.level = code
        self._happened(told.event, told.at, told.moments)
        self._retime(told.at)

    def _demand_assigned(self, told: Told) -> None:
        self.facts = replace(self.facts, joint=bool(told.data["joining"]))
        self._happened(told.event, told.at, told.moments)

    def _demand_supplemented(self, told: Told) -> None:
        self.moments.pop("evaluated", None)
        named: dict[str, Any] = {**told.data["fields"], "expected_by": told.data["values"].get("expected_by")}
        dates = knowledge.named_dates(named, self.rules.calendar, started(self.rules.policy))
        happened = Happened(told.event, told.at, self.cycle, dates)
        self.rows = clocks.after(self._setting, self.rows, happened)  # these dates are no moments of the case
        self._retime(told.at)

    def _demand_blocked(self, told: Told) -> None:
        self.held = {_BLOCKED: told.at}
        self._happened(told.event, told.at, told.moments)

    def _demand_communicated(self, told: Told) -> None:
        """As usecases.communicate: only an answer with substance meets a clock, from when it was given."""
        moments = {name: at.isoformat() for name, at in self.moments.items()}
        at = answered_at(replace(self.past.case, cycle=self.cycle, moments=moments), told.data)
        if at is not None:
            happened = Happened(told.event, at, self.cycle, known_at=told.at)
            self.rows = clocks.after(self._setting, self.rows, happened)

    def _task_changed(self, told: Told) -> None:
        """How one task goes is progress of the demand."""
        if told.data["change"] == "progressed":
            self._happened("demand.progressed", told.at, {})

    def _demand_merged(self, told: Told) -> None:
        before = {row.id for row in self.rows if row.open}
        self.rows = clocks.ended(self.rules.policy, self.rows, told.at)
        self.merged = frozenset(before - {row.id for row in self.rows if row.open})

    def _demand_unmerged(self, told: Told) -> None:
        self.rows = clocks.restored(self._setting, self.rows, self.merged)
        self._retime(told.at)

    def _demand_delayed(self, told: Told) -> None:
        row = next(self._delays, None)
        if row is not None and row.predecessor is not None:
            self.rows = clocks.replaced(self.rows, row.predecessor, told.at)
        self._happened(told.event, told.at, told.moments)

    def _promise_made(self, told: Told) -> None:
        self._happened(told.event, told.at, told.moments, told.data["promise"])
        if told.data.get("fulfils") is not None:
            self._happened("promise.kept", told.at, {}, told.data["fulfils"])

    def _cycle_started(self, told: Told) -> None:
        self.rows = clocks.ended(self.rules.policy, self.rows, told.at)
        self.cycle, self.moments = told.data["cycle"], {}
        self._happened(told.event, told.at, told.moments)

    def _happened(
        self, event: str, at: datetime, moments: Mapping[str, datetime], occurrence: int | None = None
    ) -> None:
        self.moments |= moments
        happened = Happened(event, at, self.cycle, moments, occurrence)
        self.rows = clocks.after(self._setting, self.rows, happened)

    def _retime(self, at: datetime) -> None:
        self.rows = clocks.retimed(self._setting, self.rows, Happened("", at, self.cycle, self.moments))

    def _ring(self, until: datetime) -> None:
        """What is due by the time that something else happens has passed unmet: timers ring before people act."""
        for _ in range(_MOST_RINGS):
            waiting = [one for one in self.rows if _breachable(one) and one.due_at <= until]
            if not waiting:
                return
            row = min(waiting, key=lambda one: one.due_at)
            self.rows = clocks.breached(self._setting, self.rows, row, row.due_at)

    @property
    def _setting(self) -> Setting:
        rules = self.rules
        facts = tiered(rules.policy, self.facts)
        demand_id = self.past.case.id
        return Setting(rules.policy, rules.calendar, facts, self.level, demand_id, self.closed, held=self.held)


def unknown(policy: Policy, past: Past) -> tuple[str, ...]:
    """What stands against telling this demand to a policy: `type:<code>`, `urgency:<code>`, `level:<code>` it lacks."""
    facts, found = knowledge.of_case(past.case), []
    types = [past.declared, *past.by_people]
    levels = [
        one.data["priority"]["code"]
        for one in past.told
        if one.event == "demand.prioritised" and one.data["priority"]["code"] != one.data["proposed"]
    ]
    found += [f"type:{code}" for code in types if code is not None and not _has_type(policy, code)]
    if facts.urgency is not None and facts.urgency not in {one.code for one in policy.urgencies}:
        found.append(f"urgency:{facts.urgency}")
    found += [f"level:{code}" for code in levels if not _has_level(policy, code)]
    return tuple(dict.fromkeys(found))


def facts_at_receipt(past: Past) -> Facts:
    """What the rules looked at: all that is known of the demand, its type as the customer declared it."""
    return replace(knowledge.of_case(past.case), type=past.declared, joint=False)


def _at_receipt(rules: Rules, past: Past, first: First, pinned: Policy) -> dict[str, datetime]:
    case = past.case
    found = {"received": case.received_at}
    if first.type is None and case.track == "handling":
        found["undecided"] = case.received_at
    if _was_incomplete(past, pinned):
        found["found_incomplete"] = case.received_at
    fields = knowledge.of_case(case).fields
    found |= knowledge.named_dates(fields, rules.calendar, started(rules.policy))
    for name in _FROM_OUTSIDE:
        at = case.moments.get(name) or _started_at(past, pinned, name)
        if at is not None:
            found[name] = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return found


def _was_incomplete(past: Past, pinned: Policy) -> bool:
    if _started_at(past, pinned, "found_incomplete") is not None:
        return True
    return not any(one.event == "demand.supplemented" for one in past.told) and any(past.case.quality.values())


def _started_at(past: Past, pinned: Policy, moment: str) -> datetime | None:
    codes = {one.code for one in pinned.clocks if one.starts_at == moment}
    return next((row.started_at for row in past.deadlines if row.code in codes and row.cycle == 1), None)


def _breachable(row: DeadlineRow) -> bool:
    waits = row.open and row.breached_at is None and row.paused_at is None
    return waits and row.kind not in NEVER_BREACHED


def _has_type(policy: Policy, code: str) -> bool:
    return any(one.code == code for one in policy.types)


def _has_level(policy: Policy, code: str) -> bool:
    return any(one.code == code for one in policy.priority.levels)
