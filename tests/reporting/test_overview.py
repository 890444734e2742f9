"""Figures and rows as a manager asks for them."""

from datetime import timedelta

import pytest

from shared.clock import format_time
from shared.messaging.facts import backlog
from shared.testing.counting import counted
from tests.reporting.conftest import Reporting
from tests.reporting.stories import RECEIVED_AT, Life, houses, shanghai, story


def _take(reporting: Reporting, *lives: Life) -> None:
    for life in lives:
        reporting.take(*life.all())


def _pending() -> Life:
    return Life("C", "2", customer="YQ2").received(urgency="high").triaged("inquiry", priority="high")


def test_the_figures_of_a_day(reporting: Reporting) -> None:
    reporting.take(*houses())
    _take(reporting, story("1"), _pending())
    assert reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24").json == {
        "total": 2,
        "by_status": [{"status": "closed", "count": 1}, {"status": "pending", "count": 1}],
        "by_type": [
            {"policy": "C", "type": "complaint", "count": 1},
            {"policy": "C", "type": "inquiry", "count": 1},
        ],
        "by_priority": [
            {"policy": "C", "priority": "high", "count": 1},
            {"policy": "C", "priority": "mid", "count": 1},
        ],
        "by_department": [
            {"department": "CSR", "count": 1, "name": {"zh": "客服部", "en": "Customer service"}},
            {"department": "SUP", "count": 1, "name": None},
        ],
        "by_source": [{"policy": "C", "channel": "web", "kind": "web", "count": 2}],
        "on_time": [{"policy": "C", "kind": "first_response", "on_time": 0, "late": 1, "rate": 0.0}],
        "satisfaction": [
            {
                "policy": "C",
                "completed": 1,
                "answered": 1,
                "response_rate": 1.0,
                "levels": [{"satisfaction": "satisfied", "count": 1}],
            }
        ],
        "handling": [{"policy": "C", "count": 1, "average_minutes": 1080.0}],
        "breached": 1,
        "notices": {"sent": 1, "failed": 1},
    }


def test_handling_time_is_working_time(reporting: Reporting) -> None:
    """From Friday 17:00 to Monday 10:00 people work two hours, whichever source speaks first."""
    life = Life("A", at=shanghai("2026-11-27 17:00")).received().triaged("inquiry")
    life.completed(shanghai("2026-11-30 10:00"))
    reporting.take(*life.events["triage"], *life.events["intake"])
    found = reporting.get("/analytics/overview?from=2026-11-27&to=2026-11-27").json
    assert found["handling"] == [{"policy": "A", "count": 1, "average_minutes": 120.0}]


def test_scales_of_two_policies_are_never_mixed_and_silence_is_told(reporting: Reporting) -> None:
    done = RECEIVED_AT + timedelta(hours=2)
    rated = Life("D", customer="YQ2").received().triaged("other").completed(done).confirmed(done, "4")
    silent = Life("D", customer="YQ3").received().triaged("other").completed(done)
    yes = Life("A", customer="YQ4").received().triaged("inquiry").completed(done).confirmed(done, "satisfied")
    _take(reporting, rated, silent, yes)
    found = reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24").json["satisfaction"]
    assert [(row["policy"], row["response_rate"], row["levels"]) for row in found] == [
        ("A", 1.0, [{"satisfaction": "satisfied", "count": 1}]),
        ("D", 0.5, [{"satisfaction": "4", "count": 1}]),
    ]


def test_a_day_is_the_companys(reporting: Reporting) -> None:
    _take(reporting, story("1"))
    assert reporting.get("/analytics/overview?from=2026-11-23&to=2026-11-23").json["total"] == 0
    assert reporting.get("/analytics/overview?from=2026-11-23&to=2026-11-24&policy=C").json["total"] == 1
    assert reporting.get("/analytics/overview?from=2026-11-23&to=2026-11-24&policy=A").json["total"] == 0


def test_what_triage_has_not_told_yet_is_unknown(reporting: Reporting) -> None:
    reporting.take(*story("1").events["intake"][:1])
    found = reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24").json
    assert found["total"] == 1
    assert found["by_status"] == [{"status": "untriaged", "count": 1}]
    assert found["by_department"] == [{"department": "untriaged", "count": 1, "name": None}]


def test_a_demand_that_nobody_could_sort_has_no_type(reporting: Reporting) -> None:
    _take(reporting, Life("C", "1").received().triaged(None))
    assert reporting.get("/demands/M1").json["type_code"] is None


