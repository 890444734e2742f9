"""Campaigns: chosen customers get a link of their own, what they answer is a demand, and it ends in time."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import ContactRead
from shared.clock import format_time, system_now
from shared.http.staff_pages import TOKEN_COOKIE
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released

Opened = Callable[..., Any]


@pytest.fixture
def house(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake under the released policies with two customers of the retail trade and one of none."""
    intake = make_intake(database_url, released())
    for name, phone, industry in (
        ("王小明", "13800138001", "零售业"),
        ("李小红", "13800138002", "零售业"),
        ("赵六", "13800138003", None),
    ):
        customer = {"name": name, "contact": {"phone": phone}} | ({"industry": industry} if industry else {})
        assert (
            intake.post({"policy": "D", "description": "想了解新版的报价方式", "customer": customer}).status_code == 201
        )
    return intake


def numbers(intake: Intake) -> list[str]:
    """The customers' numbers, the eldest first."""
    return [row.data["customer"]["number"] for row in intake.told("demand.received")]


def wanted(**more: Any) -> dict[str, Any]:
    """The body of a campaign."""
    return {
        "code": "upgrade", "title": "老客户升级意向回访", "policy": "D", "form": "unified",
        "closes_at": format_time(system_now() + timedelta(days=10)), "audience": {"industry": "零售业"}, **more,
    }  # fmt: skip


def call(intake: Intake, body: Any = None, *, path: str = "", role: str = "lead", **headers: str) -> Any:
    """POST below campaigns."""
    given = {"Authorization": f"Bearer {intake.staff(role)}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return intake.client().post(f"/intake/api/v1/campaigns{path}", json=body, headers=given)


def see(intake: Intake, path: str = "", role: str = "lead") -> Any:
    """GET below campaigns."""
    return intake.get(f"/api/v1/campaigns{path}", intake.staff(role))


def test_those_who_fit_are_asked_each_by_a_link_of_their_own(house: Intake) -> None:
    opened = call(house, wanted())
    assert opened.status_code == 201 and (opened.json["asked"], opened.json["answered"]) == (2, 0)
    (told,) = house.told("campaign.opened")
    assert told.subject == "campaign/upgrade" and told.data["customers"] == sorted(numbers(house)[:2])
    members = see(house, "/upgrade/members").json["items"]
    assert [one["masked_name"] for one in members] == ["王*", "李*"] and members[0]["answer"] is None
    assert len({one["link"] for one in members}) == 2 and all("/f/upgrade?to=" in one["link"] for one in members)


def test_named_customers_are_asked_and_strangers_are_named(house: Intake) -> None:
    audience = {"numbers": [numbers(house)[2], "YQ-NOBODY"]}
    opened = call(house, wanted(audience=audience))
    assert opened.json["asked"] == 1 and opened.json["left_out"] == {"YQ-NOBODY": "unknown"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"audience": {"industry": "农业"}}, "nobody"),
        ({"audience": {}}, "nobody"),
        ({"form": "sheet"}, "unknown-code"),
        ({"policy": "Z"}, "unknown-policy"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "past"),
        ({"title": " "}, "required"),
        ({"code": "No Spaces"}, "form"),
    ],
)
def test_what_does_not_fit_opens_nothing(house: Intake, more: dict[str, Any], code: str) -> None:
    answer = call(house, wanted(**more))
    assert answer.status_code == 422 and [one["code"] for one in answer.json["errors"]] == [code]
    assert house.told("campaign.opened") == [] and see(house).json["items"] == []


def test_a_code_is_taken_once_by_campaigns_and_channels(house: Intake) -> None:
    assert call(house, wanted()).status_code == 201
    assert call(house, wanted()).json["code"] == "campaign-exists"
    house.add_channel("fair")
    assert call(house, wanted(code="fair")).json["code"] == "channel-exists"
    assert len(house.told("campaign.opened")) == 1


def test_the_same_request_again_is_one_campaign(house: Intake) -> None:
    first, second = (call(house, wanted(closes_at="2999-01-01T00:00:00Z"), Idempotency_Key="k") for _ in range(2))
    assert first.status_code == 422, "beyond the years we count with"
    body = wanted()
    first, second = (call(house, body, Idempotency_Key="l") for _ in range(2))
    assert first.json == second.json and len(house.told("campaign.opened")) == 1


def test_it_is_closed_once(house: Intake) -> None:
    call(house, wanted())
    closed = call(house, path="/upgrade:close")
    assert closed.status_code == 200 and closed.json["closed_at"]
    assert call(house, path="/upgrade:close").json["code"] == "campaign-closed"
    assert [row.version for row in house.told() if row.subject == "campaign/upgrade"] == [1, 2]


def test_a_list_goes_page_by_page(house: Intake) -> None:
    for code in ("one", "two", "three"):
        assert call(house, wanted(code=code)).status_code == 201
    first = see(house, "?limit=2")
    assert [one["code"] for one in first.json["items"]] == ["three", "two"]
    rest = house.get(first.headers["Link"].partition(">")[0].removeprefix("<"), house.staff("lead")).json
    assert rest is not None and [one["code"] for one in rest["items"]] == ["one"]


def test_who_may_do_what(house: Intake) -> None:
    assert call(house, wanted(), role="staff").status_code == 403
    assert call(house, wanted()).status_code == 201
    assert see(house, "/upgrade", "auditor").status_code == 200
    assert see(house, "/upgrade/members", "auditor").status_code == 403, "a link speaks for the customer"
    assert see(house, "/nothing").status_code == 404


def at_desk(intake: Intake, role: str) -> Reader:
    """A browser with somebody's log-in."""
    client = intake.client()
    client.set_cookie(TOKEN_COOKIE, intake.staff(role))
    return Reader(client)


