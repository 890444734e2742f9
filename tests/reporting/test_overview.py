"""Figures and rows as a manager asks for them."""

from typing import Any

import pytest

from shared.testing.counting import counted
from tests.reporting.conftest import Reporting, Streams, story


def _take(reporting: Reporting, *stories: dict[str, Any]) -> None:
    for one in stories:
        for events in one.values():
            reporting.take(*events)


def test_the_figures_of_a_day(reporting: Reporting) -> None:
    pending = story("2", customer="YQ2")
    pending["triage"] = pending["triage"][:1]
    pending["notifier"] = []
    name = {"zh": "客服部", "en": "Customer service"}
    told = {"code": "CSR", "delivery": "queue", "name": name}
    reporting.take(Streams().event("triage", "department.changed", "department/CSR", told))
    _take(reporting, story("1"), pending)
    assert reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24").json == {
        "total": 2,
        "by_status": [{"status": "in_progress", "count": 1}, {"status": "pending", "count": 1}],
        "by_type": [{"policy": "C", "type": "inquiry", "count": 2}],
        "by_priority": [{"policy": "C", "priority": "high", "count": 2}],
        "by_department": [
            {"department": "CSR", "count": 1, "name": {"zh": "客服部", "en": "Customer service"}},
            {"department": "SUP", "count": 1, "name": None},
        ],
        "breached": 1,
        "notices": {"sent": 1, "failed": 1},
    }


def test_a_day_is_the_companys(reporting: Reporting) -> None:
    _take(reporting, story("1"))
    assert reporting.get("/analytics/overview?from=2026-11-23&to=2026-11-23").json["total"] == 0
    assert reporting.get("/analytics/overview?from=2026-11-23&to=2026-11-24&policy=C").json["total"] == 1
    assert reporting.get("/analytics/overview?from=2026-11-23&to=2026-11-24&policy=A").json["total"] == 0


def test_what_triage_has_not_told_yet_is_unknown(reporting: Reporting) -> None:
    _take(reporting, {"intake": story("1")["intake"]})
    found = reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24").json
    assert found["total"] == 1
    assert found["by_status"] == [{"status": "untriaged", "count": 1}]
    assert found["by_department"] == [{"department": "untriaged", "count": 1, "name": None}]


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-01-01", "from=2026-01-02&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "from=x&to=y",
     "from=0001-01-01&to=0001-01-02", "from=9999-12-31&to=9999-12-31", "from=2026-01-01&to=2026-01-01&size=1"],
)  # fmt: skip
def test_a_query_that_does_not_fit_is_told(reporting: Reporting, query: str) -> None:
    answer = reporting.get(f"/analytics/overview?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_one_demand(reporting: Reporting) -> None:
    _take(reporting, story("1"))
    found = reporting.get("/demands/M1").json
    assert (found["lead"], found["status_category"], found["notices_sent"]) == ("CSR", "in_progress", 1)
    assert (found["customer_number"], found["customer_kind"]) == ("YQ1", "person")
    assert found["deadlines"][0]["met_at"] == found["accepted_at"]
    assert reporting.get("/demands/M2").status_code == 404


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("department", 403), ("staff", 403), ("auditor", 200)])
def test_who_may_see_figures(reporting: Reporting, role: str | None, status: int) -> None:
    assert reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24", role).status_code == status


def test_the_overview_costs_two_statements_however_many_demands(reporting: Reporting) -> None:
    _take(reporting, *(story(str(index), customer=f"YQ{index}") for index in range(5)))
    with counted() as cost:
        reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24")
    assert cost.statements <= 2


def test_an_event_costs_one_commit(reporting: Reporting) -> None:
    one = story("1")
    _take(reporting, {"intake": one["intake"][:1]})
    with counted() as cost:
        reporting.take(one["intake"][1])
    assert cost.commits == 1
    assert cost.statements <= 3
