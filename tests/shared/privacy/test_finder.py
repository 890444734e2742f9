"""Personal data in free text is found however it is written; order numbers stay."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy.finder import find, redactor


@pytest.mark.parametrize(
    "text",
    [
        "13912345678", "139-1234-5678", "139 1234 5678", "+86 139 1234 5678", "008613912345678",
        "１３９１２３４５６７８", "010-12345678", "(021)12345678", "+44 20 7946 0958",
        "a.b+c@mail.example.cn", "ａ＠example.cn", "11010519491231002X", "11010519491231002x",
        "6222021234567890128", "4111 1111 1111 1111",
    ],
)  # fmt: skip
def test_found(text: str) -> None:
    redacted = redactor()(f"请联系{text}，谢谢")
    assert text not in redacted
    assert redacted.startswith("请联系[")
    assert redacted.endswith("]，谢谢")


@pytest.mark.parametrize(
    "text",
    ["订单20231008001", "XRQ20241008001", "202310-CSR-001", "2023-10-08 14:30", "型号 ABC-123456", "110105194912310021",
     "1234567890123456", "400-800-1234", "8611"],
)  # fmt: skip
def test_left_alone(text: str) -> None:
    assert redactor()(text) == text


def test_messenger_accounts_are_found_by_their_label() -> None:
    assert redactor()("微信号：wang_2024 加我，QQ 12345678") == "微信号：[账号1] 加我，QQ [账号2]"


def test_one_value_keeps_one_mark() -> None:
    redact = redactor()
    assert redact("13912345678或139 1234 5678，13800138000") == "[电话1]或[电话1]，[电话2]"
    assert redact("再打13800138000") == "再打[电话2]"


def test_the_customers_own_names_and_contacts_are_found() -> None:
    redact = redactor(["欧阳雪", "Wang Fang", "020 8888", "x"])
    assert redact("欧阳雪说WANG FANG打了0208888，x不算") == "[客户1]说[客户2]打了[电话1]，x不算"


def test_overlapping_finds_hide_both() -> None:
    assert redactor(["王13912345678"])("王13912345678") == "[客户1]"


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_spans_are_in_order_and_apart(text: str, own: list[str]) -> None:
    spans = find(text, own)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


def test_a_megabyte_is_no_trap() -> None:
    for text in ("1" * 100_000, "a@" * 50_000, "1 " * 50_000, "+1" * 50_000, "微信" * 50_000):
        redactor(["1234567"])(text)