TYPED = {
    "title": "老客户升级意向回访", "code": "upgrade", "form": "D/unified", "industry": "零售业",
    "instructions": "带 * 的必填；不清楚的可以不填",
    "closes_at": (system_now() + timedelta(days=10)).strftime("%Y-%m-%d"),
}  # fmt: skip


def test_a_campaign_is_opened_called_and_mailed_on_pages(house: Intake) -> None:
    lead, staff = at_desk(house, "lead"), at_desk(house, "staff")
    page = lead.get("/desk/campaigns")
    wrong = lead.send("/desk/campaigns", page, TYPED | {"industry": "农业"})
    assert wrong.status_code == 422 and "没有符合条件的客户" in wrong.text and "不清楚的可以不填" in wrong.text
    opened = lead.send("/desk/campaigns", page, TYPED)
    assert opened.status_code == 303
    shown = staff.get("/desk/campaigns/upgrade").text
    assert "0 / 2 已回答" in shown and "?to=" in shown and "13800138001" not in shown
    letters = staff.send(
        "/desk/campaigns/upgrade/letters.csv", staff.get("/desk/campaigns/upgrade"), {}, to="letters.csv"
    )
    rows = list(csv.reader(letters.get_data().decode("utf-8-sig").splitlines()))
    assert letters.mimetype == "text/csv" and len([row for row in rows if row and row[0].startswith("YQ")]) == 2
    assert "王小明" in letters.text and "13800138001" in letters.text and "不清楚的可以不填" in letters.text
    with house.database.read() as session:
        assert [*session.execute(select(ContactRead.purpose)).scalars()] == ["campaign", "campaign"]
    assert "发起" not in staff.get("/desk/campaigns").text.split("<main", 1)[1].split("</main>", 1)[0].replace(
        "已发起", ""
    )
    ended = lead.send("/desk/campaigns/upgrade/end", lead.get("/desk/campaigns/upgrade"), {}, to="end")
    assert ended.status_code == 303 and "已结束" in lead.get("/desk/campaigns/upgrade").text


def test_a_call_for_a_campaign_is_its_answer(house: Intake) -> None:
    call(house, wanted())
    staff, number = at_desk(house, "staff"), numbers(house)[0]
    record = staff.get(f"/desk/record?channel=upgrade&customer={number}")
    said = {"description": "愿意升级到企业版，希望下月上线", "type": "cooperation"}
    assert staff.send("/desk/record", record, said).status_code == 303
    answer = house.told("demand.received")[-1].data
    assert (answer["channel"], answer["customer"]["number"]) == ("upgrade", number)
    assert see(house, "/upgrade").json["answered"] == 1
    assert see(house, "/upgrade/members").json["items"][0]["answer"] == answer["number"]


@pytest.fixture
def link(house: Intake) -> str:
    """The path of the first customer's own link."""
    call(house, wanted())
    address: str = see(house, "/upgrade/members").json["items"][0]["link"]
    return address[address.index("/f/") :]


def test_a_link_of_ones_own_asks_only_what_is_not_known(house: Intake, link: str) -> None:
    reader = Reader(house.client())
    page = reader.get(link)
    assert "老客户升级意向回访" in page.text and "王小明" not in page.text and "13800138001" not in page.text
    assert 'name="customer.name"' not in page.text and 'name="customer.phone"' not in page.text
    assert 'name="customer.name"' in reader.get("/f/upgrade").text, "the public link knows nobody"
    said = {"description": "愿意升级到企业版，希望下月上线", "type": "cooperation", "consent": "yes"}
    vague = reader.send("/f/upgrade", page, said | {"description": "有问题"})
    assert vague.status_code == 422 and 'name="customer.name"' not in vague.text, "the link goes on through an error"
    sent = reader.send("/f/upgrade", vague, said)
    assert sent.status_code == 303
    answer = house.told("demand.received")[-1].data
    assert answer["customer"]["number"] == numbers(house)[0] and answer["known_customer"]
    assert see(house, "/upgrade").json["answered"] == 1


def test_links_cannot_be_guessed_and_end_with_the_campaign(house: Intake, link: str) -> None:
    reader = Reader(house.client())
    assert reader.get(link[:-2]).status_code == 404 and reader.get("/f/upgrade?to=x").status_code == 404
    call(house, wanted(code="other"))
    assert reader.get(link.replace("upgrade", "other")).status_code == 404, "a link is of one campaign"
    call(house, path="/upgrade:close")
    over = reader.get(link)
    assert over.status_code == 410 and reader.get("/f/upgrade").status_code == 410
    assert reader.get("/f/other").status_code == 200


def test_who_took_the_consent_back_or_was_merged_is_not_asked(house: Intake) -> None:
    first, second, third = numbers(house)
    headers = {"Authorization": f"Bearer {house.staff('lead')}"}
    web = house.add_channel("web", policy="D", form="unified")
    assert web
    reader = Reader(house.client())
    form = {"customer.name": "王小明", "customer.phone": "13800138001", "type": "product_inquiry", "consent": "yes"}
    reader.send("/f/web", reader.get("/f/web"), form | {"description": "想了解新版的报价方式"})
    taken = house.client().post(f"/intake/api/v1/customers/{first}/consents:withdraw", json={}, headers=headers)
    assert taken.status_code == 200
    merged = house.client().post(f"/intake/api/v1/customers/{second}:merge", json={"into": third}, headers=headers)
    assert merged.status_code == 200
    opened = call(house, wanted(audience={"numbers": [first, second, third]}))
    assert opened.json["asked"] == 1 and opened.json["left_out"] == {first: "consent-withdrawn", second: "merged"}
