"""Questions that are asked only after some answers: what counts, what is required, what a known customer is asked."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain import answer_sheet, desk, questions, web_form
from services.intake.gateways.policies import InstalledRules
from shared.calendars import loader as calendars
from shared.clock import format_time, system_now
from shared.http.staff_pages import TOKEN_COOKIE
from shared.policies import loader
from shared.policies.forms import Form
from shared.policies.model import Policy
from tests.documents import hanging_questions
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released

HANGING = loader.load(hanging_questions())
TEXT = "想了解数据平台 50 用户版的年费和私有化部署条件"
WHO = {"customer.name": "王小明", "customer.phone": "13800138000", "consent": "yes"}
FULL = {
    "customer.kind": ["company"], "fields.dealer": ["yes"], "fields.regions": ["north", "abroad"],
    "fields.country": ["新加坡"],
}  # fmt: skip


def form_of(policy: Policy, code: str) -> Form:
    """A policy's form."""
    return next(one for one in policy.forms if one.code == code)


def fields_of(changes: Mapping[str, list[str]], known: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What counts of FULL with these changes."""
    body = web_form.body(HANGING, form_of(HANGING, "dealers"), {**FULL, **changes}, "zh", known)
    found: dict[str, Any] = body.get("fields", {})
    return found


def test_a_chain_of_answers_counts_as_far_as_each_link_holds() -> None:
    whole = {"dealer": True, "regions": ["north", "abroad"], "country": "新加坡"}
    assert fields_of({}) == whole
    assert fields_of({"fields.regions": ["north"]}) == {"dealer": True, "regions": ["north"]}
    assert fields_of({"fields.dealer": ["no"]}) == {"dealer": False}
    assert fields_of({"customer.kind": ["person"]}) == {}


def test_where_nothing_was_chosen_that_decides_what_was_answered_counts() -> None:
    whole = fields_of({})
    assert fields_of({"customer.kind": []}) == fields_of({"customer.kind": [" "]}) == whole
    assert fields_of({"customer.kind": ["firm"]}) == whole, "a word that is no choice decides nothing"
    assert fields_of({"customer.kind": [], "fields.dealer": ["no"]}) == {"dealer": False}


def test_what_is_known_decides_though_it_is_not_asked() -> None:
    assert fields_of({"customer.kind": []}, {"customer.kind": "person"}) == {}
    assert fields_of({"customer.kind": []}, {"customer.kind": "company"}) == fields_of({})
    asked = web_form.sections(HANGING, form_of(HANGING, "dealers"))
    left = [one for part in questions.settled(asked, {"customer.kind": "company"}) for one in part.questions]
    assert {one.name for one in left if one.when} == {"fields.regions", "fields.country"}
    nobody = questions.names(questions.settled(asked, {"customer.kind": "person"}))
    assert not nobody & {"fields.dealer", "fields.regions", "fields.country"}


@pytest.mark.parametrize(
    ("typed", "wanting"),
    [
        ({}, {"customer.kind"}),
        ({"customer.kind": ["person"]}, set()),
        ({"customer.kind": ["company"]}, set()),
        ({"customer.kind": ["company"], "fields.dealer": ["yes"]}, {"fields.regions"}),
        ({"customer.kind": ["company"], "fields.dealer": ["yes"], "fields.regions": ["abroad"]}, {"fields.country"}),
        ({"customer.kind": ["company"], "fields.dealer": ["yes"], "fields.regions": ["south"]}, set()),
        ({"customer.kind": ["person"], "fields.dealer": ["yes"]}, set()),
        ({"fields.dealer": ["yes"]}, {"customer.kind", "fields.regions"}),
        (FULL, set()),
    ],
)
def test_what_is_required_is_so_only_where_it_applies(typed: dict[str, list[str]], wanting: set[str]) -> None:
    assert web_form.wanting(HANGING, web_form.sections(HANGING, form_of(HANGING, "dealers")), typed) == wanting


def test_rules_of_quality_say_what_is_required_where_they_name_it() -> None:
    policy = released().pinned("D", "1")
    asked = web_form.sections(policy, form_of(policy, "unified"))
    assert questions.wanting(asked, {"customer.kind": ["company"]}) == {"customer.company"}
    assert web_form.wanting(policy, asked, {"customer.kind": ["company"]}) == set()


def test_at_the_desk_what_decides_is_asked_before_what_hangs_on_it() -> None:
    policy = released().pinned("D", "1")
    plain, more = desk.sections(policy, "after_sales", {})
    names = [one.name for one in plain.questions]
    assert names[-3:] == ["feedback.kind", "type", "description"]
    assert "feedback.stars" in questions.names([more])
    plain, more = desk.sections(policy, "unified", {"customer.kind": "company"})
    (company,) = [one for one in plain.questions if one.name == "customer.company"]
    assert company.required and company.when is None and "customer.kind" not in questions.names([plain, more])


def test_answers_of_form_tools_are_read_by_the_same_rules() -> None:
    policy = released().pinned("D", "1")
    form = form_of(policy, "unified")
    understood = answer_sheet.columns(policy, form, ["姓名", "客户类型", "公司名称"])
    rows = [answer_sheet.row(policy, understood, ["王小明", kind, "蓝鲸物流"]) for kind in ("企业客户", "个人", "")]
    found = [web_form.body(policy, form, one.typed, "zh")["customer"] for one in rows]
    assert found == [
        {"name": "王小明", "kind": "company", "company": "蓝鲸物流"},
        {"name": "王小明", "kind": "person"},
        {"name": "王小明", "company": "蓝鲸物流"},
    ]


@pytest.fixture
def house(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake with forms of C and D, and a hotline of D."""
    intake = make_intake(one_database, released())
    for code, policy, form in (("d", "D", "unified"), ("care", "D", "after_sales"), ("c", "C", "request")):
        intake.add_channel(code, policy=policy, form=form)
    intake.add_channel("hotline", kind="phone", policy="D")
    return intake


@pytest.fixture
def dealers(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake whose form asks a chain of questions."""
    intake = make_intake(one_database, InstalledRules(loader.Policies([HANGING]), calendars.installed()))
    intake.add_channel("dealers", policy="H", form="dealers")
    return intake


def sent(intake: Intake, code: str, typed: dict[str, Any]) -> Any:
    """A form sent as without JavaScript: all its questions may be answered."""
    reader = Reader(intake.client())
    return reader.send(f"/f/{code}", reader.get(f"/f/{code}"), {**WHO, **typed})


def shown(page: Any) -> str:
    """A page as people read it."""
    return html.unescape(re.sub(r"\s+", " ", page.text))


def received(intake: Intake) -> Any:
    """The one demand."""
    (row,) = intake.told("demand.received")
    return row.data


@pytest.mark.parametrize(
    ("code", "name", "more"),
    [
        ("d", "customer.company", {"type": "product_inquiry", "fields.source": "exhibition"}),
        ("c", "customer.industry", {"type": "inquiry", "customer.company": "蓝鲸物流"}),
    ],
)
def test_a_company_is_asked_for_what_a_person_is_not(house: Intake, code: str, name: str, more: dict[str, str]) -> None:
    typed = {**more, "description": TEXT, "customer.kind": "company"}
    refused = sent(house, code, typed)
    assert refused.status_code == 422 and house.told("demand.received") == []
    assert f'id="q-{name.replace(".", "-")}-error"' in refused.text and TEXT in refused.text
    assert '<option value="company" selected' in refused.text
    assert sent(house, code, {**typed, name: "物流"}).status_code == 303
    customer = received(house)["customer"]
    assert customer["kind"] == "company" and "物流" in (customer["company_name"], customer["industry"])


def test_a_person_is_no_company_whatever_was_typed_below(house: Intake) -> None:
    typed = {"type": "product_inquiry", "description": TEXT, "customer.kind": "person", "customer.company": "蓝鲸物流"}
    assert sent(house, "d", typed).status_code == 303
    customer = received(house)["customer"]
    assert (customer["kind"], customer["company_name"]) == ("person", None)


def test_a_company_that_is_named_is_one_though_nothing_was_chosen(house: Intake) -> None:
    assert sent(house, "d", {"type": "other", "description": TEXT, "customer.company": "蓝鲸物流"}).status_code == 303
    assert received(house)["customer"]["company_name"] == "蓝鲸物流"


def test_a_pure_rating_is_not_asked_for_a_demand(house: Intake) -> None:
    first = sent(house, "care", {"feedback.stars": "5"})
    assert first.status_code == 422 and 'id="q-feedback-kind-error"' in first.text and " checked> 5 星" in first.text
    problem = sent(house, "care", {"feedback.kind": "problem", "feedback.stars": "5"})
    assert 'id="q-type-error"' in problem.text and 'id="q-description-error"' in problem.text
    rating = {"feedback.kind": "rating", "feedback.stars": "5", "description": "留在别处的草稿", "type": "other"}
    assert sent(house, "care", rating).status_code == 303
    told = received(house)
    assert told["feedback"] == {"kind": "rating", "text": None, "stars": 5} and told["description"] == ""


def test_the_condition_stands_in_words_beside_the_question(house: Intake) -> None:
    assert "仅当“客户类型”选“企业”时填写" in shown(Reader(house.client()).get("/f/d"))
    assert "仅当“反馈类型”选“意见建议”或“问题投诉”时填写" in shown(Reader(house.client()).get("/f/care"))


def test_yes_and_several_answers_are_said_in_words_too(dealers: Intake) -> None:
    for path in ("/f/dealers", "/f/dealers/print"):
        page = shown(Reader(dealers.client()).get(path))
        assert "仅当“是否经销商”选“是”时填写" in page and "仅当“销售区域”选“海外”时填写" in page
        assert "Only if “A dealer?” is “Yes”" in shown(Reader(dealers.client()).get(path, "en"))


def test_a_chain_is_asked_link_by_link(dealers: Intake) -> None:
    typed: dict[str, Any] = {"description": TEXT}
    assert 'id="q-customer-kind-error"' in sent(dealers, "dealers", typed).text
    typed |= {"customer.kind": "company", "fields.dealer": "yes"}
    page = sent(dealers, "dealers", typed)
    assert 'id="q-fields-regions-error"' in page.text and "-country-error" not in page.text
    assert 'value="yes" checked' in page.text
    assert page.text.count("请填写此项") == 1, "the type of the demand is not asked here"
    typed |= {"fields.regions": ["south", "abroad"]}
    page = sent(dealers, "dealers", typed)
    assert 'id="q-fields-country-error"' in page.text and 'value="abroad" checked' in page.text
    assert sent(dealers, "dealers", {**typed, "fields.country": "新加坡", "as_it_is": "yes"}).status_code == 303
    told = received(dealers)["fields"]
    assert (told["dealer"], told["regions"], told["country"]) == (True, ["south", "abroad"], "新加坡")


def test_it_may_be_sent_as_it_is(dealers: Intake) -> None:
    typed = {"description": TEXT, "customer.kind": "company", "fields.dealer": "yes", "as_it_is": "yes"}
    assert sent(dealers, "dealers", typed).status_code == 303
    assert received(dealers)["fields"] == {"dealer": True}


def test_over_the_interface_nothing_more_is_required(dealers: Intake) -> None:
    body = {
        "policy": "H", "description": TEXT, "type": "other", "fields": {"dealer": "yes", "country": "新加坡"},
        "customer": {"name": "王小明", "contact": {"phone": "13800138000"}},
    }  # fmt: skip
    key = dealers.add_channel("api-dealers", policy="H")
    assert dealers.post(body, query="?strict=true", key=key).status_code == 201
    assert received(dealers)["fields"]["country"] == "新加坡"


def test_a_company_by_a_link_of_its_own_is_asked_for_its_name_only(house: Intake) -> None:
    for name, phone, kind in (("王小明", "13800138001", "company"), ("李小红", "13800138002", "person")):
        customer = {"name": name, "kind": kind, "industry": "零售业", "contact": {"phone": phone}}
        assert house.post({"policy": "D", "description": TEXT, "customer": customer}).status_code == 201
    closes = format_time(system_now() + timedelta(days=10))
    body = {"code": "upgrade", "title": "回访", "policy": "D", "form": "unified", "closes_at": closes}
    lead = house.staff("lead")
    opened = house.client().post(
        "/intake/api/v1/campaigns",
        json={**body, "audience": {"industry": "零售业"}},
        headers={"Authorization": f"Bearer {lead}"},
    )
    assert opened.status_code == 201, opened.json
    members = house.get("/api/v1/campaigns/upgrade/members", lead).json["items"]  # type: ignore[index]
    links = {one["masked_name"]: one["link"].split("8001", 1)[1] for one in members}
    person, company = (Reader(house.client()).get(links[name]).text for name in ("李*", "王*"))
    assert 'name="customer.kind"' in person and 'data-when="customer.kind"' in person
    assert 'name="customer.kind"' not in company and 'data-when="customer.kind"' not in company
    reader = Reader(house.client())
    page = reader.get(links["王*"])
    typed = {"consent": "yes", "type": "other", "description": TEXT}
    refused = reader.send("/f/upgrade", page, typed)
    assert refused.status_code == 422 and 'id="q-customer-company-error"' in refused.text
    assert reader.send("/f/upgrade", page, {**typed, "customer.company": "蓝鲸物流"}).status_code == 303
    assert house.told("demand.received")[-1].data["customer"]["company_name"] == "蓝鲸物流"


def test_staff_are_asked_for_a_company_too(house: Intake) -> None:
    client = house.client()
    client.set_cookie(TOKEN_COOKIE, house.staff("staff"))
    reader = Reader(client)
    page = reader.get("/desk/record?channel=hotline")
    typed = {
        **WHO, "type": "other", "description": TEXT, "customer.kind": "company", "feedback.stars": "4",
        "feedback.kind": "opinion",
    }  # fmt: skip
    refused = reader.send("/desk/record", page, typed)
    assert refused.status_code == 422 and 'id="q-customer-company-error"' in refused.text and TEXT in refused.text
    assert reader.send("/desk/record", page, {**typed, "customer.company": "蓝鲸物流"}).status_code == 303
    told = received(house)
    assert told["customer"]["company_name"] == "蓝鲸物流" and told["feedback"]["stars"] is None
