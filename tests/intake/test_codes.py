"""Words of channels become codes of the policy, answers the form their fields ask for; what does not fit is named."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.domain.codes import Resolved, resolve
from services.intake.domain.contact import Contact
from services.intake.domain.report import Report, ReportedCustomer
from shared.policies.model import Policy
from shared.refused import Refused
from tests.intake.policies import rules

NOW = datetime(2024, 10, 8, tzinfo=UTC)


def _policy(code: str) -> Policy:
    return rules().effective(code, NOW)


def _refused(code: str, report: Report, *, lenient: bool = False) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        resolve(_policy(code), report, lenient=lenient)
    assert caught.value.status == 422
    return [(row["pointer"], row["code"]) for row in caught.value.errors]


def _fields(**answers: Any) -> dict[str, Any]:
    return dict(resolve(_policy("D"), Report(fields=answers)).report.fields)


@pytest.mark.parametrize("word", ["inquiry", "咨询", "问询", "INQUIRY", "ｉｎｑｕｉｒｙ"])
def test_code_label_and_alias_mean_the_same_type(word: str) -> None:
    assert resolve(_policy("C"), Report(type=word)).report.type == "inquiry"


def test_every_word_is_resolved() -> None:
    report = Report(
        urgency="高", mood="焦急", customer=ReportedCustomer(value="VIP"), fields={"合同号": "HT-1"}
    )  # fmt: skip
    found = resolve(_policy("C"), report).report
    assert (found.urgency, found.mood, found.customer.value) == ("high", "anxious", "vip")
    assert found.fields == {"contract_number": "HT-1"}
    assert resolve(_policy("D"), Report(feedback={"kind": "满意度评价"})).report.feedback == {"kind": "rating"}


def test_every_word_the_policy_lacks_is_named() -> None:
    report = Report(
        type="x", urgency="x", mood="x", customer=ReportedCustomer(value="x"), feedback={"kind": "x"}, fields={"x": 1}
    )
    assert _refused("C", report) == [
        ("/type", "unknown-code"),
        ("/urgency", "unknown-code"),
        ("/mood", "unknown-code"),
        ("/customer/value", "unknown-code"),
        ("/feedback/kind", "unknown-code"),
        ("/fields", "unknown-field"),
    ]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"客户来源": "展会推荐"}, {"source": "fair"}),
        ({"interests": ["价格", "speed", "price"]}, {"interests": ["price", "speed"]}),
        ({"interests": "速度"}, {"interests": ["speed"]}),
        ({"trial_on": "2024-02-29"}, {"trial_on": "2024-02-29"}),
        ({"seats": "12"}, {"seats": 12}),
        ({"seats": 1.5}, {"seats": 1.5}),
        ({"is_dealer": "是"}, {"is_dealer": True}),
        ({"is_dealer": False}, {"is_dealer": False}),
        ({"second_phone": "138 0013 8000"}, {"second_phone": "138 0013 8000"}),
        ({"revenue": 5000}, {"revenue": "5000"}),
        ({"seats": None, "source": "", "interests": []}, {}),
    ],
)
def test_answers_take_the_form_of_their_field(answer: dict[str, Any], kept: dict[str, Any]) -> None:
    assert _fields(**answer) == kept


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"source": "报纸"}, "unknown-code"),
        ({"source": 1}, "unknown-code"),
        ({"source": ["fair"]}, "unknown-code"),
        ({"interests": ["price", "colour"]}, "unknown-code"),
        ({"trial_on": "2024-2-9"}, "date"),
        ({"trial_on": "2023-02-29"}, "date"),
        ({"trial_on": "明天"}, "date"),
        ({"seats": "a dozen"}, "type"),
        ({"seats": True}, "type"),
        ({"is_dealer": "maybe"}, "type"),
        ({"is_dealer": 0.0}, "type"),
        ({"second_phone": "abc"}, "phone"),
        ({"second_phone": "010-12345"}, "phone-digits"),
        ({"revenue": ["a", "b"]}, "type"),
    ],
)
def test_an_answer_in_another_form_is_named_and_never_repeated(answer: dict[str, Any], code: str) -> None:
    assert _refused("D", Report(fields=answer)) == [(f"/fields/{next(iter(answer))}", code)]


def test_a_field_under_two_names_and_an_internal_one_are_refused() -> None:
    assert _refused("D", Report(fields={"source": "fair", "客户来源": "fair"})) == [("/fields/客户来源", "field-twice")]
    assert _refused("D", Report(fields={"备注": "x"})) == [("/fields", "unknown-field")]


WRONG = Report(
    type="x",
    expected_by="明天",
    customer=ReportedCustomer(contact=Contact(phone="12345", email="nobody")),
    fields={"source": "报纸"},
)


def test_wrong_forms_are_named_by_pointer() -> None:
    assert _refused("D", WRONG) == [
        ("/type", "unknown-code"),
        ("/expected_by", "moment"),
        ("/customer/contact/phone", "phone-digits"),
        ("/customer/contact/email", "email"),
        ("/fields/source", "unknown-code"),
    ]


def test_from_mail_and_paper_what_cannot_be_read_is_missing() -> None:
    found = resolve(_policy("D"), WRONG, lenient=True)
    assert found == Resolved(
        Report(customer=ReportedCustomer()),
        ("type", "expected_by", "customer.phone", "customer.email", "fields.source"),
    )
    assert _refused("D", Report(fields={"x": 1}), lenient=True) == [("/fields", "unknown-field")]


@pytest.mark.parametrize("value", ["2024-10-15", "2024-10-15T10:00:00+08:00", "2024-10-15T10:00:00Z"])
def test_a_day_or_a_moment_may_be_wished(value: str) -> None:
    assert resolve(_policy("C"), Report(expected_by=value)).report.expected_by == value


@pytest.mark.parametrize("value", ["2024-10-15T10:00:00", "20241015", "2024-13-01", "10-15", "soon"])
def test_nothing_else_is_a_date(value: str) -> None:
    assert _refused("C", Report(expected_by=value)) == [("/expected_by", "moment")]


def test_eleven_digits_where_the_policy_asks_for_them() -> None:
    def report(phone: str) -> Report:
        return Report(customer=ReportedCustomer(contact=Contact(phone=phone)))

    assert resolve(_policy("D"), report("+86 138-0013-8000")).unreadable == ()
    assert resolve(_policy("C"), report("+44 20 7946 0958")).unreadable == ()
    assert _refused("D", report("+44 20 7946 0958")) == [("/customer/contact/phone", "phone-digits")]
