"""Deadlines of one demand: opened by moments, met by events, paused, superseded, breached by time. All from policy."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.triage.domain.records import DeadlineRow
from shared.calendars.model import Calendar
from shared.calendars.working_time import due
from shared.policies import interpret
from shared.policies.duties import Clock
from shared.policies.facts import Facts
from shared.policies.model import Policy

NEVER_BREACHED = frozenset({"reminder", "no_answer", "grace"})
_LONGEST_ID = 100
Rows = tuple[DeadlineRow, ...]


@dataclass(frozen=True)
class Setting:
    """What the clocks of one demand depend on: its policy, the calendar, its facts, its priority level, its end.

    historic: it is of the past, and only what is promised from now on counts. held: events that hold the clocks which
    the policy says, since when; a clock that opens meanwhile stands still from the start.
    """

    policy: Policy
    calendar: Calendar
    facts: Facts
    level: str
    demand_id: str
    closed: bool = False
    historic: bool = False
    held: Mapping[str, datetime] = field(default_factory=dict)

    def span(self, clock: Clock) -> str | None:
        """The span of a clock for this demand; None: it does not run."""
        if not interpret.runs(clock, self.facts) or (self.closed and not clock.after_closing):
            return None
        if self.historic and clock.kind != "promise":
            return None
        return interpret.span_of(clock, self.policy, level=self.level, urgency=self.facts.urgency)


@dataclass(frozen=True)
class Happened:
    """An event of the demand in one of its cycles, and the moments it brings (name -> when it was, or a named date).

    occurrence: the number of the promise that is made or kept; known_at: when it was registered, where that was later
    than it was.
    """

    event: str
    at: datetime
    cycle: int
    moments: Mapping[str, datetime] = field(default_factory=dict)
    occurrence: int | None = None
    known_at: datetime | None = None

    def precedes(self, row: DeadlineRow) -> bool:
        """Whether the clock began only after this, and before it was known: then this is no answer to it."""
        return self.known_at is not None and self.at < row.started_at <= self.known_at


def after(setting: Setting, rows: Sequence[DeadlineRow], happened: Happened) -> Rows:
    """The deadlines after an event: some met, paused or resumed, recurring ones renewed, new ones opened."""
    clocks = {one.code: one for one in setting.policy.clocks}
    found = [
        _touched(setting, clocks[row.code], row, happened) if row.open and row.code in clocks else row for row in rows
    ]
    met = {new.code for old, new in zip(rows, found, strict=True) if old.met_at is None and new.met_at is not None}
    for clock in setting.policy.clocks:
        if clock.recurring and clock.code in met:
            found.append(_next(setting, clock, happened.cycle, happened.at, found))
    for clock in setting.policy.clocks:
        if clock.starts_at in happened.moments:
            found = _opened(setting, clock, found, happened)
    return tuple(found)


def retimed(setting: Setting, rows: Sequence[DeadlineRow], happened: Happened) -> Rows:
    """The deadlines once priority, type or facts are others: open ones recounted from where they began.

    happened.moments: all moments known of the cycle; a clock that runs only now is opened from its own.
    """
    clocks = {one.code: one for one in setting.policy.clocks}
    found = []
    for row in rows:
        clock = clocks.get(row.code)
        if clock is None or not row.open or row.cycle != happened.cycle:
            found.append(row)
            continue
        span = setting.span(clock)
        if span == row.span:
            found.append(row)
        elif span is None:
            found.append(replace(row, superseded_at=happened.at))
        elif row.breached_at is not None:  # that it was missed stays a fact; what is owed now is counted beside it
            fresh = _next(setting, clock, row.cycle, row.started_at, rows)
            found += [
                replace(row, superseded_at=happened.at),
                _timed(setting, clock, replace(fresh, pauses=row.pauses)),
            ]
        else:
            found.append(_timed(setting, clock, replace(row, span=span)))
    for clock in setting.policy.clocks:
        there = any(row.code == clock.code and row.cycle == happened.cycle for row in found)
        if clock.starts_at in happened.moments and not there:
            found = _opened(setting, clock, found, happened)
    return tuple(found)


def recounted(setting: Setting, rows: Sequence[DeadlineRow]) -> Rows:
    """Open provisional deadlines counted anew, now that the calendar knows more."""
    clocks = {one.code: one for one in setting.policy.clocks}
    return tuple(
        _timed(setting, clocks[row.code], row) if row.open and row.provisional and row.code in clocks else row
        for row in rows
    )


def breached(setting: Setting, rows: Sequence[DeadlineRow], row: DeadlineRow, at: datetime) -> Rows:
    """The deadlines after one of them passed unmet; a recurring one runs anew from where it was due."""
    late = replace(row, breached_at=at)
    found = [late if one.id == row.id else one for one in rows]
    clock = next((one for one in setting.policy.clocks if one.code == row.code), None)
    if clock is not None and clock.recurring:
        found.append(_next(setting, clock, late.cycle, late.due_at, found))
    return tuple(found)


def rings(row: DeadlineRow, *, due_at: datetime, at: datetime) -> bool:
    """Whether a timer that was set for due_at and rang at `at` still means this deadline as it stands."""
    waits = row.open and row.breached_at is None and row.paused_at is None
    return waits and row.due_at == due_at and row.due_at <= at


def reopened(setting: Setting, rows: Sequence[DeadlineRow], cycle: int, at: datetime) -> Rows:
    """The deadlines once an evaluation is wanted again: its clocks that were met run anew from then."""
    found = list(rows)
    for clock in setting.policy.clocks:
        same = [row for row in rows if row.code == clock.code and row.cycle == cycle]
        met = same and not any(row.open for row in same)
        if clock.kind == "evaluation" and met and setting.span(clock) is not None:
            found.append(_next(setting, clock, cycle, at, found))
    return tuple(found)


def current(policy: Policy, rows: Sequence[DeadlineRow]) -> Rows:
    """The set that is told: none that was superseded, and of a recurring clock the two latest occurrences."""
    recurring = {one.code for one in policy.clocks if one.recurring}
    latest: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row.code, row.cycle)
        latest[key] = max(latest.get(key, 0), row.occurrence)
    return tuple(
        row
        for row in rows
        if row.superseded_at is None
        and (row.code not in recurring or row.occurrence >= latest[row.code, row.cycle] - 1)
    )


def replaced(rows: Sequence[DeadlineRow], promise: int, at: datetime) -> Rows:
    """The deadlines once a promise was replaced by a later one: its own clock ends."""
    return tuple(
        replace(row, superseded_at=at) if row.open and row.kind == "promise" and row.occurrence == promise else row
        for row in rows
    )


def ended(policy: Policy, rows: Sequence[DeadlineRow], at: datetime) -> Rows:
    """The deadlines once the demand is closed: what is still open ends, but for clocks that outlive closing."""
    lasting = {one.code for one in policy.clocks if one.after_closing}
    return tuple(replace(row, superseded_at=at) if row.open and row.code not in lasting else row for row in rows)


def redated(setting: Setting, rows: Sequence[DeadlineRow], name: str, happened: Happened) -> Rows:
    """The deadlines once a date that somebody named was wrong: what counts from it ends, or counts from the right one.

    happened.moments holds the right one, if there is one; clocks that restart begin by themselves when it is told.
    """
    clocks = {one.code: one for one in setting.policy.clocks if one.starts_at == name}
    wrong = [row for row in rows if row.open and row.cycle == happened.cycle and row.code in clocks]
    ids = {row.id for row in wrong}
    found = [replace(row, superseded_at=happened.at) if row.id in ids else row for row in rows]
    for row in wrong:
        clock = clocks[row.code]
        if name in happened.moments and not clock.restarts:
            found.append(_next(setting, clock, row.cycle, happened.moments[name], found))
    return tuple(found)


def restored(setting: Setting, rows: Sequence[DeadlineRow], ids: Collection[str]) -> Rows:
    """The deadlines once an end is taken back: these are open again, counted as if they had never ended.

    One whose moment passed meanwhile is breached when it rings; one that stood still stands still.
    """
    clocks = {one.code: one for one in setting.policy.clocks}
    return tuple(
        _timed(setting, clocks[row.code], replace(row, superseded_at=None))
        if row.id in ids and row.code in clocks
        else row
        for row in rows
    )


def deadline_id(demand_id: str, code: str, cycle: int, occurrence: int) -> str:
    """<demand id>/<clock>/<cycle>/<occurrence>; a hash stands for what is longer than 100 characters."""
    whole = f"{demand_id}/{code}/{cycle}/{occurrence}"
    return whole if len(whole) <= _LONGEST_ID else f"{demand_id}/{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


def _touched(setting: Setting, clock: Clock, row: DeadlineRow, happened: Happened) -> DeadlineRow:
    if happened.event in clock.until:
        return replace(row, superseded_at=happened.at)
    own = clock.kind != "promise" or happened.occurrence in (None, row.occurrence)
    if happened.event in clock.met_by and own and not happened.precedes(row):
        late = happened.at if row.due_at < happened.at and row.paused_at is None else None
        breach = None if clock.kind in NEVER_BREACHED else late
        return replace(row, met_at=happened.at, breached_at=row.breached_at or breach, paused_at=None, holds=[])
    return _held(setting, clock, row, happened)


def _held(setting: Setting, clock: Clock, row: DeadlineRow, happened: Happened) -> DeadlineRow:
    """The deadline held or let go: it stands still from the first event that holds it to the end of the last."""
    if row.breached_at is None and any(one.starts == happened.event for one in clock.pauses):
        holds = [*(one for one in row.holds if one != happened.event), happened.event]
        return replace(row, paused_at=row.paused_at or happened.at, holds=holds)
    over = {one.starts for one in clock.pauses if one.ends == happened.event}
    if row.paused_at is None or not over:
        return row
    holds = [one for one in row.holds if one not in over]
    if holds:
        return replace(row, holds=holds)
    pauses = [*row.pauses, [row.paused_at.isoformat(), happened.at.isoformat()]]
    return _timed(setting, clock, replace(row, paused_at=None, pauses=pauses, holds=[]))


def _opened(setting: Setting, clock: Clock, rows: Sequence[DeadlineRow], happened: Happened) -> list[DeadlineRow]:
    same = [row for row in rows if row.code == clock.code and row.cycle == happened.cycle]
    span = setting.span(clock)
    if span is None or (same and not clock.restarts) or (happened.cycle > 1 and not clock.each_cycle):
        return list(rows)
    replaced = {row.id for row in same if row.open and clock.kind != "promise"}
    kept = [replace(row, superseded_at=happened.at) if row.id in replaced else row for row in rows]
    number = happened.occurrence if clock.kind == "promise" else None
    occurrence = number or 1 + max((row.occurrence for row in same), default=0)
    return [*kept, _new(setting, clock, happened.moments[clock.starts_at], span, happened.cycle, occurrence)]


def _next(setting: Setting, clock: Clock, cycle: int, starts_at: datetime, rows: Sequence[DeadlineRow]) -> DeadlineRow:
    same = [one for one in rows if one.code == clock.code and one.cycle == cycle]
    span = setting.span(clock) or same[-1].span
    return _new(setting, clock, starts_at, span, cycle, 1 + max(one.occurrence for one in same))


def _new(setting: Setting, clock: Clock, started_at: datetime, span: str, cycle: int, occurrence: int) -> DeadlineRow:
    row = DeadlineRow(
        id=deadline_id(setting.demand_id, clock.code, cycle, occurrence),
        demand_id=setting.demand_id,
        code=clock.code,
        kind=clock.kind,
        cycle=cycle,
        occurrence=occurrence,
        started_at=started_at,
        span=span,
        calendar=setting.calendar.code,
        calendar_version=setting.calendar.version,
        due_at=started_at,
        approaching_at=None,
        provisional=False,
    )
    holds = [one.starts for one in clock.pauses if one.starts in setting.held]
    if holds:
        since = min(setting.held[one] for one in holds)
        row = replace(row, paused_at=max(started_at, since), holds=holds)
    return _timed(setting, clock, row)


def _timed(setting: Setting, clock: Clock, row: DeadlineRow) -> DeadlineRow:
    found = due(setting.calendar, row.started_at, row.span, pauses_of(row))
    warning = None
    if clock.approaching is not None:
        warning = max(due(setting.calendar, found.due_at, f"-{clock.approaching}").due_at, row.started_at)
    return replace(
        row,
        due_at=found.due_at,
        approaching_at=warning,
        provisional=found.provisional,
        calendar=setting.calendar.code,
        calendar_version=setting.calendar.version,
    )


def pauses_of(row: DeadlineRow) -> list[tuple[datetime, datetime]]:
    """A deadline's pauses as moments."""
    return [(datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in row.pauses]
