"""The tracking page in a real browser: a supplement, a change, the result signed, an objection."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visitor
from tests.intake.test_pages_tracking import AT, CHANGE, NAME, Followed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_supplement_is_given(visitor: Visitor, site: Site) -> None:
    followed = Followed(site.intake)
    asked = {"missing": ["description"], "vague": [], "text": "请发一下报错编号", "at": AT}
    followed.hears("supplement.requested", "waiting", **asked)
    visitor.open(followed.path)
    visitor.look("tracking-asked")
    visitor.page.locator("#description").fill("报错编号 E-5002")
    visitor.follow(visitor.page.locator("#supplement button"))
    expect(visitor.page.get_by_role("status")).to_contain_text("已收到您的补充")
    assert site.intake.told("demand.supplemented")[0].data["description"] == "报错编号 E-5002"
    visitor.look("tracking-supplemented")


def test_a_change_is_agreed_to(visitor: Visitor, site: Site) -> None:
    followed = Followed(site.intake, "B")
    followed.hears("change.requested", "in_progress", **CHANGE)
    visitor.open(followed.path)
    visitor.look("tracking-change")
    visitor.follow(visitor.page.get_by_role("button", name="同意变更"))
    expect(visitor.page.get_by_role("status")).to_contain_text("变更")
    assert len(site.intake.told("change.confirmed")) == 1


def test_a_result_is_signed_and_objected_to_later(visitor: Visitor, site: Site) -> None:
    followed = Followed(site.intake, "B")
    followed.completed(remedy={"offered": "减免一月服务费", "accepted": None}, recourse="可向消协投诉")
    page = visitor.page
    visitor.open(followed.path)
    visitor.look("tracking-result")
    page.get_by_label("基本满意", exact=True).check()
    page.locator("#answer-name").fill(NAME)
    visitor.follow(page.locator("#answer button"))
    expect(page.get_by_role("status")).to_contain_text("评价")
    assert len(site.intake.told("demand.confirmed")) == 1
    followed.closed()
    visitor.open(followed.path)
    page.get_by_text("仍不满意？").click()
    visitor.look("tracking-dispute")
    page.locator("#dispute-opinion").fill("第二天又坏了")
    page.locator("#dispute-name").fill(NAME)
    visitor.follow(page.locator("#dispute button"))
    expect(page.get_by_role("status")).to_contain_text("异议")
    assert len(site.intake.told("demand.disputed")) == 1
    followed.hears("demand.locked", "closed", "done", cycle=1, at=AT)
    visitor.open(followed.path)
    expect(page.locator("main")).to_contain_text("请提出新的需求")
    visitor.look("tracking-locked")


def test_what_is_not_there_is_said_in_words(visitor: Visitor, site: Site) -> None:
    visitor.open("/t/" + "A" * 59)
    expect(visitor.page.locator("main")).to_contain_text("链接可能已失效")
    visitor.look("not-found")
