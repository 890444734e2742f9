"""The four policies beside one another: they contradict each other and all count at once."""

from typing import get_args

import pytest

from shared.policies.facts import Facts
from shared.policies.interpret import notices, prioritise
from shared.policies.loader import departments, installed
from shared.policies.model import Policy
from shared.policies.parts import Category
from tests.shared.policies.kit import NOW, placeholders, policy, spans

RULES = installed().all()


@pytest.fixture(params=RULES, ids=lambda one: one.code)
def rules(request: pytest.FixtureRequest) -> Policy:
    return request.param


def test_all_four_count_at_the_same_time() -> None:
    assert {installed().effective(code, NOW).code for code in "ABCD"} == set("ABCD")
    assert len({one.sha256 for one in RULES}) == 4


def test_numbers_never_meet() -> None:
    place = {"yyyy": "2024", "mm": "10", "dd": "08", "department": "CSR", "customer": "YQ20241008001", "seq": "001"}
    assert {one.code: one.numbering.pattern.format_map(place) for one in RULES} == {
        "A": "XRQ20241008001", "B": "202410-CSR-001", "C": "M20241008001", "D": "YQ20241008001-001",
    }  # fmt: skip
    assert len({(one.customer_numbering.pattern, one.customer_numbering.scope) for one in RULES}) == 1


def test_words_of_urgency_differ() -> None:
    assert {one.code: [level.label.zh for level in one.urgencies] for one in RULES} == {
        "A": ["紧急", "普通", "低"], "B": ["紧急", "一般", "非紧急"], "C": ["高", "中", "低"], "D": ["高", "中", "低"],
    }  # fmt: skip


def test_the_same_urgency_leads_to_other_priorities() -> None:
    assert {one.code: prioritise(one, Facts("", urgency=one.urgencies[0].code)).level.label.zh for one in RULES} == {
        "A": "中", "B": "中 P1", "C": "高", "D": "高",
    }  # fmt: skip
    assert {one.code: bool(one.priority.confirm_by) for one in RULES} == {"A": True, "B": False, "C": False, "D": False}


def test_first_responses_differ() -> None:
    assert {code: list(spans(policy(code), "first_response").values()) for code in "ABC"} == {
        "A": ["24h", None, None], "B": ["24h", "48h", "72h"], "C": ["4h", "1wd", "3wd"],
    }  # fmt: skip
    assert spans(policy("D"), "assignment") == {"always": "24h"}


def test_plans_delays_satisfaction_and_signatures_differ() -> None:
    clocks = {one.code: {clock.code for clock in one.clocks} for one in RULES}
    assert {code for code in clocks if clocks[code] & {"plan", "evaluation"}} == {"A", "B"}
    assert {one.code: one.delay.notice if one.delay else None for one in RULES} == {
        "A": "-2wd", "B": None, "C": None, "D": None,
    }  # fmt: skip
    assert {one.code for one in RULES if one.change_requests} == {"B"}
    assert {one.code: (one.feedback.scale, one.feedback.signature) for one in RULES} == {
        "A": ("yes_no", "if_satisfied"), "B": ("three_levels", "always"), "C": ("three_levels", "none"),
        "D": ("stars", "none"),
    }  # fmt: skip
    assert {one.code: one.feedback.not_satisfied for one in RULES} == {
        "A": "second_cycle", "B": "second_cycle", "C": "improvement_measure", "D": "starts_handling",
    }  # fmt: skip


def test_archives_and_reports_differ() -> None:
    assert {one.code: (one.archive.schedule, one.retention.years) for one in RULES} == {
        "A": ("last_workday", 2), "B": ("by_day", 3), "C": ("by_day", None), "D": ("by_day", None),
    }  # fmt: skip
    assert {one.code: [report.every for report in one.reports] for one in RULES} == {
        "A": ["quarter"], "B": ["month", "month"], "C": ["month"], "D": ["week", "month"],
    }  # fmt: skip


def test_names_of_departments_mean_the_same_everywhere() -> None:
    meant: dict[str, set[str]] = {}
    for one in RULES:
        for name, code in one.departments.items():
            meant.setdefault(name, set()).add(code)
    assert all(len(codes) == 1 for codes in meant.values())
    assert meant["客户服务"] == meant["客服主管"] == meant["客服部"] == {"CSR"}
    assert meant["产品组"] == meant["产品部"] == {"PRD"}


def test_departments_lead_by_codes_of_the_one_list(rules: Policy) -> None:
    assert {one.lead for one in rules.types} | set(rules.departments.values()) <= set(departments())


def test_types_share_their_categories() -> None:
    common = {one.category for rules in RULES for one in rules.types}
    assert common <= set(get_args(Category))
    assert {"inquiry", "complaint", "suggestion", "change", "request", "service", "cooperation", "other"} == common


def test_a_receipt_never_promises_when_all_is_done(rules: Policy) -> None:
    for one in notices(rules, "demand.received", Facts("")):
        assert placeholders(one.body.zh) | placeholders(one.body.en) <= {"number", "due", "name"}
        assert not any(word in one.body.zh for word in ("解决", "办结", "完成", "处理完"))


def test_the_customer_is_told_at_every_turn_under_every_policy(rules: Policy) -> None:
    for event in ("demand.received", "supplement.requested", "demand.delayed", "demand.completed"):
        assert "customer" in {one.audience for one in notices(rules, event, Facts(""))}


def test_both_languages_say_the_same_facts(rules: Policy) -> None:
    for one in rules.notices:
        assert placeholders(one.body.zh) == placeholders(one.body.en)
        assert placeholders(one.subject.zh) == placeholders(one.subject.en)


def test_what_is_ours_is_marked() -> None:
    assert all(clock.ours for one in RULES for clock in one.clocks if clock.kind == "no_answer")
    assert all(one.status("waiting").ours for one in RULES)
    assert {one.code for one in RULES if one.numbering.ours} == {"C", "D"}
