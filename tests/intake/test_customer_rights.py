"""A customer takes a consent back and asks for a copy; everything that is held is told, on the record."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.child_tables import ContactRead
from services.intake.tables import Demand
from tests.intake.conftest import Intake
from tests.intake.customers import MAIL, PHONE, Desk
from tests.intake.pages import Reader
from tests.intake.policies import released
from tests.intake.test_pages_form import RIGHT

TALK = {"occurred_at": "2024-10-08T06:30:00Z", "channel": "phone", "direction": "outbound", "answered": True}


@pytest.fixture
def desk(make_intake: Callable[..., Intake], database_url: str) -> Desk:
    """A desk with a form of policy A on the web."""
    intake = make_intake(database_url, released())
    intake.add_channel("web-a", policy="A", form="record")
    return Desk(intake)


class Visitor:
    """Somebody who sent the form and follows the demand."""

    def __init__(self, desk: Desk) -> None:
        self.reader = Reader(desk.intake.client())
        sent = self.reader.send("/f/web-a", self.reader.get("/f/web-a"), RIGHT)
        self.path = sent.headers["Location"].partition("?")[0]
        received = desk.intake.told("demand.received")[-1].data
        self.number, self.customer = received["number"], received["customer"]["number"]

    def says(self, verb: str) -> Any:
        """Press a button of the page, see the page again."""
        page = self.reader.get(self.path)
        sent = self.reader.send(f"{self.path}/{verb}", page, {}, to=verb)
        assert sent.status_code == 303, sent.text
        return self.reader.get(sent.headers["Location"])


def test_a_customer_takes_the_consent_back_and_the_demand_goes_on(desk: Desk) -> None:
    one, two = Visitor(desk), Visitor(desk)
    assert one.customer == two.customer
    before = one.reader.get(one.path)
    assert "撤回同意" in before.text and "本需求会继续处理" in before.text
    assert "Take my consent back" in one.reader.get(one.path, "en").text
    after = one.says("consent")
    assert "已撤回同意" in after.text and "您已于" in after.text and '/consent"' not in after.text
    kept = desk.read(one.customer)["consents"]
    assert len(kept) == 2 and all(row["withdrawn_at"] for row in kept), "all of that channel"
    assert '/withdraw"' in after.text, "the demand can still be taken back, and was not"
    assert desk.intake.told("demand.withdrawn") == []


def test_who_was_never_asked_has_nothing_to_take_back(desk: Desk) -> None:
    made = desk.report(phone=PHONE)
    page = Reader(desk.intake.client()).get("/t/" + made["tracking_url"].rpartition("/")[2])
    assert '/copy"' in page.text and '/consent"' not in page.text


def test_a_customer_asks_for_a_copy_once_and_the_desk_sees_it(desk: Desk) -> None:
    visitor = Visitor(desk)
    for _ in range(2):
        assert "已收到您的查阅、复制申请" in visitor.says("copy").text
    (told,) = desk.intake.told("demand.communicated")
    assert (told.data["channel"], told.data["direction"], told.data["by"]) == ("web", "inbound", "customer")
    assert "查阅、复制其个人信息" in told.data["words"] and told.data["answered"] is False
    (talk,) = desk.call("GET", f"/{visitor.customer}/briefing").json["communications"]
    assert talk["number"] == visitor.number


def test_staff_mark_a_consent_as_taken_back(desk: Desk) -> None:
    visitor = Visitor(desk)
    other = desk.call("POST", f"/{visitor.customer}/consents:withdraw", {"purpose": "marketing"}, role="staff")
    assert (other.status_code, other.json["withdrawn"]) == (200, 0)
    done = desk.call("POST", f"/{visitor.customer}/consents:withdraw", {}, role="staff")
    assert done.json["withdrawn"] == 1 and done.json["consents"][0]["withdrawn_at"]
    first = done.json["consents"][0]["withdrawn_at"]
    again = desk.call("POST", f"/{visitor.customer}/consents:withdraw", {})
    assert (again.json["withdrawn"], again.json["consents"][0]["withdrawn_at"]) == (0, first)
    assert "您已于" in visitor.reader.get(visitor.path).text
    assert desk.call("POST", f"/{visitor.customer}/consents:withdraw", {}, role="auditor").status_code == 403


def _export(desk: Desk, number: str, role: str = "manager", query: str = "") -> Any:
    return desk.call("GET", f"/{number}/export?purpose=request{query}", role=role)


def test_the_export_has_everything_in_the_clear(desk: Desk) -> None:
    words = f"请打{PHONE}联系王芳，批量导出缺备注栏"
    made = desk.report("王芳", phone=PHONE, policy="A", description=words)
    number, call = made["customer"], desk.intake.call
    call(f"{made['number']}/supplements", {"description": f"或写{MAIL}"})
    said = {**TALK, "words": "已告知王芳进度"}
    call(f"{made['number']}/communications", said, credential=desk.intake.staff())
    code = next(one.code for one in released().pinned("A", "1").statuses if one.category == "completed")
    completed = {"code": code, "label": code, "category": "completed", "resolution": None}
    desk.intake.hears("demand.completed", made["id"], cycle=1, status=completed, result={"conclusion": "已修复"})
    answer = {
        "satisfaction": "satisfied",
        "opinion": "王芳很满意",
        "signature": {"name": "王芳", "method": "electronic"},
    }
    assert call(f"{made['number']}/confirmation", answer).status_code == 201
    desk.call("POST", f"/{number}/numbers", {"kind": "external", "system": "crm", "number": "C-1"})
    desk.contact(number)
    told = _export(desk, number)
    assert told.status_code == 200 and told.headers["Cache-Control"] == "no-store"
    (person,), (demand,) = told.json["customers"], told.json["demands"]
    assert person["contact"] == {"name": "王芳", "phone": PHONE, "email": None, "im": None}
    assert (demand["number"], demand["words"]["description"]) == (made["number"], words)
    assert demand["supplements"][0]["words"]["description"] == f"或写{MAIL}"
    assert demand["communications"][0]["words"]["words"] == "已告知王芳进度"
    assert demand["confirmations"][0]["words"]["opinion"] == "王芳很满意"
    assert [one["number"] for one in told.json["numbers"]] == ["C-1"]
    assert [(one["purpose"], one["reader"]) for one in told.json["contact_opened"]] == [("notice", "service:notifier")]
    assert "original" not in json.dumps(told.json)


def test_the_export_is_on_the_record_and_for_those_in_charge(desk: Desk) -> None:
    visitor = Visitor(desk)
    assert _export(desk, visitor.customer, role="lead").json["consents"][0]["purpose"] == "handling"
    with desk.intake.database.read() as session:
        read = session.execute(select(ContactRead)).scalar_one()
        assert (read.customer_number, read.purpose, read.reader) == (visitor.customer, "export", "staff:u-1")
    assert [_export(desk, visitor.customer, role=one).status_code for one in ("staff", "auditor", "operator")] == [
        403
    ] * 3
    assert desk.call("GET", f"/{visitor.customer}/export").status_code == 422
    assert desk.call("GET", f"/{visitor.customer}/export?purpose=curiosity").status_code == 422


def test_the_export_holds_what_merged_customers_said_under_their_own_keys(desk: Desk) -> None:
    one, two = desk.report("王芳", phone=PHONE), desk.report("王芳", phone="13900000001")
    desk.call("POST", f"/{one['customer']}:merge", {"into": two["customer"]})
    told = _export(desk, two["customer"]).json
    assert {row["number"] for row in told["customers"]} == {one["customer"], two["customer"]}
    assert {row["number"] for row in told["demands"]} == {one["number"], two["number"]}
    assert all(row["words"]["contact"]["name"] == "王芳" for row in told["demands"])


def test_words_added_to_another_customers_demand_are_told_to_who_said_them(desk: Desk) -> None:
    one, two = desk.report("王芳", phone=PHONE), desk.report("李雷", phone="13900000001")
    with desk.intake.database.write() as session:
        session.execute(Demand.__table__.update().where(Demand.id == one["id"]).values(merged_into=two["id"]))
    assert desk.intake.call(f"{one['number']}/supplements", {"description": "我是王芳"}).status_code == 201
    (mine,) = _export(desk, one["customer"]).json["supplements_to_others"]
    assert (mine["number"], mine["words"]["description"]) == (two["number"], "我是王芳")
    theirs = _export(desk, two["customer"])
    assert "我是王芳" not in theirs.text and theirs.json["demands"][0]["supplements"] == []


def test_a_long_export_goes_on_after_so_many_demands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.usecases.export_customer.MOST_DEMANDS", 2)
    made = [desk.report("王芳", phone=PHONE)["number"] for _ in range(3)]
    number = desk.of(made[0])
    first = _export(desk, number)
    rest = desk.call("GET", f"/{number}/export?" + first.headers["Link"].partition("?")[2].partition(">")[0])
    assert [one["number"] for one in first.json["demands"] + rest.json["demands"]] == made[::-1]
    assert "Link" not in rest.headers


def test_an_erased_customer_cannot_be_told(desk: Desk) -> None:
    from tests.intake.test_customer_merges import _erase

    number = desk.report(phone=PHONE)["customer"]
    _erase(desk, number)
    assert _export(desk, number).json["code"] == "customer-erased"
    assert desk.call("GET", "/YQ0/export?purpose=request").status_code == 404
