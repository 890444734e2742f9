"""The work list, who sees what, and the public keys."""

from typing import Any
from urllib.parse import urlencode

import pytest
from alembic import command

from services.triage import wiring
from shared import migrate
from shared.clock import format_time
from shared.http.app import endpoints_without_role
from tests.triage.conftest import COMPLAINT, INQUIRY, RECEIVED_AT, SUGGESTION, Triage, local, received


def _numbers(triage: Triage, query: str = "", credential: str | None = None) -> list[str]:
    answer = triage.call("GET", f"/demands{query}", credential)
    assert answer.status_code == 200 and answer.json is not None, answer.json
    return [row["number"] for row in answer.json["items"]]


def test_pages_follow_the_link(triage: Triage) -> None:
    numbers = sorted(triage.demand(number=f"M20240506{index:03d}") for index in range(5))
    seen: list[str] = []
    path: str | None = "/demands?limit=2"
    pages = 0
    while path is not None:
        answer = triage.call("GET", path)
        assert answer.json is not None
        seen += [row["number"] for row in answer.json["items"]]
        link = answer.headers.get("Link")
        path = None if link is None else link.partition("<")[2].partition(">")[0].removeprefix("/triage/api/v1")
        pages += 1
    assert (seen, pages) == (numbers, 3)


def test_the_list_is_narrowed(triage: Triage) -> None:
    inquiry, complaint, _ = triage.demand(INQUIRY), triage.demand(COMPLAINT), triage.demand(SUGGESTION)
    triage.call("POST", f"/demands/{inquiry}/accept")
    assert _numbers(triage, "?department=SUP") == [inquiry]
    assert _numbers(triage, "?status=in_progress") == [inquiry]
    assert _numbers(triage, "?priority=high&status=pending") == [complaint]
    assert _numbers(triage, "?department=TEC") == []


def test_the_list_is_narrowed_to_what_is_overdue(triage: Triage) -> None:
    triage.at("2024-10-09 10:00")
    triage.demand(received_at=format_time(local("2024-10-09 09:30")))
    late = triage.demand(received_at=format_time(local("2024-10-07 09:30")))
    listed = triage.call("GET", "/demands?overdue=true").json
    assert listed is not None and [one["number"] for one in listed["items"]] == [late]
    triage.call("POST", f"/demands/{late}/accept")
    assert triage.call("GET", "/demands?overdue=true").json == {"items": []}


def test_what_nobody_could_decide_is_a_list_of_its_own(triage: Triage) -> None:
    triage.demand(INQUIRY)
    strange = triage.demand("天气不错")
    assert _numbers(triage, "?undecided=true") == [strange]
    triage.act(strange, "classify", type="inquiry")
    assert _numbers(triage, "?undecided=true") == []


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("物流", ["M20241008001"]),
        ("物流更新", ["M20241008001"]),
        ("物流 送达", ["M20241008001"]),
        ("物流 发票", []),
        ("ROUTER", ["M20241008002"]),
        ("router 重启", ["M20241008002"]),
        ("M20241008001", ["M20241008001"]),
        ("m20241008001", ["M20241008001"]),
        ("M20241008", ["M20241008001", "M20241008002"]),
        ("202410-SUP-001", ["202410-SUP-001"]),
        ("202410-SUP", ["202410-SUP-001"]),
        ("YQ20240506007", ["M20241008002"]),
        ("长风贸易", ["M20241008002"]),
        ("没有这个词", []),
        ('"*|&', []),
    ],
)
def test_demands_are_found_by_their_words_and_numbers(triage: Triage, q: str, found: list[str]) -> None:
    triage.demand(number="M20241008001")
    company = {**received().data["customer"], "number": "YQ20240506007", "company_name": "长风贸易有限公司"}
    triage.demand("想知道如何重启", number="M20241008002", subject="The Router is down", customer=company)
    triage.demand(SUGGESTION, number="202410-SUP-001")
    assert _numbers(triage, f"?{urlencode({'q': q})}") == found


def test_pages_of_what_was_found_follow_the_link(triage: Triage) -> None:
    numbers = sorted(triage.demand(number=f"M20240506{index:03d}") for index in range(3))
    triage.demand(SUGGESTION)
    first = triage.call("GET", f"/demands?{urlencode({'q': '物流', 'limit': 2})}")
    assert first.json is not None and [row["number"] for row in first.json["items"]] == numbers[:2]
    link = first.headers["Link"].partition("<")[2].partition(">")[0].removeprefix("/triage/api/v1/demands")
    assert _numbers(triage, link) == numbers[2:]


