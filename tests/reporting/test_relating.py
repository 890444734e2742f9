"""What figures, records and packages make of merged, rejected and corrected demands."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.reporting.tables import Filed
from shared.clock import format_time
from tests.reporting.conftest import Reporting
from tests.reporting.stories import RECEIVED_AT, Life, joined, rejected, shanghai, story

DAYS = "from=2026-11-24&to=2026-11-24"


def _shown(reporting: Reporting, number: str) -> dict[str, Any]:
    answer = reporting.get(f"/demands/{number}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_a_demand_shows_what_was_put_right_and_what_it_belongs_to(reporting: Reporting) -> None:
    reporting.take(*joined("1").all())
    shown = _shown(reporting, "M1")
    assert shown["description"] == "想知道何时送到仓库\n已到仓库门口", "what came before the correction is in it"
    assert (shown["urgency"], shown["fields"]["product_model"]) == (None, "G4")
    assert shown["corrected"] == ["description", "fields.product_model", "urgency"]
    (relation,) = shown["relations"]
    assert (relation["number"], relation["relation"], relation["direction"]) == ("M99", "related", "to")


def test_a_later_answer_of_the_customer_counts_more_than_a_correction(reporting: Reporting) -> None:
    life = Life("C", "1").received().triaged("inquiry")
    at = format_time(RECEIVED_AT)
    corrected = {"fact": "fields.product_model", "before": None, "after": "G4", "reason": "听错了", "at": at}
    life.step("demand.corrected", **corrected)
    later = {"supplement_id": "x", "at": format_time(RECEIVED_AT + timedelta(hours=1)), "by": "customer"}
    nothing = {"description": None, "values": {}, "given": [], "quality": {"vague": [], "missing": []}}
    life.tell("intake", "demand.supplemented", fields={"product_model": "G5"}, **later, **nothing)
    reporting.take(*life.all())
    assert _shown(reporting, "M1")["fields"]["product_model"] == "G5"


@pytest.mark.parametrize(("kind", "counted"), [("spam", 1), ("wrong_person", 2), ("not_a_demand", 2)])
def test_spam_counts_in_no_figure(reporting: Reporting, kind: str, counted: int) -> None:
    reporting.take(*story("1").all(), *rejected(kind).all())
    overview = reporting.get(f"/analytics/overview?{DAYS}").json
    assert overview["total"] == counted
    body = {"policy": "C", "code": "review", "period": "2026-11"}
    report = reporting.post("/reports", body, role="lead").json
    figures = {one["code"]: one for one in report["content"]["figures"]}
    assert figures["count"]["rows"][0]["cells"][1] == counted
    assert _shown(reporting, "M4")["rejected_kind"] == kind, "it is still found"


def test_what_was_packed_as_merged_is_packed_again_when_it_ends(reporting: Reporting) -> None:
    life = Life("C", "1").received().triaged("inquiry")
    into, at = {"demand_id": "99", "number": "M99"}, shanghai("2026-11-25 10:00")
    life.step("demand.merged", "closed", "merged", into=into, reason=None, at=format_time(at))
    reporting.take(*life.all())
    assert _shown(reporting, "M1")["closed_at"] == format_time(at)
    with reporting.database.write() as session:
        session.add(Filed(demand_id="1", archive_id="a"))
    done = len(life.all())
    life.step("demand.unmerged", into=into, reason="不同订单", at=format_time(at))
    reporting.take(*life.all()[done:])
    shown = _shown(reporting, "M1")
    assert (shown["closed_at"], shown["status_category"], shown["relations"]) == (None, "in_progress", [])
    with reporting.database.read() as session:
        assert session.execute(select(Filed)).first() is None
