"""The log of communications: kept with their own time and words, corrected by new versions, told, and kept secret."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from services.intake.child_tables import Communication, ContactRead
from services.intake.tables import VaultEntry
from shared.clock import format_time, system_now
from shared.testing.counting import counted
from tests.intake.conftest import Intake, status

NAME, PHONE, FRIEND = "欧阳金丝雀", "13912345678", "诸葛清风"
BODY: dict[str, Any] = {
    "customer": {"name": NAME, "contact": {"phone": PHONE}},
    "description": "订单20231008001显示已发货，三天没有物流更新，想知道何时送达",
}
TALK: dict[str, Any] = {
    "occurred_at": "2024-10-09T09:15:42+08:00",
    "channel": "phone",
    "direction": "inbound",
    "words": f"我是{NAME}，{FRIEND}说昨天还没发货，请打{PHONE}",
    "answered": False,
    "summary": "仓库昨天没有发货，客户要求回电",
    "mood": "焦急",
    "subject": "物流",
    "order_number": "20231008001",
    "product": "KX-200",
    "people": [FRIEND, "仓库李经理"],
    "events": [f"10月8日{FRIEND}未发货"],
    "service_opinion": "上次答复很快",
    "wishes": "24小时内回复",
    "earlier_number": "M20231002004",
    "attachments": [{"reference": "oa/2024/1009-07.png", "label": "错误截图"}],
}
CLEAR = {name: TALK[name] for name in ("occurred_at", "channel", "direction", "words", "answered")}


@pytest.fixture
def demand(intake: Intake) -> Any:
    """A demand of somebody who is known by name and phone."""
    created = intake.post(BODY)
    assert created.status_code == 201
    return created.json


def add(
    intake: Intake, demand: Any, body: Any = TALK, *, role: str | None = "staff", query: str = "", **more: Any
) -> Any:
    credential = intake.staff(role) if role else None
    return intake.call(f"{demand['number']}/communications{query}", body, credential=credential, **more)


def change(intake: Intake, demand: Any, one: Any, body: Any, *, role: str = "staff", **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    path = f"/intake/api/v1/demands/{demand['number']}/communications/{one['id']}"
    return intake.client().put(path, json=body, headers={"Authorization": f"Bearer {intake.staff(role)}", **given})


def see(intake: Intake, demand: Any, path: str = "", role: str = "staff") -> Any:
    return intake.get(f"/api/v1/demands/{demand['number']}/communications{path}", intake.staff(role))


def test_a_late_registered_call_keeps_its_own_time_to_the_minute(intake: Intake, demand: Any) -> None:
    answer = add(intake, demand)
    assert answer.status_code == 201
    assert (answer.json["occurred_at"], answer.json["version"]) == ("2024-10-09T01:15:00Z", 1)
    assert answer.json["registered_at"] > "2025" and answer.headers["ETag"] == '"v1"'
    (listed,) = see(intake, demand).json["items"]
    assert listed == {name: value for name, value in answer.json.items() if name != "quality"}


def test_what_was_said_is_shown_redacted_and_told_so(intake: Intake, demand: Any) -> None:
    shown = add(intake, demand).json
    (row,) = intake.told("demand.communicated")
    for text in (str(shown), str(row.data)):
        assert NAME not in text and PHONE not in text and FRIEND not in text and "李经理" not in text
    assert (row.subject, row.version) == (f"demand/{demand['id']}", 2)
    told = row.data
    assert told["communication_id"] == shown["id"] and told["by"] == "staff:u-1"
    assert (told["people"], told["mood"], told["channel"]) == (["诸*", "仓*"], "anxious", "phone")
    assert (told["order_number"], told["product"], told["earlier_number"]) == ("20231008001", "KX-200", "M20231002004")
    assert (told["service_opinion"], told["wishes"]) == ("上次答复很快", "24小时内回复")
    assert told["attachments"] == [{"reference": "oa/2024/1009-07.png", "label": "错误截图"}]
    assert told["events"][0].startswith("10月8日") and told["answered"] is False


def test_the_own_words_are_for_some_and_every_reading_is_on_the_record(
    intake: Intake, demand: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    one = add(intake, demand).json
    assert see(intake, demand, "?original=true").status_code == 403
    (listed,) = see(intake, demand, "?original=true", "lead").json["items"]
    assert listed["original"]["words"] == TALK["words"] and listed["original"]["people"] == TALK["people"]
    assert see(intake, demand, f"/{one['id']}?original=true", "auditor").json["original"]["events"] == TALK["events"]
    with intake.database.read() as session:
        reads = session.execute(select(ContactRead.purpose, ContactRead.reader)).all()
    assert [tuple(row) for row in reads] == [("communications", "staff:u-1")] * 2
    said = capsys.readouterr().out
    assert said.count("communications_opened") == 2 and "communication_recorded" in said
    assert NAME not in said and FRIEND not in said and PHONE not in said


def test_nothing_said_lies_in_the_database_in_the_clear(intake: Intake, demand: Any) -> None:
    add(intake, demand)
    with intake.database.read() as session:
        row = session.execute(select(Communication)).scalar_one()
        details, original = str(row.details), row.original
    for secret in (NAME, PHONE, FRIEND):
        assert secret not in details and secret.encode() not in original


def test_with_the_customers_key_the_words_are_gone(intake: Intake, demand: Any) -> None:
    add(intake, demand)
    with intake.database.write() as session:
        session.execute(delete(VaultEntry))
    (listed,) = see(intake, demand, "?original=true", "lead").json["items"]
    assert listed["original"] is None and listed["people"] == ["诸*", "仓*"]
    assert add(intake, demand, {**CLEAR, "words": "仓库昨天没有发货"}).status_code == 201


def test_a_correction_is_a_new_version_and_the_former_stays_readable(intake: Intake, demand: Any) -> None:
    one = add(intake, demand).json
    body = {**TALK, "words": "仓库前天就没有发货", "answered": True, "direction": "outbound"}
    assert change(intake, demand, one, body).status_code == 428
    assert change(intake, demand, one, body, If_Match='"v2"').status_code == 412
    done = change(intake, demand, one, body, If_Match='"v1"')
    assert (done.status_code, done.json["version"], done.headers["ETag"]) == (200, 2, '"v2"')
    (stands,) = see(intake, demand).json["items"]
    assert (stands["version"], stands["words"]) == (2, "仓库前天就没有发货")
    assert see(intake, demand, f"/{one['id']}").headers["ETag"] == '"v2"'
    versions = see(intake, demand, f"/{one['id']}/versions").json["items"]
    assert [(row["version"], row["answered"]) for row in versions] == [(1, False), (2, True)]
    first = see(intake, demand, f"/{one['id']}/versions?original=true", "manager").json["items"][0]
    assert first["original"]["words"] == TALK["words"]
    told = intake.told("demand.communicated")
    assert [(row.version, row.data["version"], row.data["communication_id"]) for row in told] == [
        (2, 1, one["id"]), (3, 2, one["id"])
    ]  # fmt: skip


def test_the_versions_of_one_are_paged(intake: Intake, demand: Any) -> None:
    one = add(intake, demand).json
    for version in (1, 2):
        change(intake, demand, one, {**CLEAR, "words": f"仓库{version}号没有发货"}, If_Match=f'"v{version}"')
    first = see(intake, demand, f"/{one['id']}/versions?limit=2")
    rest = see(intake, demand, f"/{one['id']}/versions?" + first.headers["Link"].partition("?")[2].partition(">")[0])
    assert [row["version"] for row in first.json["items"] + rest.json["items"]] == [1, 2, 3]
    assert "Link" not in rest.headers


def test_the_log_is_in_the_order_in_which_people_spoke(intake: Intake, demand: Any) -> None:
    for hour in (12, 9, 15, 9, 10):
        add(intake, demand, {**CLEAR, "occurred_at": f"2024-10-09T{hour:02}:00:00+08:00"})
    first = see(intake, demand, "?limit=3")
    rest = see(intake, demand, "?limit=3&" + first.headers["Link"].partition("?")[2].partition(">")[0])
    times = [row["occurred_at"][11:13] for row in first.json["items"] + rest.json["items"]]
    assert times == ["01", "01", "02", "04", "07"]
    assert see(intake, demand, "?cursor=x").status_code == 422


@pytest.mark.parametrize(
    ("change_", "pointer", "code"),
    [
        ({"words": "有问题"}, "/words", "vague"),
        ({"channel": "飞鸽"}, "/channel", "unknown-code"),
        ({"mood": "忧郁"}, "/mood", "unknown-code"),
        ({"direction": "up"}, "/direction", None),
        ({"words": " "}, "/words", "required"),
        ({"occurred_at": "2024-10-09T09:15:00"}, "/occurred_at", None),
        ({"occurred_at": "0024-10-09T09:15:00Z"}, "/occurred_at", "range"),
        ({"earlier_number": "a b"}, "/earlier_number", "number"),
        ({"people": ["x"] * 21}, "/people", None),
        ({"attachments": [{"label": "截图"}]}, "/attachments/0/reference", None),
        ({"attachments": [{"reference": "x", "content_base64": "eA=="}]}, "/attachments/0/content_base64", None),
        ({"answered": "ja"}, "/answered", None),
        ({"surprise": 1}, "/surprise", None),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    intake: Intake, demand: Any, change_: dict[str, Any], pointer: str, code: str | None
) -> None:
    answer = add(intake, demand, {**CLEAR, **change_})
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert [row["pointer"] for row in answer.json["errors"]] == [pointer]
    assert code is None or answer.json["errors"][0]["code"] == code
    assert see(intake, demand).json["items"] == [] and intake.told("demand.communicated") == []


def test_what_is_to_come_is_no_record(intake: Intake, demand: Any) -> None:
    soon = format_time(system_now() + timedelta(hours=1))
    assert add(intake, demand, {**CLEAR, "occurred_at": soon}).json["errors"][0]["code"] == "future"


def test_vague_words_stand_where_the_summary_is_clear_or_a_channel_brings_them(intake: Intake, demand: Any) -> None:
    vague = {**CLEAR, "words": "系统有问题"}
    both = add(intake, demand, {**vague, "summary": "还是有问题"})
    assert [row["pointer"] for row in both.json["errors"]] == ["/words", "/summary"]
    assert add(intake, demand, {**vague, "summary": "订单模块无法批量导出备注栏"}).json["quality"]["vague"] == []
    assert add(intake, demand, vague, query="?strict=false").json["quality"] == {"vague": ["words"], "missing": []}
    assert add(intake, demand, vague, role=None).json["quality"]["vague"] == ["words"]
    assert add(intake, demand, vague, role=None, query="?strict=true").status_code == 422


@pytest.mark.parametrize(
    ("word", "code"),
    [("热线", "hotline"), ("phone", "hotline"), ("ＰＨＯＮＥ", "hotline"), ("visit", "visit"), ("other", "other")],
)
def test_the_channel_is_the_policys_word_or_a_way_that_all_know(
    make_intake: Any, database_url: str, word: str, code: str
) -> None:
    from services.intake.gateways.policies import InstalledRules
    from shared.calendars import loader as calendars
    from shared.policies import loader
    from tests.intake.policies import CALENDAR, _raw, document

    hotline = {"code": "hotline", "label": {"zh": "热线", "en": "Hotline"}, "kind": "phone"}
    policy = loader.load(_raw(document("C", channels=[hotline])))
    rules = InstalledRules(loader.Policies([policy]), calendars.Calendars([calendars.load(_raw(CALENDAR))]))
    intake = make_intake(database_url, rules)
    demand = intake.post(BODY).json
    assert add(intake, demand, {**CLEAR, "channel": word}).json["channel"] == code


def test_people_go_on_talking_when_the_demand_is_closed(intake: Intake, demand: Any) -> None:
    intake.hears("demand.closed", demand["id"], cycle=1, status=status("closed", "done"))
    assert add(intake, demand).status_code == 201


def test_who_may_record_and_read(intake: Intake, demand: Any) -> None:
    other = intake.add_channel("other")
    assert add(intake, demand, role=None).status_code == 201
    assert intake.call(f"{demand['number']}/communications", TALK, credential=other).status_code == 404
    assert add(intake, {"number": "M0"}).status_code == 404
    assert add(intake, demand, role="auditor").status_code == 403
    one = add(intake, demand, role="lead").json
    assert intake.get(f"/api/v1/demands/{demand['number']}/communications").status_code == 403, "a channel may not read"
    assert see(intake, demand, role="manager").status_code == 200
    assert change(intake, demand, one, TALK, role="manager", If_Match='"v1"').status_code == 403
    stranger = intake.post(BODY).json
    assert change(intake, stranger, one, TALK, If_Match='"v1"').status_code == 404
    assert see(intake, stranger, f"/{one['id']}").status_code == 404
    assert see(intake, stranger, f"/{one['id']}/versions").status_code == 404


def test_the_same_key_records_once(intake: Intake, demand: Any) -> None:
    first, again = (add(intake, demand, Idempotency_Key="k1") for _ in range(2))
    assert first.status_code == 201 and first.json == again.json
    assert add(intake, demand, {**TALK, "summary": "别的"}, Idempotency_Key="k1").status_code == 422
    assert len(intake.told("demand.communicated")) == 1
    fixed = [change(intake, demand, first.json, CLEAR, Idempotency_Key="k2", If_Match='"v1"') for _ in range(2)]
    assert [answer.status_code for answer in fixed] == [200, 200] and fixed[0].json == fixed[1].json
    assert len(intake.told("demand.communicated")) == 2


def test_a_record_and_a_page_cost_few_statements(intake: Intake, demand: Any) -> None:
    with counted() as cost:
        one = add(intake, demand).json
    assert (cost.commits, cost.statements) == (1, 5)
    with counted() as cost:
        change(intake, demand, one, CLEAR, If_Match='"v1"')
    assert (cost.commits, cost.statements) == (1, 7)
    for _ in range(3):
        add(intake, demand, CLEAR)
    for role, path, statements in (("staff", "", 2), ("lead", "?original=true", 4)):
        with counted() as cost:
            assert len(see(intake, demand, path, role).json["items"]) == 4
        assert cost.statements == statements


def test_of_several_corrections_at_once_one_wins(intake: Intake, demand: Any) -> None:
    one = add(intake, demand).json

    def correct(index: int) -> int:
        body = {**CLEAR, "words": f"仓库{index}号没有发货"}
        return int(change(intake, demand, one, body, If_Match='"v1"').status_code)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(correct, range(4))) == [200, 412, 412, 412]
    assert [row.version for row in intake.told("demand.communicated")] == [2, 3]


def test_a_talk_may_name_an_attachment_of_its_demand_and_no_other(intake: Intake, demand: Any) -> None:
    def attached(of: Any, name: str) -> Any:
        where = {"name": name, "reference": f"oa/{name}", "label": "错误截图"}
        return intake.call(f"{of['number']}/attachments", where).json["items"][0]["id"]  # type: ignore[index]

    mine, others = attached(demand, "a.png"), attached(intake.post(BODY).json, "b.png")
    told = add(intake, demand, TALK | {"attachments": [{"attachment_id": mine}, {"reference": "oa/7"}]})
    assert told.status_code == 201
    assert told.json["attachments"] == [
        {"attachment_id": mine, "reference": None, "label": "错误截图"}, {"reference": "oa/7", "label": None},
    ]  # fmt: skip
    refused = add(intake, demand, TALK | {"attachments": [{"reference": "oa/7"}, {"attachment_id": others}]})
    assert refused.status_code == 422
    assert refused.json["errors"][0] | {"message": ""} == {
        "pointer": "/attachments/1/attachment_id", "code": "unknown-attachment", "message": "",
    }  # fmt: skip
    both = add(intake, demand, TALK | {"attachments": [{"reference": "oa/7", "attachment_id": mine}]})
    assert both.json["errors"][0]["pointer"] == "/attachments/0/reference"