def test_a_department_finds_its_own_demands_only(triage: Triage) -> None:
    mine, other = triage.demand(INQUIRY), triage.demand(COMPLAINT)
    key = triage.department("SUP")
    assert _numbers(triage, f"?{urlencode({'q': '没'})}") == sorted([mine, other])
    assert _numbers(triage, f"?{urlencode({'q': '没'})}", key) == [mine]
    assert _numbers(triage, f"?q={other}", key) == []


def test_what_the_customer_adds_is_found_too(triage: Triage) -> None:
    number = triage.demand()
    assert _numbers(triage, f"?{urlencode({'q': '顺丰'})}") == []
    triage.hear(
        number, "demand.supplemented", supplement_id="s-1", at=format_time(RECEIVED_AT), by="customer",
        description="承运的是顺丰", fields={}, values={}, given=[], quality={"vague": [], "missing": []},
    )  # fmt: skip
    assert _numbers(triage, f"?{urlencode({'q': '顺丰'})}") == [number]
    assert _numbers(triage, f"?{urlencode({'q': '物流 顺丰'})}") == [number]


def test_demands_of_before_the_search_are_found_after_the_upgrade(triage: Triage) -> None:
    number = triage.demand()
    with triage.database.engine.connect() as connection:
        config = migrate._config("triage")
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    assert migrate.current(triage.database) == "0003"
    wiring.upgrade(triage.environ)
    assert _numbers(triage, f"?{urlencode({'q': '物流'})}") == [number]


def test_the_timeline_tells_what_happened_in_order(triage: Triage) -> None:
    number = triage.demand()
    triage.call("POST", f"/demands/{number}/accept")
    shown = triage.call("GET", f"/demands/{number}").json
    assert shown is not None
    told = [(one["version"], one["event"]) for one in shown["timeline"]]
    assert told == [(1, "demand.triaged"), (2, "demand.accepted"), (3, "deadlines.changed")]
    assert shown["timeline"][1]["data"]["by"] == "staff:u-1"
    assert "number" not in shown["timeline"][0]["data"]


def test_a_department_sees_its_own_demands_only(triage: Triage) -> None:
    mine, other = triage.demand(INQUIRY), triage.demand(COMPLAINT)
    key = triage.department("SUP")
    assert _numbers(triage, "", key) == [mine]
    assert _numbers(triage, "?department=CSR", key) == []
    assert triage.call("GET", f"/demands/{mine}", key).status_code == 200
    assert triage.call("GET", f"/demands/{other}", key).status_code == 404
    assert triage.call("GET", "/demands", triage.token("operator")).status_code == 403


@pytest.mark.parametrize(
    "query", ["?status=open", "?limit=0", "?cursor=!", "?owner=me", "?priority=", "?q=", "?q=" + "x" * 101]
)
def test_unfit_queries_are_refused(triage: Triage, query: str) -> None:
    assert triage.call("GET", f"/demands{query}").status_code == 422


def test_one_demand_with_its_etag(triage: Triage) -> None:
    number = triage.demand()
    answer = triage.call("GET", f"/demands/{number}")
    shown: Any = answer.json
    assert answer.headers["ETag"] == '"v1"'
    assert [one["kind"] for one in shown["deadlines"]] == ["acceptance", "first_response", "resolution"]
    assert [step["what"] for step in shown["deadlines"][0]["steps"]][-1] == "due"
    assert shown["reasons"]["type"] == ["word:想知道", "word:为什么", "word:何时"]
    assert shown["customer"]["masked_name"] == "王*"
    assert triage.call("GET", "/demands/M0").status_code == 404


def test_credentials(triage: Triage) -> None:
    old = triage.department("SUP")
    triage.department("SUP")
    assert triage.call("GET", "/demands", old).status_code == 401
    assert triage.app.test_client().get("/api/v1/demands").status_code == 401


def test_the_keys_are_public(triage: Triage) -> None:
    answer = triage.app.test_client().get("/triage/.well-known/jwks.json")
    assert answer.status_code == 200 and answer.json is not None
    assert [(key["iss"], "d" in key) for key in answer.json["keys"]] == [("triage", False)]


def test_every_operation_has_a_role(triage: Triage) -> None:
    assert endpoints_without_role(triage.app, "triage") == []
