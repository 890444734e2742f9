"""Every policy finds the type of texts as customers write them, and leaves open what its words cannot decide."""

import pytest

from shared.policies.facts import Facts
from shared.policies.interpret import classify, route
from shared.policies.loader import installed
from tests.shared.policies import texts
from tests.shared.policies.kit import policy

ROWS = [(code, *row) for code in ("A", "B", "C", "D") for row in getattr(texts, code)]


@pytest.mark.parametrize(("code", "text", "expected"), ROWS)
def test_the_type_of_a_text(code: str, text: str, expected: str | None) -> None:
    found = classify(policy(code), Facts(text))
    assert (found.type.code if found.type else None) == expected, found.candidates


@pytest.mark.parametrize("code", ["A", "B", "C", "D"])
def test_there_are_texts_of_every_type(code: str) -> None:
    rows = getattr(texts, code)
    assert len(rows) >= 30
    assert {expected for _, expected in rows} == {one.code for one in policy(code).types} | {None}


@pytest.mark.parametrize("one", installed().all(), ids=lambda one: one.code)
def test_a_declared_type_wins_over_every_word(one: object) -> None:
    for kind in one.types:  # type: ignore[attr-defined]
        found = classify(one, Facts("投诉 建议 咨询 合作 定制 申请", type=kind.code))  # type: ignore[arg-type]
        assert (found.type, found.reasons) == (kind, ("declared",))


@pytest.mark.parametrize("code", ["A", "B", "C", "D"])
def test_what_cannot_be_decided_goes_to_the_desk_that_sorts(code: str) -> None:
    rules = policy(code)
    silent = classify(rules, Facts("你好"))
    assert (silent.type, silent.reasons) == (None, ("none",))
    assert route(rules, Facts("你好")).lead == rules.undecided == "CSR"


def test_two_types_that_weigh_the_same_decide_nothing() -> None:
    found = classify(policy("B"), Facts("建议增加一个夜间值班电话"))
    assert (found.type, found.reasons) == (None, ("tie",))
    assert {code for code, _ in found.candidates} == {"feature", "complaint"}


def test_reasons_name_the_words_that_spoke() -> None:
    assert set(classify(policy("A"), Facts("客服态度恶劣，一直敷衍")).reasons) == {"word:态度", "word:敷衍"}
