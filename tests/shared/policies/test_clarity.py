"""A text that says nothing is told from one that can be handled, and what it states is named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policies.clarity import hints, is_vague, plain
from tests.shared.policies.clarity_score import PARTS, STATES, judged, rows, state_score, table, vague_score

LEAST_HINTS = {"where": 0.85, "what": 0.9, "when": 0.75}
"""Precision and recall by stated fact, in either part; the others 1 (few labels)."""


def test_the_examples_of_the_policies() -> None:
    assert judged("系统不好用")
    assert judged("有问题")
    assert judged("不太满意")
    assert not judged("订单模块无法批量导出Excel")


@pytest.mark.parametrize("text", ["", "？？？", "111111", "哈哈哈哈哈哈", "test", "ｔｅｓｔ"])
def test_nothing_said_is_vague_whatever_the_phrases(text: str) -> None:
    assert is_vague(text, phrases=[])


def test_what_is_said_beside_a_phrase_counts() -> None:
    assert is_vague("有问题，请处理", phrases=["有问题"], filler=["请处理"])
    assert not is_vague("有问题，空调漏水", phrases=["有问题"])
    assert not is_vague("有问题，滤芯型号与说明书不同", phrases=["有问题"])
    assert is_vague("有问题，滤芯型号与说明书不同", phrases=["有问题"], enough_left=12)


def test_latin_words_are_taken_out_whole() -> None:
    assert is_vague("It is bad, fix it", phrases=["bad"], filler=["it", "is", "fix"])
    assert not is_vague("Quantity mismatch in items list, bad", phrases=["bad"], filler=["it", "is"])


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("昨天下午3点订单模块打不开，提示错误码E10086", {"when", "where", "what", "error"}),
        ("订单20231008001少发2件", {"order", "number", "what"}),
        ("合同202310-CSR-001", {"order"}),
        ("系统不好用", set()),
    ],
)
def test_hints_name_what_a_text_states(text: str, stated: set[str]) -> None:
    assert hints(text) == stated


@pytest.mark.parametrize("part", PARTS)
def test_clear_texts_are_hardly_ever_called_vague(part: str) -> None:
    labels, finds, right = vague_score(part)
    assert right / finds >= 0.97
    assert right / labels >= 0.95


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("part", PARTS)
def test_stated_facts_are_told(part: str, state: str) -> None:
    labels, finds, right = state_score(part, state)
    assert min(right / finds, right / labels) >= LEAST_HINTS.get(state, 1.0)


def test_half_of_the_sample_is_vague() -> None:
    texts = [row for part in PARTS for row in rows(part)]
    assert len(texts) >= 120
    assert 0.4 <= sum(row["vague"] for row in texts) / len(texts) <= 0.6


def test_the_document_shows_these_figures() -> None:
    assert table() in Path("docs/finders.md").read_text("utf-8")


@given(st.text(max_size=200), st.lists(st.text(max_size=5), max_size=3))
def test_any_text_is_judged_alike_in_any_width_and_case(text: str, phrases: list[str]) -> None:
    given_words = [plain(one) for one in phrases if plain(one)]
    assert is_vague(text, phrases=given_words) == is_vague(plain(text), phrases=given_words)


@pytest.mark.parametrize("unit", ["1", "a", "不", "充", "订单", "1月", "错误码", "有问题", "err-", "[", "2023-"])
def test_a_megabyte_is_no_trap(unit: str) -> None:
    """Every pattern is linear, so this ends."""
    text = (unit * 1_000_000)[:1_000_000]
    is_vague(text, phrases=["有问题", "a"], filler=["1", "的"])
    hints(text)
