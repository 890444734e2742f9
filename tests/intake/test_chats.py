"""Transcripts of online chats: one request makes a demand and records the talk, or records it about a known demand."""

from datetime import timedelta
from typing import Any

import pytest

from shared.clock import format_time, system_now
from shared.testing.counting import counted
from tests.intake.conftest import Intake

NAME, PHONE = "欧阳金丝雀", "13912345678"
ASKED = "订单20231008001显示已发货，三天没有物流更新，想知道何时送达"
MESSAGES: list[dict[str, Any]] = [
    {"at": "2023-10-08T14:28:05+08:00", "from": "agent", "text": "您好，请问有什么可以帮您"},
    {"at": "2023-10-08T14:29:10+08:00", "from": "customer", "text": ASKED},
    {"at": "2023-10-08T14:30:20+08:00", "from": "customer", "text": f"我的电话{PHONE}"},
]
BODY: dict[str, Any] = {
    "customer": {"name": NAME, "contact": {"phone": PHONE}},
    "order_number": "20231008001",
    "messages": MESSAGES,
}


def send(intake: Intake, body: Any = None, *, query: str = "", key: str | None = None, **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    credential = {"Authorization": f"Bearer {key or intake.key}", **given}
    return intake.client().post(f"/intake/api/v1/chats{query}", json=BODY if body is None else body, headers=credential)


def talk_of(intake: Intake, answer: Any, query: str = "") -> Any:
    path = f"/api/v1/demands/{answer['number']}/communications/{answer['communication_id']}{query}"
    return intake.get(path, intake.staff("lead")).json


def test_a_chat_is_a_demand_and_its_talk_at_once(intake: Intake) -> None:
    answer = send(intake)
    assert answer.status_code == 201
    demand = intake.get(f"/api/v1/demands/{answer.json['number']}")
    assert demand.json["description"] == f"{ASKED}\n我的电话[电话1]"
    assert answer.headers["ETag"] == demand.headers["ETag"] == '"v2"'
    talk = talk_of(intake, answer.json)
    assert (talk["channel"], talk["direction"], talk["answered"]) == ("chat", "inbound", False)
    assert talk["occurred_at"] == "2023-10-08T06:30:00Z"
    assert talk["words"].splitlines() == [
        "2023-10-08 14:28 客服：您好，请问有什么可以帮您",
        f"2023-10-08 14:29 客户：{ASKED}",
        "2023-10-08 14:30 客户：我的电话[电话1]",
    ]
    assert talk["order_number"] == "20231008001"
    assert PHONE in talk_of(intake, answer.json, "?original=true")["original"]["words"]


def test_the_demand_is_told_before_its_talk_without_personal_data(intake: Intake) -> None:
    answer = send(intake, {**BODY, "answered": True}).json
    (received,), (said,) = intake.told("demand.received"), intake.told("demand.communicated")
    assert (received.version, said.version) == (1, 2)
    assert (said.data["communication_id"], said.data["answered"]) == (answer["communication_id"], True)
    assert said.data["direction"] == "outbound", "an answer counts as the first response"
    assert PHONE not in str((received.data, said.data)) and NAME not in str((received.data, said.data))


def test_an_answer_that_nobody_gave_is_refused(intake: Intake) -> None:
    asked = [one for one in MESSAGES if one["from"] == "customer"]
    refused = send(intake, {**BODY, "messages": asked, "answered": True})
    assert refused.status_code == 422 and [one["code"] for one in refused.json["errors"]] == ["nobody-answered"]
    assert intake.told() == [] and send(intake, {**BODY, "messages": asked}).status_code == 201


def test_a_description_given_stands_before_the_customers_messages(intake: Intake) -> None:
    answer = send(intake, {**BODY, "description": "订单停滞三天，要求说明原因"}).json
    assert intake.get(f"/api/v1/demands/{answer['number']}").json["description"] == "订单停滞三天，要求说明原因"


def test_a_chat_about_a_known_demand_is_only_recorded(intake: Intake) -> None:
    first = send(intake).json
    later = {"messages": [{"at": "2023-10-09T09:00:00+08:00", "from": "customer", "text": "今天还是没有更新"}]}
    answer = send(intake, {**later, "demand": first["number"]})
    assert answer.status_code == 201
    assert answer.json["communication_id"] != first["communication_id"]
    names = ("id", "number", "policy", "received_at", "tracking_url")
    assert {name: answer.json[name] for name in names} == {name: first[name] for name in names}
    assert len(intake.told("demand.received")) == 1 and len(intake.told("demand.communicated")) == 2
    assert answer.headers["ETag"] == intake.get(f"/api/v1/demands/{first['number']}").headers["ETag"]


def test_another_channels_demand_stays_unknown(intake: Intake) -> None:
    first = send(intake).json
    other = intake.add_channel("other", kind="chat")
    for number in (first["number"], "M20200101001"):
        answer = send(intake, {**BODY, "demand": number}, key=other)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "unknown-demand")
    assert len(intake.told("demand.communicated")) == 1


