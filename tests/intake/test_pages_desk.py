"""The desk: who is on the line comes first, nobody is asked twice, and what to say stands beside the record."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import ContactRead
from shared.http.staff_pages import TOKEN_COOKIE
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released

NAME, PHONE = "欧阳金丝雀", "13800138000"
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def house(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake with a phone channel under each policy, and a web form that is not the desk's."""
    intake = make_intake(one_database, released())
    for policy in "ABCD":
        intake.add_channel(f"hotline-{policy.lower()}", kind="phone", policy=policy)
    intake.add_channel("web-a", policy="A", form="record")
    return intake


@pytest.fixture
def desk(house: Intake) -> Reader:
    """Somebody of the staff, logged in."""
    return at_desk(house)


def at_desk(intake: Intake, role: str = "staff") -> Reader:
    """A browser with somebody's log-in."""
    client = intake.client()
    client.set_cookie(TOKEN_COOKIE, intake.staff(role))
    return Reader(client)


def _find(desk: Reader, who: str, channel: str = "hotline-a") -> Any:
    return desk.send("/desk/find", desk.get("/desk"), {"who": who, "channel": channel})


def _known(intake: Intake, **more: Any) -> Any:
    body = {"policy": "A", "description": TEXT, "customer": {"name": NAME, "contact": {"phone": PHONE}}, **more}
    return intake.post(body).json


def test_only_staff_come_in(house: Intake) -> None:
    answer = Reader(house.client()).get("/desk")
    assert answer.status_code == 303 and "/login?next=" in answer.headers["Location"]
    assert at_desk(house, "auditor").get("/desk").status_code == 403


def test_the_desk_offers_its_channels_and_leads_to_the_other_rooms(house: Intake, desk: Reader) -> None:
    page = desk.get("/desk").text
    assert "hotline-a" in page and "web-a" not in page, "what customers fill in themselves is not the desk's"
    assert 'href="http://127.0.0.1:8001/intake/desk" aria-current="page"' in page
    assert 'href="http://127.0.0.1:8002/triage/login"' in page
    assert "/desk" not in Reader(house.client()).get("/f/web-a").text, "customers are led nowhere"


def test_a_new_caller_is_written_down(house: Intake, desk: Reader) -> None:
    record = _find(desk, PHONE)
    assert record.status_code == 200 and "没有找到这位客户" in record.text and PHONE in record.text
    saved = desk.send("/desk/record", record, {"description": TEXT, "customer.name": NAME, "customer.phone": PHONE})
    assert saved.status_code == 303
    (received,) = house.told("demand.received")
    assert (received.data["channel"], received.data["taken_by"]) == ("hotline-a", "staff:u-1")
    page = desk.get(saved.headers["Location"]).text
    assert f"已登记 {received.data['number']}" in page and "首次反馈" in page
    assert NAME not in page and PHONE not in page


def test_a_known_caller_is_not_asked_twice(house: Intake, desk: Reader) -> None:
    before = _known(house, order_number="SO-77")
    found = _find(desk, "138 0013 8000")
    assert found.status_code == 303 and PHONE not in found.headers["Location"]
    record = desk.get(found.headers["Location"])
    assert before["number"] in record.text and "SO-77" in record.text, "earlier demands and business are shown"
    assert 'name="customer.name"' not in record.text and 'name="customer.phone"' not in record.text
    assert NAME not in record.text and PHONE not in record.text
    assert desk.send("/desk/record", record, {"description": "上次的问题又出现了，三号机也导不出"}).status_code == 303
    first, second = house.told("demand.received")
    assert first.data["customer"]["number"] == second.data["customer"]["number"] and second.data["known_customer"]


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(house: Intake, desk: Reader) -> None:
    record = _find(desk, "")
    typed = {"description": "系统不好用", "customer.name": NAME, "customer.phone": "12"}
    again = desk.send("/desk/record", record, typed)
    assert again.status_code == 422 and "q-customer-phone-error" in again.text and "系统不好用" in again.text
    assert house.told("demand.received") == []
    vague = desk.send("/desk/record", record, typed | {"customer.phone": PHONE})
    assert vague.status_code == 422 and "q-description-error" in vague.text
    kept = desk.send("/desk/record", vague, typed | {"customer.phone": PHONE, "as_it_is": "yes"})
    assert kept.status_code == 303
    page = desk.get(kept.headers["Location"]).text
    assert "还需要问" in page, "the caller is still on the line"


def test_saved_twice_is_one_demand(house: Intake, desk: Reader) -> None:
    record = _find(desk, PHONE)
    typed = {"description": TEXT, "customer.name": NAME, "customer.phone": PHONE}
    first, second = (desk.send("/desk/record", record, typed) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] and len(house.told("demand.received")) == 1


@pytest.mark.parametrize(("typed", "calm"), [({"mood": "agitated"}, True), ({"urgency": "urgent"}, True), ({}, False)])
def test_urgent_or_agitated_callers_are_calmed_first(desk: Reader, typed: dict[str, str], calm: bool) -> None:
    record = _find(desk, PHONE)
    assert "先安抚" in record.text and 'data-say="urgency=urgent mood=agitated "' in record.text
    saved = desk.send("/desk/record", record, {"description": TEXT, "customer.name": NAME, **typed})
    page = desk.get(saved.headers["Location"]).text
    assert ("非常理解您现在的心情" in page) == calm
    assert page.index("首次反馈") > (page.index("非常理解") if calm else 0)


