"""The forms of the channels as pages: a right one is one demand, a wrong one keeps what was typed; consent is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released

RIGHT: dict[str, Any] = {
    "customer.name": "欧阳金丝雀", "customer.phone": "13800138000", "consent": "yes", "type": "complaint",
    "description": "订单模块从上周起无法批量导出备注栏，影响每月对账",
}  # fmt: skip
OF_D = RIGHT | {"type": "product_inquiry", "fields.source": "exhibition"}


@pytest.fixture
def four(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake under the released policies, with a form of A, B and D."""
    intake = make_intake(one_database, released())
    intake.add_channel("web-a", policy="A", form="record")
    intake.add_channel("web-b", policy="B", form="record")
    intake.add_channel("fair", policy="D", form="unified", kind="event")
    intake.add_channel("signup", policy="D", form="event_signup")
    return intake


@pytest.fixture
def reader(four: Intake) -> Reader:
    """Somebody before those forms."""
    return Reader(four.client())


def _send(reader: Reader, code: str, fields: dict[str, Any]) -> TestResponse:
    return reader.send(f"/f/{code}", reader.get(f"/f/{code}"), fields)


def _received(intake: Intake) -> Any:
    (row,) = intake.told("demand.received")
    return row.data


def test_a_filled_form_is_a_demand_that_can_be_followed(four: Intake, reader: Reader) -> None:
    sent = _send(reader, "web-a", RIGHT)
    assert sent.status_code == 303
    receipt = reader.get(sent.headers["Location"])
    assert receipt.status_code == 200 and _received(four)["number"] in receipt.text and "/t/" in receipt.text
    assert "13800138000" not in receipt.text and "欧阳金丝雀" not in receipt.text
    assert _received(four)["channel"] == "web-a"


def test_the_consent_is_needed_and_kept_with_the_customer(four: Intake, reader: Reader) -> None:
    form = reader.get("/f/web-a").text
    assert "个人信息处理告知" in form and "保存期限：处理结束后 2 年" in form
    refused = _send(reader, "web-a", {name: one for name, one in RIGHT.items() if name != "consent"})
    assert refused.status_code == 422 and "请勾选同意" in refused.text and "欧阳金丝雀" in refused.text
    assert four.told("demand.received") == []
    assert _send(reader, "web-a", RIGHT).status_code == 303
    number = _received(four)["customer"]["number"]
    shown = four.get(f"/api/v1/customers/{number}", four.staff()).json
    assert shown is not None
    (kept,) = shown["consents"]
    assert (kept["purpose"], kept["policy"], kept["channel"]) == ("handling", {"code": "A", "version": "1"}, "web-a")
    assert kept["at"].endswith("Z")


def test_nobody_consents_over_the_interface_of_channels(four: Intake) -> None:
    demand = four.post({"policy": "C", "description": "x", "customer": {"name": "王小明"}}).json
    assert demand is not None
    number = _received(four)["customer"]["number"]
    shown = four.get(f"/api/v1/customers/{number}", four.staff()).json
    assert shown is not None and shown["consents"] == []


def test_the_same_form_sent_twice_is_one_demand(four: Intake, reader: Reader) -> None:
    page = reader.get("/f/web-a")
    first, second = (reader.send("/f/web-a", page, RIGHT) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] and len(four.told("demand.received")) == 1
    other = reader.send("/f/web-a", page, RIGHT | {"description": "导入模板时提示第三列格式错误，换了浏览器也一样"})
    assert other.headers["Location"] != first.headers["Location"] and len(four.told("demand.received")) == 2


def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_stays(four: Intake, reader: Reader) -> None:
    wrong = OF_D | {"customer.phone": "12", "expected_by": "soon", "customer.company": "蓝鲸<b>公司"}
    page = _send(reader, "fair", wrong)
    assert page.status_code == 422 and four.told() == []
    assert 'id="q-customer-phone-error"' in page.text and 'href="#q-customer-phone"' in page.text
    for text in (
        "欧阳金丝雀",
        "蓝鲸&lt;b&gt;公司",
        'value="12"',
        RIGHT["description"],
        '<option value="product_inquiry" selected',
    ):
        assert text in page.text
    assert "checked> <span" in page.text
    assert reader.send("/f/fair", page, OF_D).status_code == 303


