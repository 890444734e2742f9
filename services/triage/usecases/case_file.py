"""The file of one case while something is done to it: locked, told step by step, written back as a whole."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain import deadlines as clocks
from services.triage.domain import facts as knowledge
from services.triage.domain import lifecycle
from services.triage.domain.deadlines import Happened, Rows, Setting
from services.triage.domain.records import CaseRow, DeadlineRow, Part
from services.triage.store import cases, deadlines, tasks, work
from shared.calendars.model import Calendar
from shared.policies import interpret
from shared.policies.learned import Learned
from shared.policies.model import Policy
from shared.policies.parts import Status
from shared.refused import wrong


@dataclass(frozen=True)
class Books:
    """The policies and calendars known to this installation; see shared.policies.loader and shared.calendars.loader.

    models: policy code -> the model that decides types which the policy's words do not; none for most.
    """

    policies: Any
    calendars: Any
    models: Mapping[str, Learned] = field(default_factory=dict)


class CaseFile:
    """Use cases tell() what happens; close_up() writes it all. The caller's transaction holds the case's lock.

    by: who does it; roles: what the person is here; department: the one that acts, None: somebody who acts for all;
    concerned: departments besides the lead whose tasks changed.
    """

    def __init__(
        self,
        session: Session,
        case: CaseRow,
        books: Books,
        *,
        by: str,
        now: datetime,
        roles: frozenset[str] = frozenset(),
        department: str | None = None,
    ) -> None:
        self.session, self.case, self.by, self.now = session, case, by, now
        self.roles, self.department = roles, department
        self._case_before = case
        self.policy: Policy = books.policies.pinned(case.policy, case.policy_version)
        self.model = books.models.get(case.policy)
        self.calendar: Calendar = books.calendars.effective(self.policy.calendar)
        self._before: Rows = tuple(deadlines.of_demand(session, case.id))
        self.deadlines: Rows = self._before
        self.told: list[str] = []
        self.offers: list[tuple[str, Part]] = []
        self.other: CaseFile | None = None  # of another demand that this is about too, locked with this one
        self.concerned: set[str] = set()
        self._late: list[DeadlineRow] = []

    def tell(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        status: Status | None = None,
        moments: Mapping[str, datetime] | None = None,
        occurrence: int | None = None,
        **changes: Any,
    ) -> None:
        """One event of the demand's stream with the changes it tells; its deadlines follow the policy's clocks."""
        self._tell_breaches()
        known = dict(self.case.moments) | {name: at.isoformat() for name, at in (moments or {}).items()}
        if status is not None:
            changes |= {"status_code": status.code, "status_category": status.category}
        freed = self.case.blocked_at is not None and status is not None and status.category in ("completed", "closed")
        if freed:  # nothing stands in the way of what is over
            changes |= {"blocked_at": None, "blocker": None}
        self.case = replace(self.case, version=self.case.version + 1, moments=known, **changes)
        events.of_case(self.session, self.policy, self.case, kind, data, by=self.by, now=self.now)
        self.told.append(kind)
        self.happened(kind, moments=moments, occurrence=occurrence)
        if freed:
            self.happened("demand.unblocked")

    def begin(self, moment: str, at: datetime | None = None) -> None:
        """Something begins, now or by a named date, for which no event that is told has a moment of its own."""
        at = at or self.now
        self.case = replace(self.case, moments={**self.case.moments, moment: at.isoformat()})
        self.happened("", moments={moment: at})

    def change(self, **changes: Any) -> None:
        """Change the case without an event of triage's own: another source told it."""
        self.case = replace(self.case, **changes)

    def moment(self, name: str) -> datetime | None:
        """When something of this cycle was, or is to be."""
        text = self.case.moments.get(name)
        return None if text is None else datetime.fromisoformat(text)

    def forget(self, *names: str) -> None:
        """What happened in this cycle counts no longer."""
        self.change(moments={name: at for name, at in self.case.moments.items() if name not in names})

    def ahead(self, date: datetime, place: str = "/expected_finish") -> None:
        """Refused 422 date-passed for a date that is not to come; place: the JSON pointer of the field."""
        if date <= self.now:
            raise wrong(place, "date-passed", "This date has passed")

    def next_status(self, action: str) -> Status:
        """Where an action leads; Refused 409 when the policy forbids it here."""
        return lifecycle.follows(self.policy, self.case, action)

    def happened(
        self,
        kind: str,
        *,
        moments: Mapping[str, datetime] | None = None,
        occurrence: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Let the clocks know of something, without an event of its own. at: when it was, where that is not now."""
        happened = Happened(kind, at or self.now, self.case.cycle, moments or {}, occurrence, known_at=self.now)
        self._take(clocks.after(self.setting, self.deadlines, happened))

    def retime(self) -> None:
        """Count open deadlines anew after priority, type or facts changed."""
        moments = {name: datetime.fromisoformat(at) for name, at in self.case.moments.items()}
        self._take(clocks.retimed(self.setting, self.deadlines, Happened("", self.now, self.case.cycle, moments)))

    def recount(self) -> None:
        """Count provisional deadlines anew, now that the calendar knows more."""
        self._take(clocks.recounted(self.setting, self.deadlines))

    def reopen_evaluation(self) -> None:
        """An evaluation is wanted again."""
        self._take(clocks.reopened(self.setting, self.deadlines, self.case.cycle, self.now))

    def breach(self, row: DeadlineRow, at: datetime) -> None:
        """A deadline passed unmet."""
        self._take(clocks.breached(self.setting, self.deadlines, row, at))

    def replace_promise(self, number: int) -> None:
        """A later promise takes the place of this one."""
        self._take(clocks.replaced(self.deadlines, number, self.now))

    def end_clocks(self) -> None:
        """The demand is closed, or its next cycle begins: what is open ends, but for what outlives closing."""
        self._take(clocks.ended(self.policy, self.deadlines, self.now))

    def redate(self, name: str, right: Mapping[str, datetime]) -> None:
        """A named date was wrong: what counted from it counts from the right one, {name: date}, or ends."""
        self._take(clocks.redated(self.setting, self.deadlines, name, Happened("", self.now, self.case.cycle, right)))

    def reopen(self, ids: Collection[str]) -> None:
        """These deadlines, which had ended with the demand, count on from where they began."""
        self._take(clocks.restored(self.setting, self.deadlines, ids))

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return self.case != self._case_before or self.deadlines != self._before

    @property
    def setting(self) -> Setting:
        """What this case's clocks depend on now."""
        facts = interpret.tiered(self.policy, knowledge.of_case(self.case))
        closed = self.case.status_category == "closed"
        historic = self.case.historic is not None
        blocker = self.case.blocker
        held = {"demand.blocked": datetime.fromisoformat(blocker["reported_at"])} if blocker else {}
        return Setting(self.policy, self.calendar, facts, self.case.priority_code, self.case.id, closed, historic, held)

    def close_up(self, *, answered: str | None = None) -> CaseRow:
        """Write the case and its deadlines and tell what changed about them; returns the case.

        answered: the department that hears of this by the answer to its own command.
        """
        self._tell_breaches()
        if _but_for_breaches(self.deadlines) != _but_for_breaches(self._before):
            self.case = replace(self.case, version=self.case.version + 1)
            events.deadlines_changed(self.session, self.policy, self.case, self.deadlines, self.now)
        deadlines.write(self.session, self._before, self.deadlines)
        cases.change(self.session, self.case)
        for department, part in self.offers:
            events.work_offered(
                self.session, self.policy, self.case, self.deadlines, department=department, part=part, now=self.now
            )
        if self.told:
            self._update_queues({answered, *(department for department, _ in self.offers)})
        return self.case

    def _update_queues(self, knowing: set[str | None]) -> None:
        """Tell the lead what happened, and those whose tasks changed; knowing: who hears of it otherwise."""
        hearing = {self.case.lead, *self.concerned} - knowing
        queued = sorted(work.queued(self.session, hearing, self.case.id)) if hearing else []
        known = tasks.of_demand(self.session, self.case.id) if queued else []
        for department in queued:
            own = [one for one in known if department in (self.case.lead, one.department)]
            events.work_updated(
                self.session, self.policy, self.case, self.deadlines, self.told, department=department, tasks=own,
                now=self.now,
            )  # fmt: skip

    def _tell_breaches(self) -> None:
        """Before what follows from them: a breach is the department's that leads until then."""
        for row in self._late:
            self.case = replace(self.case, version=self.case.version + 1)
            events.deadline_breached(self.session, self.case, row, self.now)
        self._late = []

    def _take(self, rows: Rows) -> None:
        known = {row.id: row.breached_at for row in self.deadlines}
        self._late += [row for row in rows if row.breached_at is not None and known.get(row.id) is None]
        self.deadlines = rows


Step = Callable[[CaseFile, Any, Status], None]
"""What an action does: to the file, with what was said, towards the status that the policy names."""


def _but_for_breaches(rows: Rows) -> list[DeadlineRow]:
    """What deadlines.changed has to tell: a breach has an event of its own."""
    return [replace(row, breached_at=None) for row in rows]
