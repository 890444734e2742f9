"""Timers ring late if they must, early never, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from services.notifier.tables import Timer
from services.notifier.usecases.ring_timers import ring_due
from shared.clock import format_time
from tests.notifier.conftest import DUE, Notifier, clock, deadlines, received

HOUR = timedelta(hours=1)


def _ring(notifier: Notifier, now: datetime) -> list[str]:
    """What rang at this moment."""
    before = len(notifier.published())
    with notifier.database.write() as session:
        ring_due(session, now)
    return [row.type.split(".")[2] for row in notifier.published()[before:]]


def test_never_early_once_late(notifier: Notifier) -> None:
    notifier.take(deadlines(clock()))
    second = timedelta(seconds=1)
    assert _ring(notifier, DUE - HOUR - second) == []
    assert _ring(notifier, DUE - HOUR) == ["approaching"]
    assert _ring(notifier, DUE - second) == []
    assert _ring(notifier, DUE + HOUR) == ["reached"]
    assert _ring(notifier, DUE + 9 * HOUR) == []
    last = notifier.published()[-1]
    assert (last.subject, last.version) == ("demand/d1", 2)
    assert (last.data["due_at"], last.data["at"]) == (format_time(DUE), format_time(DUE + HOUR))


def test_after_an_outage_both_ring_in_order(notifier: Notifier) -> None:
    notifier.take(deadlines(clock()))
    assert _ring(notifier, DUE + HOUR) + _ring(notifier, DUE + HOUR) == ["approaching", "reached"]


def test_a_deadline_may_come_before_its_demand(notifier: Notifier) -> None:
    notifier.take(deadlines(clock()))
    notifier.take(received())
    assert len(notifier.rows(Timer)) == 1


def test_the_whole_set_replaces_the_former_one(notifier: Notifier) -> None:
    later = DUE + 24 * HOUR
    notifier.take(deadlines(clock(), clock("second")))
    notifier.take(deadlines(clock(due=later), version=2))
    assert [(one.id, one.due_at) for one in notifier.rows(Timer)] == [("d1/first", later)]
    assert _ring(notifier, DUE) == []


def test_what_is_met_or_breached_rings_no_more(notifier: Notifier) -> None:
    told = format_time(DUE)
    notifier.take(deadlines(clock(met_at=told), clock("second", breached_at=told)))
    assert _ring(notifier, DUE + HOUR) == []


def test_the_same_set_again_does_not_ring_again(notifier: Notifier) -> None:
    notifier.take(deadlines(clock()))
    assert _ring(notifier, DUE - HOUR) == ["approaching"]
    notifier.take(deadlines(clock(), version=2))
    assert _ring(notifier, DUE - HOUR) == []
    assert _ring(notifier, DUE) == ["reached"]


def test_two_clocks_ring_each_timer_once(notifier: Notifier) -> None:
    notifier.take(deadlines(*(clock(f"c{index}", approaching_at=None) for index in range(40))))

    def ring(_: int) -> int:
        with notifier.database.write() as session:
            return ring_due(session, DUE)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ring, range(8))) == 40
    assert len({row.data["deadline_id"] for row in notifier.published()}) == len(notifier.published()) == 40


def test_deadlines_are_listed_by_their_moment(notifier: Notifier) -> None:
    notifier.take(deadlines(*(clock(f"c{index}", due=DUE + index * HOUR) for index in range(5))))
    first = notifier.get("/deadlines?limit=3")
    assert [one["id"] for one in first.json["items"]] == ["d1/c0", "d1/c1", "d1/c2"]
    rest = notifier.get("/deadlines?" + first.headers["Link"].partition("?")[2].partition(">")[0])
    assert [one["id"] for one in rest.json["items"]] == ["d1/c3", "d1/c4"]
    assert "Link" not in rest.headers
    before = format_time(DUE + HOUR)
    assert len(notifier.get(f"/deadlines?state=open&due_before={before}").json["items"]) == 1
    assert notifier.get("/deadlines?cursor=x").status_code == 422
    assert notifier.get("/deadlines", role="channel-desk").status_code == 403
