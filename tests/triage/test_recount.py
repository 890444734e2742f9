"""A deadline counted before a year's holidays are known is provisional, and counted anew once they are."""

from dataclasses import replace
from datetime import date

from services.triage.jobs.recount_deadlines import recount_deadlines
from services.triage.usecases.case_file import Books
from shared.calendars import loader as calendars
from shared.calendars.loader import Calendars
from shared.policies.loader import installed
from tests.triage.conftest import Triage


def test_provisional_deadlines_move_when_the_calendar_arrives(triage: Triage) -> None:
    triage.at("2026-12-31 10:00")
    number = triage.demand(received_at="2026-12-31T02:00:00Z", first_response_by=None)
    shown = triage.shown(number)
    provisional = {one["code"]: one["provisional"] for one in shown["deadlines"]}
    assert provisional == {"acceptance": True, "first_response": True, "resolution": True}
    assert triage.due(number, "first_response") == ["2027-01-01 10:00"], "only weekends are known yet"

    known = calendars.installed().effective("cn-office")
    new_year = frozenset({date(2027, 1, 1)})
    newer = replace(known, version="2", holidays=known.holidays | new_year, published_until=date(2027, 12, 31))
    books = Books(installed(), Calendars([known, newer]))
    assert recount_deadlines(triage.database, books) == 1
    assert recount_deadlines(triage.database, books) == 0, "nothing is left to count"
    (changed,) = triage.published("deadlines.changed")
    told = {one["code"]: (one["due_at"], one["provisional"]) for one in changed.data["deadlines"]}
    assert told["first_response"] == ("2027-01-04T02:00:00Z", False)