def test_a_form_may_be_sent_incomplete_when_the_customer_insists(four: Intake, reader: Reader) -> None:
    little = {name: one for name, one in RIGHT.items() if name != "description"}
    page = _send(reader, "web-a", little)
    assert page.status_code == 422 and 'name="as_it_is"' in page.text
    assert reader.send("/f/web-a", page, little | {"as_it_is": "yes"}).status_code == 303
    assert _received(four)["quality"]["missing"] == ["description"]


def test_what_a_form_does_not_ask_for_nobody_is_made_to_answer(four: Intake, reader: Reader) -> None:
    given = {name: OF_D[name] for name in ("customer.name", "customer.phone", "consent")}
    assert _send(reader, "signup", given).status_code == 303
    assert _received(four)["fields"]["purpose"] == "event_signup"


def test_long_and_rare_words_arrive_as_they_were_typed(four: Intake, reader: Reader) -> None:
    long = "𠮷野家店里👨的㐂字打印机无法打印，" * 600
    assert len(long) > 10_000
    sent = _send(reader, "web-a", RIGHT | {"description": long[:9_999] + "完"})
    assert sent.status_code == 303
    text = _received(four)["description"]
    assert len(text) == 10_000 and text.startswith("𠮷野家店里👨的") and "㐂字打印机" in text and text.endswith("完")
    assert _send(reader, "web-a", RIGHT | {"description": "长" * 20_001}).status_code == 422


def test_what_no_database_can_hold_is_refused(four: Intake, reader: Reader) -> None:
    page = _send(reader, "web-a", RIGHT | {"description": "断\x00开"})
    assert page.status_code == 422 and "含有无法保存的字符" in page.text and four.told() == []


def test_robots_and_old_pages_are_no_demands(four: Intake, reader: Reader) -> None:
    assert _send(reader, "web-a", RIGHT | {"website": "http://spam.example"}).status_code == 422
    forged = reader.client.post("/f/web-a", data=RIGHT | {"form": "x" * 48})
    assert forged.status_code == 422 and "欧阳金丝雀" in forged.text
    page = reader.get("/f/web-b")  # the token of another form
    assert reader.send("/f/web-a", page, RIGHT).status_code == 422
    assert four.told("demand.received") == []


def test_other_addresses_have_nothing(four: Intake, reader: Reader) -> None:
    for path in ("/f/ghost", "/f/test", "/f/web-a/qr.png", "/t/" + "A" * 59, "/t/x"):
        page = reader.get(path)
        assert page.status_code == 404 and "链接可能已失效" in page.text, path


def test_the_list_shows_open_web_forms_and_a_code_leads_there(four: Intake, reader: Reader) -> None:
    page = reader.get("/").text
    assert "/f/web-a" in page and "/f/signup" in page and "/f/fair" not in page
    code = reader.get("/f/fair/qr.svg")
    assert code.mimetype == "image/svg+xml" and b'xmlns="http://www.w3.org/2000/svg"' in code.data


def test_forms_speak_two_languages(reader: Reader) -> None:
    assert '<html lang="zh-CN">' in reader.get("/f/web-a", "fr").text
    english = reader.get("/f/web-a?lang=en")
    assert '<html lang="en">' in english.text and "How we treat your personal data" in english.text
    assert '<html lang="en">' in reader.get("/f/web-b").text  # remembered
    assert 'href="/f/web-a?lang=zh"' in english.text


def test_headers_let_nothing_in_from_elsewhere(reader: Reader) -> None:
    page = reader.get("/f/web-a")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    assert "<script>" not in page.text and "style=" not in page.text and "http://" not in page.text
