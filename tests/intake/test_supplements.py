"""What a customer adds later is judged with all that came before, kept, and told once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import Supplement
from services.intake.domain import vault as boxes
from services.intake.tables import Demand, VaultEntry
from tests.intake.conftest import MASTER, Intake, status

NAME, PHONE = "欧阳金丝雀", "13912345678"
VAGUE: dict[str, Any] = {"policy": "D", "customer": {"name": NAME, "contact": {"phone": PHONE}}}
TEXT = "想给华东仓库的订单模块加批量导出，方便对账"
ASKED = {"missing": ["description", "fields.source"], "vague": [], "text": "请补充", "at": "2024-10-08T07:00:00Z"}


@pytest.fixture
def demand(intake: Intake) -> Any:
    """A demand without description and source, about which the customer was asked."""
    created = intake.post(VAGUE).json
    assert created is not None and created["quality"]["missing"] == ["description", "fields.source"]
    intake.hears("supplement.requested", created["id"], status=status("waiting"), **ASKED)
    return created


def _add(intake: Intake, demand: Any, body: Any, **more: Any) -> Any:
    return intake.call(f"{demand['number']}/supplements", body, **more)


def _shown(intake: Intake, demand: Any) -> Any:
    return intake.get(f"/api/v1/demands/{demand['number']}").json


def test_what_came_is_judged_with_what_was_there(intake: Intake, demand: Any) -> None:
    first = _add(intake, demand, {"description": f"{TEXT}，请打{PHONE}"})
    assert first.status_code == 201 and first.json is not None
    assert first.json["quality"] == {"vague": [], "missing": ["fields.source"]}
    assert (first.json["seq"], first.json["version"], first.headers["ETag"]) == (1, 2, '"v2"')
    second = _add(intake, demand, {"fields": {"客户来源": "展会推荐"}})
    assert second.json is not None and second.json["quality"] == {"vague": [], "missing": []}
    assert (second.json["seq"], second.json["status"]) == (2, "in_progress")
    shown = _shown(intake, demand)
    assert (shown["quality"], shown["asked_for"], shown["status"]) == (
        {"vague": [], "missing": []}, None, "in_progress"
    )  # fmt: skip
    assert shown["description"].startswith(TEXT) and PHONE not in shown["description"]


def test_what_is_still_asked_for_is_shown(intake: Intake, demand: Any) -> None:
    intake.hears("supplement.requested", demand["id"], status=status("waiting"), **ASKED)
    _add(intake, demand, {"description": TEXT})
    assert _shown(intake, demand)["asked_for"] == {**ASKED, "missing": ["fields.source"]}


def test_the_event_tells_what_it_answers_in_the_demands_stream(intake: Intake, demand: Any) -> None:
    body = {
        "description": f"{NAME}：{TEXT}",
        "fields": {"source": "展会推荐", "年营收": "九千万"},
        "expected_by": "2024-10-15",
        "urgency": "高",
        "customer": {"company": "某科技公司", "kind": "company", "industry": "制造业"},
    }
    assert _add(intake, demand, body).status_code == 201
    (row,) = intake.told("demand.supplemented")
    assert (row.subject, row.version) == (f"demand/{demand['id']}", 2)
    assert row.data["given"] == [
        "customer.company", "customer.industry", "customer.kind", "description", "expected_by", "fields.revenue",
        "fields.source", "urgency",
    ]  # fmt: skip
    assert row.data["values"] == {"expected_by": "2024-10-15", "urgency": "high"}
    assert row.data["fields"] == {"source": "fair"}
    assert row.data["quality"] == {"vague": [], "missing": []}
    assert row.data["by"].startswith("channel:") and NAME not in str(row.data) and "九千万" not in str(row.data)
    changed = intake.told("customer.changed")[-1].data
    assert (changed["company_name"], changed["industry"], changed["kind"]) == ("某科技公司", "制造业", "company")


def test_the_words_are_sealed_with_the_customers_key(intake: Intake, demand: Any) -> None:
    _add(intake, demand, {"description": f"{TEXT}，请打{PHONE}", "fields": {"revenue": "九千万"}})
    with intake.database.read() as session:
        row = session.execute(select(Supplement)).scalar_one()
        customer = session.execute(select(Demand.customer_id)).scalar_one()
        wrapped = session.execute(select(VaultEntry.wrapped_key)).scalar_one()
        assert "九千万" not in str(row.details) and PHONE not in str(row.details)
        key = boxes.Vault(boxes.master_from_text(MASTER)).unwrap(wrapped, customer)
        words = boxes.unseal(key, row.original, f"supplement/{row.id}")
    assert PHONE in words["description"] and words["fields"] == {"revenue": "九千万"}


def test_a_vague_text_is_cleared_by_a_clear_one(intake: Intake) -> None:
    created = intake.post({"description": "系统有问题"}).json
    assert created is not None and created["quality"] == {"vague": ["description"], "missing": []}
    assert _add(intake, created, {"description": "还是有问题"}).json["quality"]["vague"] == ["description"]
    clear = _add(intake, created, {"description": "订单模块无法批量导出备注栏"}).json
    assert clear["quality"] == {"vague": [], "missing": []}


def test_what_could_not_be_read_is_missing_until_it_comes(intake: Intake) -> None:
    key = intake.add_channel("letters", "paper")
    created = intake.post({"description": TEXT, "expected_by": "明天"}, key=key).json
    assert created is not None and created["quality"]["missing"] == ["expected_by"]
    assert _add(intake, created, {"expected_by": "后天"}, credential=key).json["quality"]["missing"] == ["expected_by"]
    good = _add(intake, created, {"expected_by": "2024-10-15"}, credential=key)
    assert good.json["quality"]["missing"] == []


def test_a_contact_completes_the_customer(intake: Intake) -> None:
    created = intake.post({"description": TEXT, "customer": {"name": "王"}}).json
    _add(intake, created, {"customer": {"contact": {"phone": PHONE}}})
    again = intake.post({"description": TEXT, "customer": {"contact": {"phone": PHONE}}})
    assert again.status_code == 201
    assert [row.data["known_customer"] for row in intake.told("demand.received")] == [False, True]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"fields": {"source": "报纸"}}, "/fields/source"),
        ({"fields": {"备注": "x"}}, "/fields"),
        ({"expected_by": "明天"}, "/expected_by"),
        ({"customer": {"contact": {"phone": "12345"}}}, "/customer/contact/phone"),
        ({"policy": "C"}, "/policy"),
        ({"customer": {"number": "YQ1"}}, "/customer/number"),
        ({"type": "x"}, "/type"),
    ],
)
def test_what_does_not_fit_is_refused(intake: Intake, demand: Any, body: Any, pointer: str) -> None:
    answer = _add(intake, demand, body)
    assert answer.status_code == 422
    assert [row["pointer"] for row in answer.json["errors"]] == [pointer]
    assert _shown(intake, demand)["version"] == 1


def test_nothing_is_no_supplement(intake: Intake, demand: Any) -> None:
    assert _add(intake, demand, {}).json["code"] == "supplement-empty"
    assert _add(intake, demand, {"description": " "}).status_code == 422


def test_a_closed_demand_takes_none(intake: Intake, demand: Any) -> None:
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "no_answer"))
    answer = _add(intake, demand, {"description": TEXT})
    assert (answer.status_code, answer.json["code"]) == (409, "demand-closed")


def test_only_whose_demand_it_is_may_add(intake: Intake, demand: Any) -> None:
    other = intake.add_channel("other")
    assert _add(intake, demand, {"description": TEXT}, credential=other).status_code == 404
    assert _add(intake, {"number": "M0"}, {"description": TEXT}).status_code == 404
    assert _add(intake, demand, {"description": TEXT}, credential=intake.staff("auditor")).status_code == 403
    answer = _add(intake, demand, {"description": TEXT}, credential=intake.staff())
    assert answer.status_code == 201
    assert intake.told("demand.supplemented")[0].data["by"] == "staff:u-1"


def test_who_saw_an_older_version_may_say_so(intake: Intake, demand: Any) -> None:
    assert _add(intake, demand, {"description": TEXT}, If_Match='"v1"').status_code == 201
    assert _add(intake, demand, {"fields": {"source": "fair"}}, If_Match='"v1"').status_code == 412
    assert _add(intake, demand, {"fields": {"source": "fair"}}, If_Match='"v2"').status_code == 201


def test_the_same_key_adds_once(intake: Intake, demand: Any) -> None:
    body = {"description": TEXT}
    first = _add(intake, demand, body, Idempotency_Key="s1", If_Match='"v1"')
    again = _add(intake, demand, body, Idempotency_Key="s1", If_Match='"v1"')
    assert first.status_code == 201 and first.json == again.json
    assert _add(intake, demand, {"description": "别的"}, Idempotency_Key="s1").status_code == 422
    assert len(intake.told("demand.supplemented")) == 1


def test_eight_at_once_come_one_after_the_other(intake: Intake, demand: Any) -> None:
    def add(index: int) -> Any:
        return _add(intake, demand, {"description": f"第{index}条补充：批量导出缺备注栏"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(add, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json["seq"] for answer in answers) == list(range(1, 9))
    assert [row.version for row in intake.told("demand.supplemented")] == list(range(2, 10))
    shown = _shown(intake, demand)["description"]
    assert all(f"第{index}条" in shown for index in range(8))