@pytest.mark.parametrize(
    "query",
    ["", "from=2026-01-01", "from=2026-01-02&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "from=x&to=y",
     "from=0001-01-01&to=0001-01-02", "from=9999-12-31&to=9999-12-31", "from=2026-01-01&to=2026-01-01&size=1"],
)  # fmt: skip
def test_a_query_that_does_not_fit_is_told(reporting: Reporting, query: str) -> None:
    answer = reporting.get(f"/analytics/overview?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_one_demand_with_all_that_happened_to_it(reporting: Reporting) -> None:
    _take(reporting, story("1"))
    found = reporting.get("/demands/M1").json
    assert (found["lead"], found["joining"], found["status_category"]) == ("CSR", ["SUP"], "closed")
    assert (found["customer_number"], found["customer_kind"], found["notices_sent"]) == ("YQ1", "person", 1)
    assert found["description"] == "想知道何时送达\n单号见附"
    assert (found["fields"], found["quality"]) == ({"product_model": "G3"}, {"vague": [], "missing": []})
    assert (found["handler_name"], found["cycle"], found["satisfaction"]) == ("赵*", 2, "satisfied")
    assert (found["result"]["conclusion"], found["measure"]) == ("已重新处理", "提前告知")
    assert found["expected_finish"] == found["delays"][0]["expected_finish"]
    assert [(one["text"], one["task"], one["percent"]) for one in found["progress"]] == [
        ("联调中", "T1", 40),
        ("已联系承运商", None, None),
    ]
    assert [(one["id"], one["state"], one["percent"], one["depends_on"]) for one in found["tasks"]] == [
        ("T1", "in_progress", 40, []),
        ("T2", "open", 0, ["T1"]),
    ]
    assert [(one["department"], one["verdict"]) for one in found["evaluations"]] == [("CSR", "partly")]
    first, second = found["blocks"]
    assert (first["reason"], first["task"], first["end_note"]) == ("technical", "T1", "已换线")
    assert second["ended_at"] == "2026-11-25T16:30:00Z", "what is completed is blocked no longer"
    assert [one["text"] for one in found["promises"]] == ["上线通知"]
    assert [(one["cycle"], one["satisfied"], one["signed"]) for one in found["opinions"]] == [
        (1, False, False),
        (2, True, True),
    ]
    assert [one["outcome"] for one in found["notices"]] == ["sent"]
    assert reporting.get("/demands/M2").status_code == 404


def test_a_set_of_deadlines_replaces_but_what_was_met_or_missed_stays(reporting: Reporting) -> None:
    life = Life("C", "1").received()
    later = format_time(RECEIVED_AT + timedelta(hours=1))
    first, second = life.clock("first_response"), life.clock("resolution")
    life.triaged("inquiry", deadlines=[first, second])
    life.tell("triage", "deadlines.changed", deadlines=[{**first, "met_at": later}, second])
    third = {**second, "id": "1/resolution/1/2", "occurrence": 2, "paused_at": later}
    life.tell("triage", "deadlines.changed", deadlines=[third])
    _take(reporting, life)
    found = {one["id"]: one for one in reporting.get("/demands/M1").json["deadlines"]}
    assert set(found) == {first["id"], third["id"]}
    assert (found[first["id"]]["met_at"], found[third["id"]]["paused_at"]) == (later, later)


def test_a_demand_of_a_policy_that_has_not_arrived_waits(reporting: Reporting) -> None:
    life = Life("C", "1").received(policy={"code": "C", "version": "9", "sha256": "0" * 64})
    reporting.take(*life.events["intake"])
    assert reporting.get("/demands/M1").status_code == 404
    with reporting.database.read() as session:
        assert backlog(session) == (1, 0)


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("department", 403), ("staff", 403), ("auditor", 200)])
def test_who_may_see_figures(reporting: Reporting, role: str | None, status: int) -> None:
    assert reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24", role).status_code == status


@pytest.mark.parametrize(("department", "status"), [("CSR", 200), ("SUP", 200), ("TEC", 404)])
def test_whoever_has_a_department_sees_its_demands_only(reporting: Reporting, department: str, status: int) -> None:
    _take(reporting, story("1"))
    assert reporting.get("/demands/M1", "staff", department).status_code == status


def test_the_overview_costs_six_statements_however_many_demands(reporting: Reporting) -> None:
    _take(reporting, *(story(str(index), customer=f"YQ{index}") for index in range(5)))
    with counted() as cost:
        reporting.get("/analytics/overview?from=2026-11-24&to=2026-11-24")
    assert cost.statements <= 6


def test_an_event_costs_one_commit(reporting: Reporting) -> None:
    one = story("1")
    reporting.take(*one.events["customer"])
    with counted() as cost:
        reporting.take(one.events["intake"][0])
    assert cost.commits == 1
    assert cost.statements <= 3
