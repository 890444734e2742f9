"""Timers ring late if they must, early never, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from services.notifier.tables import Timer
from services.notifier.usecases.ring_timers import ring_due
from shared.clock import format_time, system_now
from tests.notifier.conftest import DUE, Notifier
from tests.notifier.told import clock, deadlines, received

HOUR = timedelta(hours=1)


def _ring(notifier: Notifier, now: datetime) -> list[str]:
    """What rang at this moment."""
    before = len(notifier.published())
    with notifier.database.write() as session:
        ring_due(session, now, planner=notifier.office.planner, now=system_now())
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
    assert [(one.id, one.due_at) for one in notifier.rows(Timer)] == [("d1/first/1/1", later)]
    assert _ring(notifier, DUE) == []


def test_what_is_met_or_breached_rings_no_more(notifier: Notifier) -> None:
    told = format_time(DUE)
    notifier.take(deadlines(clock(met_at=told), clock("second", breached_at=told)))
    assert _ring(notifier, DUE + HOUR) == []


def test_while_its_deadline_stands_still_a_timer_does_not_ring(notifier: Notifier) -> None:
    since, later = format_time(DUE - 2 * HOUR), DUE + 5 * HOUR
    notifier.take(deadlines(clock()), deadlines(clock(paused_at=since), version=2))
    assert _ring(notifier, DUE + HOUR) == []
    (shown,) = notifier.get("/deadlines?state=open").json["items"]
    assert (shown["code"], shown["paused"], shown["paused_at"], shown["next_at"]) == ("first", True, since, None)
    notifier.take(deadlines(clock(due=later), version=3))
    assert _ring(notifier, later - HOUR) == ["approaching"]
    assert _ring(notifier, later) == ["reached"]


def test_a_pause_that_moves_nothing_does_not_warn_again(notifier: Notifier) -> None:
    notifier.take(deadlines(clock()))
    assert _ring(notifier, DUE - HOUR) == ["approaching"]
    notifier.take(deadlines(clock(paused_at=format_time(DUE)), version=2), deadlines(clock(), version=3))
    assert _ring(notifier, DUE - HOUR) == []
    assert _ring(notifier, DUE) == ["reached"]


def test_what_rang_and_is_paused_after_all_stays_done(notifier: Notifier) -> None:
    notifier.take(deadlines(clock()))
    assert _ring(notifier, DUE) + _ring(notifier, DUE) == ["approaching", "reached"]
    notifier.take(deadlines(clock(paused_at=format_time(DUE)), version=2), deadlines(clock(), version=3))
    assert _ring(notifier, DUE) == []


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
            return ring_due(session, DUE, planner=notifier.office.planner, now=system_now())

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ring, range(8))) == 40
    assert len({row.data["deadline_id"] for row in notifier.published()}) == len(notifier.published()) == 40


def test_deadlines_are_listed_by_their_moment(notifier: Notifier) -> None:
    notifier.take(deadlines(*(clock(f"c{index}", due=DUE + index * HOUR) for index in range(5))))
    first = notifier.get("/deadlines?limit=3")
    assert [one["id"] for one in first.json["items"]] == ["d1/c0/1/1", "d1/c1/1/1", "d1/c2/1/1"]
    rest = notifier.get("/deadlines?" + first.headers["Link"].partition("?")[2].partition(">")[0])
    assert [one["id"] for one in rest.json["items"]] == ["d1/c3/1/1", "d1/c4/1/1"]
    assert "Link" not in rest.headers
    before = format_time(DUE + HOUR)
    assert len(notifier.get(f"/deadlines?state=open&due_before={before}").json["items"]) == 1
    assert notifier.get("/deadlines?cursor=x").status_code == 422
    assert notifier.get("/deadlines", role="channel-desk").status_code == 403
