"""Forms of policies as web pages ask them, and what was typed there as the body of a report."""

import pytest

from services.intake.domain import web_form
from services.intake.schemas.demand import DemandSchema
from shared.policies.forms import Form
from shared.policies.model import Policy
from tests.intake.policies import released

FILLED = {
    ("A", "record"): 13, ("B", "record"): 11, ("C", "sheet"): 8, ("C", "request"): 14, ("D", "unified"): 19,
    ("D", "new_customer"): 13, ("D", "product_iteration"): 8, ("D", "after_sales"): 10, ("D", "event_signup"): 7,
}  # fmt: skip


def _policy(code: str) -> Policy:
    return released().pinned(code, "1")


def _form(policy: str, code: str) -> Form:
    return next(one for one in _policy(policy).forms if one.code == code)


def _names(policy: str, code: str) -> list[str]:
    found = web_form.sections(_policy(policy), _form(policy, code))
    return [one.name for section in found for one in section.questions]


def test_the_forms_that_customers_fill_in_are_those_that_ask_them_something() -> None:
    found = {
        (policy.code, form.code)
        for policy in map(_policy, "ABCD")
        for form in policy.forms
        if web_form.asks_something(policy, form)
    }
    assert found >= set(FILLED)
    assert not found & {("B", "evaluation"), ("B", "tasks"), ("B", "progress_log"), ("B", "change")}


@pytest.mark.parametrize(("policy", "code"), FILLED)
def test_a_form_asks_each_thing_once_and_nothing_that_is_ours(policy: str, code: str) -> None:
    names = _names(policy, code)
    assert len(names) == len(set(names))
    assert {"customer.name", "customer.phone", "customer.email"} <= set(names)
    internal = {f"fields.{one.code}" for one in _policy(policy).fields if one.internal}
    ours = {"number", "status", "handler", "department", "received_at", "evaluation", "result", "note"}
    assert not set(names) & (internal | ours)
    assert len(names) == FILLED[policy, code], names


@pytest.mark.parametrize(("policy", "code"), FILLED)
def test_whatever_is_typed_in_a_form_is_a_body_that_can_be_read(policy: str, code: str) -> None:
    values = {
        "long_text": "导出备注栏时报错",
        "date": "2024-10-15",
        "phone": "13800138000",
        "email": "wang@example.org",
    }
    typed = {}
    for section in web_form.sections(_policy(policy), _form(policy, code)):
        for one in section.questions:
            chosen = one.options[0].value if one.options else {"stars": "5", "yes_no": "yes"}.get(one.kind, "文字")
            typed[one.name] = [values.get(one.kind, chosen)]
    body = web_form.body(_policy(policy), _form(policy, code), typed, "zh")
    report = DemandSchema().load(body)
    assert report.customer.contact.phone == "13800138000" and report.language == "zh"


def test_internal_notes_are_not_for_customers() -> None:
    for policy, code in FILLED:
        for section in web_form.sections(_policy(policy), _form(policy, code)):
            notes = [one.note.zh for one in section.questions if one.note]
            assert not [note for note in notes if "内部" in note or "自动" in note]


def test_what_is_left_empty_is_left_out_and_the_purpose_of_the_form_goes_along() -> None:
    body = web_form.body(
        _policy("D"), _form("D", "event_signup"), {"customer.name": ["王小明"], "customer.company": [" "]}, "en"
    )
    assert body["customer"] == {"name": "王小明"} and body["language"] == "en"
    assert body.get("fields", {}).get("purpose") == "event_signup"


def test_stars_count_only_for_a_rating() -> None:
    form = _form("D", "after_sales")
    stars = {"feedback.stars": ["4"]}
    kinds = {one.code for one in _policy("D").feedback.kinds} - {"rating"}
    rated = web_form.body(_policy("D"), form, {"feedback.kind": ["rating"], **stars}, "zh")
    assert rated["feedback"] == {"kind": "rating", "stars": 4}
    assert web_form.body(_policy("D"), form, stars, "zh")["feedback"] == {"stars": 4}
    for kind in kinds:
        assert web_form.body(_policy("D"), form, {"feedback.kind": [kind], **stars}, "zh")["feedback"] == {"kind": kind}


@pytest.mark.parametrize(
    ("pointer", "name"),
    [
        ("/customer/contact/phone", "customer.phone"),
        ("/customer/contact", "customer.phone"),
        ("/fields/goal", "fields.goal"),
    ],
)
def test_an_error_belongs_to_a_question(pointer: str, name: str) -> None:
    assert web_form.place_of(pointer) == name
