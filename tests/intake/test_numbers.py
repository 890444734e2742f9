"""Numbers are unique, and a new customer is made once, however many threads report at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from services.intake.domain.numbering import Place, render, scope
from services.intake.tables import Customer
from shared.policies.loader import installed
from shared.policies.parts import Numbering
from tests.intake.conftest import Intake
from tests.intake.test_accept import BODY

LATE = datetime(2024, 4, 30, 17, 0, tzinfo=UTC)  # the first of May in Shanghai


def test_the_date_is_the_companys_and_the_sequence_grows_past_its_width() -> None:
    numbering = Numbering("YQ{yyyy}{mm}{dd}{seq}", "{yyyy}{mm}{dd}")
    place = Place(LATE, "Asia/Shanghai")
    assert render(numbering, place, 1) == "YQ20240501001"
    assert render(numbering, place, 1000) == "YQ202405011000"


def test_policy_c_numbers_demands_and_customers_by_day() -> None:
    policy, place = installed().effective("C", LATE), Place(LATE, "Asia/Shanghai")
    assert render(policy.numbering, place, 7) == "M20240501007"
    assert render(policy.customer_numbering, place, 7) == "YQ20240501007"
    tomorrow = Place(LATE + timedelta(days=1), "Asia/Shanghai")
    assert scope("demand", "C", policy.numbering, place) != scope("demand", "C", policy.numbering, tomorrow)


def test_a_number_may_hold_department_or_customer() -> None:
    place = Place(LATE, "Asia/Shanghai", "CSR", "YQ20240501001")
    assert render(Numbering("{yyyy}{mm}-{department}-{seq}", "{yyyy}{mm}-{department}"), place, 7) == "202405-CSR-007"
    assert render(Numbering("{customer}-{seq}", "{customer}", 1), place, 2) == "YQ20240501001-2"


def test_policies_count_demands_apart_and_customers_together() -> None:
    numbering, place = Numbering("{seq}", "{yyyy}"), Place(LATE, "Asia/Shanghai")
    assert scope("demand", "A", numbering, place) != scope("demand", "B", numbering, place)
    assert scope("customer", "A", numbering, place) == scope("customer", "B", numbering, place)


def test_eight_threads_take_no_number_twice(intake: Intake) -> None:
    def send(index: int) -> Any:
        contact = {"phone": f"1380013{index:04d}"}
        return intake.post({**BODY, "customer": {"name": "王", "contact": contact}}).json

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(40)))
    assert len({answer["number"] for answer in answers}) == 40


def test_a_new_customer_who_reports_at_once_is_one_customer(intake: Intake) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: intake.post(BODY), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    with intake.database.read() as session:
        assert session.execute(select(func.count()).select_from(Customer)).scalar_one() == 1
