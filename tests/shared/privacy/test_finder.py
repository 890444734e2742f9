"""Personal data in free text is found however it is written; order numbers stay."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy.finder import LABELS, find, redactor


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


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("王女士和李工都说不行", "王女士和李工都说不行"),
        ("张建国先生、李小红女士", "[姓名1]先生、[姓名2]女士"),
        ("感谢王经理，转欧阳建华老师", "感谢王经理，转[姓名1]老师"),
        ("张建国律师和张建国律师事务所", "[姓名1]律师和张建国律师事务所"),
        ("姓名：张伟，我叫李雪。", "姓名：[姓名1]，我叫[姓名2]。"),
        ("我是张伟，我是金牌会员", "我是[姓名1]，我是金牌会员"),
        ("沪AD12345、粤B·12345", "[车牌1]、[车牌2]"),
        ("北京市朝阳区建国路88号3号楼1201室，3号楼1201室", "[地址1]，3号楼1201室"),
        ("护照号E12345678，型号E12345678", "护照号[护照1]，型号E12345678"),
        ("身份证110101000307123", "身份证[证件1]"),
        ("座机55501234转801，会议号55501234", "座机[电话1]，会议号55501234"),
        ("幺三八零零零零九九九九", "[电话1]"),
        ("sun(at)example.com, logo@2x.png", "[邮箱1], logo@2x.png"),
        ("微信 zhang_88 和微信支付", "微信 [账号1] 和微信支付"),
    ],
)
def test_each_kind_has_its_mark_and_its_limit(text: str, redacted: str) -> None:
    assert redactor()(text) == redacted


def test_what_one_find_hides_bounds_the_next() -> None:
    assert redactor()("a@example.com13800001234-13900001234") == "[邮箱1][电话1]-[电话2]"
    assert redactor(["Wang"])("Wang13800001234") == "[客户1][电话1]"


_PIECES = st.sampled_from(
    [
        *["13800001234", "021-55501234", "+852 55501234", "a@example.com", "zhang_88", "123456789", "京A12345"],
        *["11010519491231002X", "6222021234567890128", "E12345678", "建国路88号", "北京市", "3号楼1201室", "8012"],
        *[
            "张建国",
            "李小红",
            "王",
            "微信",
            "QQ",
            "号",
            "电话",
            "订单号",
            "姓名",
            "我是",
            "先生",
            "经理",
            "护照",
            "转",
            "元",
        ],
        *["SN", "A", "在", "是", "：", " ", "-", ".", "+", ",", "(", ")"],
    ]
)


@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_a_redacted_text_holds_nothing_more_to_find(text: str) -> None:
    redacted = redactor()(text)
    assert redactor()(redacted) == redacted


@pytest.mark.parametrize("kind", LABELS)
def test_marks_are_not_found_themselves(kind: str) -> None:
    marks = "，".join(f"[{LABELS[kind]}{number}]" for number in (1, 12, 1234))
    for text in (marks, f"电话{marks}微信：{marks}", f"姓名：{marks}先生，住{marks}路88号"):
        assert redactor()(text) == text


_TRAPS = [
    *["1", "a", "a@", "a@b.", "+1", "+11111111111111111111111111111", "13800001234-", "a-_#1", "省市", "微信", "电话5"],
    *["路1号", "建国路8号", "大厦A座", "广场中心1号", "先生", "姓名：", "我是王", "京A1"],
]


@pytest.mark.slow
@pytest.mark.parametrize("unit", _TRAPS)
def test_a_long_text_is_no_trap(unit: str) -> None:
    """Every pattern is linear, so this ends; one that tries again from every place would take an hour."""
    redactor(["1234567"])((unit * 200_000)[:200_000])
