"""Hold a draft of a policy against the demands of a span of time: what it would have changed. It changes nothing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services.triage.domain.past import Past
from services.triage.domain.replay import Rules
from services.triage.domain.simulate import simulate
from services.triage.domain.simulation import Simulation
from services.triage.store import past
from services.triage.usecases.case_file import Books
from services.triage.usecases.publish_version import newest_calendar
from shared.calendars.days import instant, local
from shared.calendars.model import Calendar
from shared.policies.model import Policy
from shared.refused import wrong

MOST_DAYS = 92
DEFAULT_DAYS = 31
MOST_DEMANDS = 5_000
CHUNK = 500


def simulate_policy(
    session: Session, draft: Policy, *, first: date | None, last: date | None, books: Books, now: datetime
) -> Simulation:
    """Every demand received under the draft's code from one day to another, both in the calendar's zone, 5,000 at most.

    Days not given: up to today, 31 days. Refused 422 from-after-to, range-too-long (92 days).
    """
    calendar = newest_calendar(session, draft.calendar)
    since, until = _span(calendar, first, last, now)
    rules, found = Rules(draft, calendar), Simulation(draft, since, until)
    model = books.models.get(draft.code)
    for one in _streamed(session, found):
        pinned = books.policies.pinned(one.case.policy, one.case.policy_version)
        found.add(simulate(one, pinned=pinned, draft=rules, model=model, now=now))
    return found


def _span(calendar: Calendar, first: date | None, last: date | None, now: datetime) -> tuple[datetime, datetime]:
    last = last or local(calendar, now)[0]
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise wrong("/from", "from-after-to", "The first day is after the last one")
    if (last - first).days >= MOST_DAYS:
        raise wrong("/from", "range-too-long", f"At most {MOST_DAYS} days")
    return instant(calendar, first, timedelta()), instant(calendar, last, timedelta(hours=24))


def _streamed(session: Session, found: Simulation) -> Iterator[Past]:
    after: past.Place | None = None
    while True:
        page = past.page(
            session, found.policy.code, since=found.since, until=found.until, after=after, limit=CHUNK
        )  # fmt: skip
        if page and found.examined == MOST_DEMANDS:
            found.through = None if after is None else after[0]
            return
        yield from page
        if len(page) < CHUNK:
            return
        after = (page[-1].case.received_at, page[-1].case.id)
