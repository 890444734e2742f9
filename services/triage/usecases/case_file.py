"""The file of one case while something is done to it: locked, told step by step, written back as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain import deadlines as clocks
from services.triage.domain import facts as knowledge
from services.triage.domain import lifecycle
from services.triage.domain.deadlines import Happened, Rows, Setting
from services.triage.domain.records import CaseRow, DeadlineRow, Part
from services.triage.store import cases, deadlines, work
from shared.calendars.model import Calendar
from shared.policies.model import Policy
from shared.policies.parts import Status
from shared.refused import wrong


@dataclass(frozen=True)
class Books:
    """The policies and calendars known to this installation; see shared.policies.loader and shared.calendars.loader."""

    policies: Any
    calendars: Any


class CaseFile:
    """Use cases tell() what happens; close_up() writes it all. The caller's transaction holds the case's lock.

    by: who does it; department: the one that whoever does it acts for, None for somebody of none.
    """

    def __init__(
        self, session: Session, case: CaseRow, books: Books, *, by: str, now: datetime, department: str | None = None
    ) -> None:
        self.session, self.case, self.by, self.now, self.department = session, case, by, now, department
        self.policy: Policy = books.policies.pinned(case.policy, case.policy_version)
        self.calendar: Calendar = books.calendars.effective(self.policy.calendar)
        self._before: Rows = tuple(deadlines.of_demand(session, case.id))
        self.deadlines: Rows = self._before
        self.told: list[str] = []
        self.offers: list[tuple[str, Part]] = []
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
        known = dict(self.case.moments) | {name: at.isoformat() for name, at in (moments or {}).items()}
        if status is not None:
            changes |= {"status_code": status.code, "status_category": status.category}
        self.case = replace(self.case, version=self.case.version + 1, moments=known, **changes)
        events.of_case(self.session, self.policy, self.case, kind, data, by=self.by, now=self.now)
        self.told.append(kind)
        self.happened(kind, moments=moments, occurrence=occurrence)

    def change(self, **changes: Any) -> None:
        """Change the case without an event of triage's own: another source told it."""
        self.case = replace(self.case, **changes)

    def moment(self, name: str) -> datetime | None:
        """When something of this cycle was, or is to be."""
        text = self.case.moments.get(name)
        return None if text is None else datetime.fromisoformat(text)

    def ahead(self, date: datetime, place: str = "/expected_finish") -> None:
        """Refused 422 date-passed for a date that is not to come; place: the JSON pointer of the field."""
        if date <= self.now:
            raise wrong(place, "date-passed", "This date has passed")

    def next_status(self, action: str) -> Status:
        """Where an action leads; Refused 409 when the policy forbids it here."""
        return lifecycle.follows(self.policy, self.case, action)

    def happened(
        self, kind: str, *, moments: Mapping[str, datetime] | None = None, occurrence: int | None = None
    ) -> None:
        """Let the clocks know of something, without an event of its own."""
        happened = Happened(kind, self.now, self.case.cycle, moments or {}, occurrence)
        self._take(clocks.after(self.setting, self.deadlines, happened))

    def retime(self) -> None:
        """Count open deadlines anew after priority, type or facts changed."""
        moments = {name: datetime.fromisoformat(at) for name, at in self.case.moments.items()}
        self._take(clocks.retimed(self.setting, self.deadlines, Happened("", self.now, self.case.cycle, moments)))

    def recount(self) -> None:
        """Count provisional deadlines anew, now that the calendar knows more."""
        self._take(clocks.recounted(self.setting, self.deadlines))

    def breach(self, row: DeadlineRow, at: datetime) -> None:
        """A deadline passed unmet."""
        self._take(clocks.breached(self.setting, self.deadlines, row, at))

    def replace_promise(self, number: int) -> None:
        """A later promise takes the place of this one."""
        self._take(clocks.replaced(self.deadlines, number, self.now))

    def end_clocks(self) -> None:
        """The demand is closed, or its next cycle begins: what is open ends, but for what outlives closing."""
        self._take(clocks.ended(self.policy, self.deadlines, self.now))

    @property
    def setting(self) -> Setting:
        """What this case's clocks depend on now."""
        facts = knowledge.of_case(self.case)
        closed = self.case.status_category == "closed"
        historic = self.case.historic is not None
        return Setting(self.policy, self.calendar, facts, self.case.priority_code, self.case.id, closed, historic)

    def close_up(self, *, answered: str | None = None) -> CaseRow:
        """Write the case and its deadlines and tell what changed about them; returns the case.

        answered: the department that hears of this by the answer to its own command.
        """
        for row in self._late:
            self.case = replace(self.case, version=self.case.version + 1)
            events.deadline_breached(self.session, self.case, row, self.now)
        if _but_for_breaches(self.deadlines) != _but_for_breaches(self._before):
            self.case = replace(self.case, version=self.case.version + 1)
            events.deadlines_changed(self.session, self.policy, self.case, self.deadlines, self.now)
        deadlines.write(self.session, self._before, self.deadlines)
        cases.change(self.session, self.case)
        for department, part in self.offers:
            events.work_offered(
                self.session, self.policy, self.case, self.deadlines, department=department, part=part, now=self.now
            )
        lead = self.case.lead
        knows = lead == answered or any(department == lead for department, _ in self.offers)
        if self.told and not knows and work.in_queue(self.session, lead, self.case.id):
            events.work_updated(self.session, self.policy, self.case, self.deadlines, self.told, self.now)
        return self.case

    def _take(self, rows: Rows) -> None:
        known = {row.id: row.breached_at for row in self.deadlines}
        self._late += [row for row in rows if row.breached_at is not None and known.get(row.id) is None]
        self.deadlines = rows


Step = Callable[[CaseFile, Any, Status], None]
"""What an action does: to the file, with what was said, towards the status that the policy names."""


def _but_for_breaches(rows: Rows) -> list[DeadlineRow]:
    """What deadlines.changed has to tell: a breach has an event of its own."""
    return [replace(row, breached_at=None) for row in rows]