def test_the_same_chat_again_is_the_same_demand(intake: Intake) -> None:
    first, again = (send(intake, Idempotency_Key="chat-1") for _ in range(2))
    assert first.json == again.json
    assert send(intake, {**BODY, "answered": True}, Idempotency_Key="chat-1").status_code == 422
    assert len(intake.told("demand.received")) == len(intake.told("demand.communicated")) == 1


def test_strict_refuses_what_is_vague_and_keeps_nothing(intake: Intake) -> None:
    vague = {**BODY, "messages": [{**MESSAGES[0], "from": "customer", "text": "有问题"}]}
    answer = send(intake, vague, query="?strict=true")
    assert (answer.status_code, answer.json["code"]) == (422, "demand-incomplete")
    assert intake.told() == []
    assert send(intake, vague).json["quality"]["vague"] == ["description"]


def test_messages_stand_in_their_order_and_are_not_of_the_future(intake: Intake) -> None:
    soon = format_time(system_now() + timedelta(minutes=5))
    wrong = [MESSAGES[1], MESSAGES[0], {**MESSAGES[2], "at": soon}]
    answer = send(intake, {**BODY, "messages": wrong})
    assert answer.status_code == 422
    found = {(one["pointer"], one["code"]) for one in answer.json["errors"]}
    assert found == {("/messages/1/at", "order"), ("/messages/2/at", "future")}
    assert intake.told() == []


@pytest.mark.parametrize(
    ("messages", "pointer"),
    [
        ([], "/messages"),
        ([MESSAGES[0]] * 501, "/messages"),
        ([{**MESSAGES[0], "text": "长" * 4001}], "/messages/0/text"),
        ([{**MESSAGES[0], "text": " "}], "/messages/0/text"),
        ([{**MESSAGES[0], "from": "robot"}], "/messages/0/from"),
        ([{**MESSAGES[0], "mood": "good"}], "/messages/0/mood"),
    ],
)
def test_what_is_no_transcript_is_refused(intake: Intake, messages: Any, pointer: str) -> None:
    answer = send(intake, {**BODY, "messages": messages})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_long_chat_leaves_whole_messages_in_the_description(intake: Intake) -> None:
    many = [{**MESSAGES[1], "text": f"{place}{'长' * 3990}"} for place in range(7)]
    answer = send(intake, {**BODY, "messages": many}).json
    lines = intake.get(f"/api/v1/demands/{answer['number']}").json["description"].splitlines()
    assert [line[0] for line in lines] == ["0", "1", "2", "3", "4"]
    assert len(talk_of(intake, answer)["words"].splitlines()) == 7


def test_only_channels_hand_chats_over(intake: Intake) -> None:
    assert send(intake, key=intake.staff("lead")).status_code == 403


def test_a_chat_costs_the_demand_and_five_statements(intake: Intake) -> None:
    with counted() as demand:
        assert intake.post({"customer": BODY["customer"], "description": ASKED}).status_code == 201
    other = {**BODY, "customer": {"name": NAME, "contact": {"phone": "13800138000"}}}
    with counted() as chat:
        assert send(intake, other).status_code == 201
    assert (chat.commits, chat.statements) == (demand.commits, demand.statements + 5)
