"""Whatever the order in which intake's and triage's events come, and however often: the same notices, once."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from services.notifier.tables import Cause, Demand, Notice, Timer
from shared.clock import format_time
from shared.messaging.envelope import Event
from shared.messaging.tables import cursors, held
from tests.notifier.conftest import DUE, Notifier
from tests.notifier.told import assigned, clock, completed, event, number_of, received, supplement, triaged
from tests.shared.messaging.kit import open_parked, rows

ROWS = (clock("handling", kind="resolution"),)


def _interleavings(first: list[Any], second: list[Any]) -> Iterator[list[Any]]:
    if not first or not second:
        yield [*first, *second]
        return
    yield from ([first[0], *rest] for rest in _interleavings(first[1:], second))
    yield from ([second[0], *rest] for rest in _interleavings(first, second[1:]))


def _streams(demand_id: str) -> tuple[list[Event], list[Event]]:
    disputed = {
        "demand_id": demand_id, "number": number_of(demand_id), "cycle": 1, "satisfaction": "no", "opinion": "还是不行",
        "at": format_time(DUE),
    }  # fmt: skip
    rows = tuple(clock("handling", kind="resolution", demand_id=demand_id) for _ in range(1))
    intake = [received(demand_id, policy="A"), event("demand.disputed", disputed, source="intake", version=2)]
    return intake, [
        triaged(demand_id, policy="A", deadlines=rows),
        assigned(2, demand_id),
        supplement(3, demand_id, text="订单号？"),
        completed(4, demand_id),
    ]


def _dump(notifier: Notifier, demand_id: str) -> Any:
    demand = next(vars(row) for row in notifier.rows(Demand) if row.id == demand_id)
    known = {name: value for name, value in demand.items() if name not in ("id", "number", "_sa_instance_state")}
    notices = {
        (row.kind, row.cause, row.recipient, row.carrier, row.wording, str(row.facts))
        for row in notifier.rows(Notice)
        if row.demand_id == demand_id
    }
    return known, notices, [row.stage for row in notifier.rows(Timer) if row.demand_id == demand_id]


def test_any_order_gives_the_same(notifier: Notifier) -> None:
    orders = list(_interleavings([0, 1], [0, 1, 2, 3]))
    assert len(orders) == 15
    dumps = []
    for index, marks in enumerate(_interleavings(["i", "i"], ["t"] * 4)):
        intake, triage = _streams(f"d{index}")
        for mark in marks:
            notifier.take((intake if mark == "i" else triage).pop(0))
        dumps.append(_dump(notifier, f"d{index}"))
    assert all(dump == dumps[0] for dump in dumps)
    assert {row[0] for row in dumps[0][1]} == {"acknowledgement", "supplement", "feedback", "completion"}
    assert notifier.rows(Cause) == []


def test_copies_and_replays_send_nothing_twice(notifier: Notifier) -> None:
    intake, triage = _streams("d1")
    for one in (*triage, *intake):
        notifier.take(one, one)
    notifier.send()
    notifier.take(*intake, *triage)
    notifier.send()
    assert len(notifier.subjects()) == len(set(notifier.subjects())) == 3


def test_what_comes_before_its_demand_waits_and_is_then_told_in_order(notifier: Notifier) -> None:
    intake, triage = _streams("d1")
    notifier.take(*triage)
    notifier.ring(DUE)
    assert notifier.rows(Notice) == []
    assert len(notifier.published()) == 2, "timers do not wait"
    notifier.staff.people = [("zhao", "SUP", "lead")]
    notifier.take(*intake)
    notifier.send()
    kinds = [row.kind for row in sorted(notifier.rows(Notice), key=lambda row: row.id) if row.recipient == "customer"]
    assert kinds == ["acknowledgement", "supplement", "completion"]
    assert any("即将到期" in line for line in notifier.subjects())


@pytest.mark.parametrize("again", [1, 2])
def test_a_second_question_is_a_second_notice(notifier: Notifier, again: int) -> None:
    asked = [supplement(1 + index, text=f"问题{index}") for index in range(1, again + 1)]
    notifier.take(received(), triaged(), *asked)
    notifier.send()
    assert sum("请补充" in line for line in notifier.subjects()) == again


def test_a_file_tells_nobody_and_holds_nothing_up(notifier: Notifier) -> None:
    file = {"name": "截图.png", "label": None, "media_type": "image/png", "size": 3, "sha256": "0" * 64}
    about = {"demand_id": "d1", "number": number_of("d1"), "attachment_id": "f1", "reference": None}
    added = event(
        "attachment.added", about | file | {"at": format_time(DUE), "by": "channel:c"}, source="intake", version=2
    )
    notifier.take(received("d1", policy="A"), triaged("d1", policy="A", deadlines=()))
    before = len(notifier.rows(Notice))
    notifier.take(added)
    assert rows(notifier.database, held) == [] and open_parked(notifier.database) == []
    with notifier.database.read() as session:
        query = select(cursors.c.version).where(cursors.c.source == "intake", cursors.c.subject == "demand/d1")
        assert session.execute(query).scalar_one() == 2
    assert len(notifier.rows(Notice)) == before