def test_open_questions_are_asked_and_the_answer_is_kept(house: Intake, desk: Reader) -> None:
    saved = desk.send("/desk/record", _find(desk, PHONE), {"description": TEXT, "customer.name": NAME})
    page = desk.get(saved.headers["Location"])
    assert "这个问题是否影响正常使用" in page.text and "新功能将在什么场景下使用" not in page.text
    number = house.told("demand.received")[0].data["number"]
    added = desk.send(
        f"/desk/demands/{number}/supplement", page, {"description": "影响，月底前必须导出"}, to="supplement"
    )
    assert added.status_code == 303 and "补充已保存" in desk.get(added.headers["Location"]).text
    (told,) = house.told("demand.supplemented")
    assert (told.data["description"], told.data["by"]) == ("影响，月底前必须导出", "staff:u-1")


def test_what_lacks_is_asked_for_by_name(house: Intake, desk: Reader) -> None:
    record = _find(desk, PHONE, "hotline-b")
    typed = {"fields.symptom": TEXT, "customer.name": NAME, "customer.phone": PHONE, "as_it_is": "yes"}
    page = desk.get(desk.send("/desk/record", record, typed).headers["Location"])
    number = house.told("demand.received")[0].data["number"]
    assert 'name="fields.goal"' in page.text
    answers = {"fields.goal": "能按月导出", "fields.background": "财务月结", "type": "feature", "urgency": "normal"}
    desk.send(f"/desk/demands/{number}/supplement", page, answers, to="supplement")
    (told,) = house.told("demand.supplemented")
    assert told.data["fields"]["goal"] == "能按月导出" and "fields.goal" not in told.data["quality"]["missing"]


def test_a_talk_is_recorded(house: Intake, desk: Reader) -> None:
    number = _known(house)["number"]
    page = desk.get(f"/desk/demands/{number}")
    said = {"channel": "phone", "direction": "outbound", "words": "已告知客户周五前发布修复", "answered": "yes"}
    assert desk.send(f"/desk/demands/{number}/talk", page, said, to="talk").status_code == 303
    (told,) = house.told("demand.communicated")
    assert told.data["answered"] and told.data["by"] == "staff:u-1"
    assert "已告知客户周五前发布修复" in desk.get(f"/desk/demands/{number}").text
    wrong = desk.send(f"/desk/demands/{number}/talk", page, said | {"occurred_at": "2999-01-01T10:00"}, to="talk")
    assert wrong.status_code == 422 and "已告知客户周五前发布修复" in wrong.text


def test_a_contact_is_opened_on_the_record(house: Intake, desk: Reader) -> None:
    number = _known(house)["number"]
    page = desk.get(f"/desk/demands/{number}")
    assert PHONE not in page.text
    opened = desk.send(f"/desk/demands/{number}/contact", page, {}, to="contact")
    assert opened.status_code == 200 and PHONE in opened.text and NAME in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    with house.database.read() as session:
        (kept,) = session.execute(select(ContactRead.purpose, ContactRead.reader)).all()
    assert tuple(kept) == ("call", "staff:u-1")


def test_nothing_is_changed_from_another_site(house: Intake, desk: Reader) -> None:
    number = _known(house)["number"]
    headers = {"Origin": "https://evil.example", "Accept": "text/html"}
    answer = desk.client.post(f"/desk/demands/{number}/contact", headers=headers)
    assert answer.status_code == 403


def test_a_file_comes_with_a_call_and_with_what_is_added(house: Intake, desk: Reader) -> None:
    record = _find(desk, PHONE)
    page = record.get_data(as_text=True)
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page
    program = (BytesIO(b"MZ" + b"0" * 90), "a.pdf")
    wrong = desk.send(
        "/desk/record", record, {"description": TEXT, "customer.name": NAME, "attachments.contract": program}
    )
    assert wrong.status_code == 422 and TEXT in wrong.text and house.told("demand.received") == []
    right = {"description": TEXT, "customer.name": NAME, "attachments.screenshot": (BytesIO(PDF), "报错截图.pdf")}
    saved = desk.send("/desk/record", record, right)
    assert saved.status_code == 303
    shown = desk.get(saved.headers["Location"])
    number = house.told("demand.received")[0].data["number"]
    assert "报错截图.pdf" in shown.text
    link = re.search(rf'"(/desk/demands/{number}/files/[^"]+)"', shown.text)
    assert link is not None
    opened = desk.get(link[1])
    assert opened.get_data() == PDF and opened.headers["Content-Disposition"].startswith("attachment")
    more = {"attachments.contract": (BytesIO(PDF + b"2"), "合同.pdf")}
    assert desk.send(f"/desk/demands/{number}/supplement", shown, more, to="supplement").status_code == 303
    told = [(row.data["label"], row.data["name"]) for row in house.told("attachment.added")]
    assert told == [("截图", "报错截图.pdf"), ("合同", "合同.pdf")]
    after = desk.get(f"/desk/demands/{number}").text
    assert "合同 - <a" in after
    words = {"description": "见附件", "attachments.label": "签字页"}
    refused = desk.send(f"/desk/demands/{number}/supplement", shown, words, to="supplement")
    assert refused.status_code == 422 and 'id="q-attachments-other-error"' in refused.text
    assert 'value="签字页"' in refused.text and "见附件" in refused.text
