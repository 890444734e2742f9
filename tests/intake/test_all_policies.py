"""The four released policies at the same time in one intake: no number twice, none out of order, every gap known."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.store import numbers
from services.intake.tables import Counter, Customer, Demand
from shared.clock import monotonic
from tests.intake.conftest import Intake
from tests.intake.policies import released

PATTERNS = {
    "A": r"XRQ\d{8}\d{3,}",
    "B": r"\d{6}-CSR-\d{3,}",
    "C": r"M\d{8}\d{3,}",
    "D": r"YQ\d{8}\d{3,}-\d+",
}
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账"
CLIENTS, EACH = 8, 10


@dataclass(frozen=True)
class Sent:
    """One demand as its client saw it: when it was sent and answered."""

    client: int
    policy: str
    began: float
    ended: float
    body: Any


@pytest.fixture
def four(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake under the released policies."""
    return make_intake(database_url, released())


def _body(policy: str, phone: str) -> dict[str, Any]:
    customer = {"name": "王小明", "company": "某科技公司", "contact": {"phone": phone}}
    return {"policy": policy, "description": TEXT, "customer": customer}


def _all_at_once(intake: Intake, phone_of: Callable[[int, int], str], policies: str = "ABCD") -> list[Sent]:
    ready = threading.Barrier(CLIENTS)

    def client(number: int) -> list[Sent]:
        sent = []
        ready.wait()
        for turn in range(EACH):
            policy = policies[(number + turn) % len(policies)]
            began = monotonic()
            answer = intake.post(_body(policy, phone_of(number, turn)))
            assert answer.status_code == 201, answer.json
            sent.append(Sent(number, policy, began, monotonic(), answer.json))
        return sent

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for found in pool.map(client, range(CLIENTS)) for one in found]


def _counted(intake: Intake) -> dict[str, tuple[str, int]]:
    """Number -> scope and sequence, as stored."""
    with intake.database.read() as session:
        rows = session.execute(select(Demand.number, Demand.number_scope, Demand.number_sequence)).all()
    return {number: (scope, sequence) for number, scope, sequence in rows}


def _check_numbers(intake: Intake, sent: list[Sent]) -> None:
    counted = _counted(intake)
    assert set(counted) == {one.body["number"] for one in sent} and len(counted) == len(sent)
    assert len(set(counted.values())) == len(counted)
    by_scope = defaultdict(list)
    for one in sent:
        scope, sequence = counted[one.body["number"]]
        by_scope[scope].append((one.began, one.ended, sequence))
    for rows in by_scope.values():
        for began, _, sequence in rows:
            assert all(sequence > earlier for _, ended, earlier in rows if ended < began)


def _check_gaps(intake: Intake) -> None:
    """What is listed as skipped is what lies between the numbers used and the counters, and nothing else."""
    with intake.database.read() as session:
        gaps = numbers.gaps(session)
        counters = dict(session.execute(select(Counter.scope, Counter.value)).tuples().all())
        used = defaultdict(set)
        for table in (Demand, Customer):
            for scope, sequence in session.execute(select(table.number_scope, table.number_sequence)).all():
                used[scope].add(sequence)
    for scope, last in counters.items():
        skipped = {one for first, end in gaps.get(scope, []) for one in range(first, end + 1)}
        assert skipped.isdisjoint(used[scope]) and skipped | used[scope] == set(range(1, last + 1)), scope


def test_eight_clients_under_four_policies_take_no_number_twice(four: Intake) -> None:
    sent = _all_at_once(four, lambda client, turn: f"138{client:04d}{turn:04d}")
    for policy, pattern in PATTERNS.items():
        numbered = [one.body["number"] for one in sent if one.policy == policy]
        assert len(numbered) == CLIENTS * EACH // 4
        assert all(_matches(pattern, number) for number in numbered), numbered
    assert {one.policy: one.body["policy"]["code"] for one in sent} == dict(zip("ABCD", "ABCD", strict=True))
    _check_numbers(four, sent)
    _check_gaps(four)


def test_one_customer_who_reports_eight_times_at_once_counts_on(four: Intake) -> None:
    assert four.post(_body("D", "13800138000")).status_code == 201
    sent = _all_at_once(four, lambda *_: "13800138000", "D")
    counted = _counted(four)
    (scope,) = {scope for scope, _ in counted.values()}
    assert sorted(sequence for _, sequence in counted.values()) == list(range(1, CLIENTS * EACH + 2))
    customer = scope.removeprefix("demand/D/")
    assert {one.body["number"] for one in sent} == {f"{customer}-{n}" for n in range(2, CLIENTS * EACH + 2)}
    with four.database.read() as session:
        assert numbers.gaps(session) == {}


def test_a_new_customer_who_reports_under_all_policies_at_once_is_one_customer(four: Intake) -> None:
    sent = _all_at_once(four, lambda *_: "13800138000")
    with four.database.read() as session:
        assert len(session.execute(select(Customer.id)).all()) == 1
    _check_numbers(four, sent)
    _check_gaps(four)


def test_what_was_refused_or_repeated_is_listed_as_a_gap(four: Intake) -> None:
    body = _body("C", "13800138000")
    first = four.post(body, Idempotency_Key="k").json
    assert four.post(body, Idempotency_Key="k").json == first
    third = four.post(body).json
    assert first is not None and third is not None
    scope = _counted(four)[third["number"]][0]
    with four.database.read() as session:
        assert numbers.gaps(session) == {scope: [[2, 2]]}
    assert (first["number"][-3:], third["number"][-3:]) == ("001", "003")


def _matches(pattern: str, number: str) -> bool:
    return re.fullmatch(pattern, number) is not None
