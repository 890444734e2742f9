"""Forms on paper, for exhibitions and visits (policy D): numbered, with room to write, rules, notice and QR code."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.documents import other_fields
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released


@pytest.fixture
def four(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake under the released policies, with a paper channel of D and a web form of A."""
    intake = make_intake(one_database, released())
    intake.add_channel("expo", kind="paper", policy="D", form="unified")
    intake.add_channel("web", policy="A", form="record")
    intake.add_channel("api", policy="C")
    return intake


@pytest.fixture
def reader(four: Intake) -> Reader:
    return Reader(four.client())


def shown(reader: Reader, code: str = "expo", language: str | None = None) -> str:
    answer = reader.get(f"/f/{code}/print", language)
    assert answer.status_code == 200
    assert "style=" not in answer.text  # the policy of the page lets no such style through
    return html.unescape(re.sub(r"\s+", " ", answer.text))


def questions(page: str) -> list[tuple[int, str]]:
    """Number and label of each, with all that stands beside it."""
    found = re.findall(r'<div class="asked-label">(\d+)\. (.*?)</div>', page)
    return [(int(number), re.sub(r"<[^>]+>", "", text).strip()) for number, text in found]


def test_every_question_is_numbered_and_what_must_be_answered_is_marked(reader: Reader) -> None:
    asked = questions(shown(reader))
    assert [number for number, _ in asked] == list(range(1, len(asked) + 1))
    labels = [text for _, text in asked]
    assert "姓名 * 必填" in labels and "需求描述 * 必填" in labels and "产品" in labels
    assert not any("处理状态" in one or "负责人" in one for one in labels)  # staff fills these in elsewhere
    (stars,) = [one for one in labels if "星级" in one]
    assert "仅当“反馈类型”选“满意度评价”时填写" in stars
    (company,) = [one for one in labels if one.startswith("公司名称")]
    assert company == "公司名称 * 必填 仅当“客户类型”选“企业”时填写"


def test_choices_are_boxes_and_texts_have_lines(reader: Reader) -> None:
    page = shown(reader)
    for choice in ("产品咨询", "服务定制", "1-5万", "展会推荐", "5 星（非常满意）"):
        assert f'<span class="box">{choice}</span>' in page
    assert page.count('<div class="rule"></div>') >= 10
    assert "________ 年 ____ 月 ____ 日" in page


def test_the_filling_rules_are_those_of_the_form(reader: Reader) -> None:
    rules = shown(reader).partition("填写规则")[2].partition("</section>")[0]
    for rule in ("* 必填", "打“√”", "2024-10-15", "11 位", "5 星为非常满意", "不要只写“想了解一下”"):
        assert rule in rules
    assert "可多选" not in rules and "仅授权人员" not in rules
    other = shown(reader, "web").partition("填写规则")[2].partition("</section>")[0]
    assert "星级" not in other and "2024-10-15" in other


def test_notice_consent_and_the_way_online_stand_on_it(reader: Reader) -> None:
    page = shown(reader)
    assert "个人信息处理告知" in page and "我已阅读并同意" in page and "签名" in page
    assert 'src="/f/expo/qr.svg"' in page and "http://127.0.0.1:8001/f/expo" in page
    code = reader.get("/f/expo/qr.svg")
    assert code.status_code == 200 and code.mimetype == "image/svg+xml"


def test_it_is_made_for_a4(reader: Reader) -> None:
    (sheet,) = re.findall(r'href="([^"]*print\.css[^"]*)"', shown(reader))
    style = reader.get(sheet)
    assert style.status_code == 200 and "size: A4" in style.text


def test_it_can_be_had_in_english(reader: Reader) -> None:
    page = shown(reader, language="en")
    assert "Only if “Kind of feedback” is “Rating”" in page and "Only if “Kind of customer” is “Company”" in page
    assert "How to fill it in" in page and "Product inquiry" in page and "* required" in page
    assert "填写规则" not in page and "必填" not in page


def test_only_web_forms_are_listed_though_all_can_be_printed(reader: Reader) -> None:
    listed = reader.get("/").text
    assert "/f/web" in listed and "/f/expo" not in listed
    assert questions(shown(reader, "web"))


@pytest.mark.parametrize("code", ["api", "nobody"])
def test_channels_without_a_form_print_nothing(reader: Reader, code: str) -> None:
    assert reader.get(f"/f/{code}/print").status_code == 404


def test_sensitive_questions_say_so_on_paper_too(make_intake: Callable[..., Intake], one_database: str) -> None:
    from services.intake.gateways.policies import InstalledRules
    from shared.calendars import loader as calendars
    from shared.policies import loader

    rules: Any = InstalledRules(loader.Policies([loader.load(other_fields())]), calendars.installed())
    intake = make_intake(one_database, rules)
    intake.add_channel("expo", kind="paper", policy="D", form="unified")
    page = shown(Reader(intake.client()))
    assert page.count("仅授权人员可见") == 2  # beside the question, and in the rules
