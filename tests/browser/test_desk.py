"""The desk in a real browser, by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from shared.http.staff_pages import TOKEN_COOKIE
from tests.browser.conftest import VIEWS, Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账"
PHONE = "13800138000"


@pytest.fixture(params=VIEWS)
def agent(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody of the staff, logged in, with JavaScript."""
    for policy in "ABCD":
        site.intake.add_channel(f"hotline-{policy.lower()}", kind="phone", policy=policy)
    context = chromium.new_context(viewport=VIEWS[request.param], locale="zh-CN")
    context.add_cookies([{"name": TOKEN_COOKIE, "value": site.intake.staff(), "url": site.url}])
    visitor = Visitor(context.new_page(), site.url, True, f"{request.param}-staff")
    yield visitor
    visitor.done()
    context.close()


class Keys:
    """Somebody's hands: how often a key was pressed that is not a letter of the text."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.pressed, self.letters = visitor.page, 0, 0

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        """Text into what has the focus."""
        self.page.keyboard.insert_text(text)
        self.letters += len(text)


def test_a_plain_call_needs_the_keyboard_alone(agent: Visitor, site: Site) -> None:
    body = {"policy": "A", "description": TEXT, "customer": {"name": "欧阳金丝雀", "contact": {"phone": PHONE}}}
    assert site.intake.post(body).status_code == 201
    keys = Keys(agent)
    agent.open("/desk?channel=hotline-a")
    agent.look("desk")
    keys.type(PHONE)
    with agent.led_on():
        keys.press("Enter")
    expect(agent.page.locator("#q-description")).to_be_focused()
    agent.look("desk-record")
    keys.type("上次的问题又出现了，三号机也导不出")
    with agent.led_on():
        keys.press("Control+Enter")
    expect(agent.page.locator("h1")).to_contain_text("已登记")
    agent.look("desk-demand")
    assert len(site.intake.told("demand.received")) == 2
    assert keys.pressed <= 2 and keys.letters < 40
    with agent.led_on():
        keys.press("Enter")
    expect(agent.page.locator("#who")).to_be_focused()


def test_an_angry_new_caller(agent: Visitor, site: Site) -> None:
    agent.open("/desk?channel=hotline-a")
    agent.page.locator("#who").fill(PHONE)
    with agent.led_on():
        agent.page.keyboard.press("Enter")
    calm = agent.page.get_by_text("非常理解您现在的心情")
    expect(calm).to_be_hidden()
    agent.page.locator('[name="mood"]').select_option("agitated")
    expect(calm).to_be_visible()
    agent.look("desk-record-angry")
    with agent.led_on():
        agent.page.keyboard.press("Control+Enter")
    expect(agent.page.locator("#errors")).to_be_focused()
    agent.look("desk-record-wrong")
    agent.page.locator('[name="description"]').fill(TEXT)
    agent.page.locator('[name="customer.name"]').fill("欧阳金丝雀")
    agent.page.locator('[name="type"]').select_option("complaint")
    with agent.led_on():
        agent.page.keyboard.press("Control+Enter")
    expect(agent.page.locator("main")).to_contain_text("这个问题是否影响正常使用")
    agent.look("desk-demand-angry")
    agent.follow(agent.page.get_by_role("button", name="查看联系方式"))
    expect(agent.page.locator("main")).to_contain_text(PHONE)
    agent.look("desk-contact")


def test_a_customer_is_found_by_name_and_looked_after(agent: Visitor, site: Site) -> None:
    who = {"name": "欧阳金丝雀", "company": "蓝鲸物流", "contact": {"phone": PHONE}}
    site.intake.post({"policy": "A", "description": TEXT, "customer": who, "order_number": "SO-77"})
    page = agent.page
    agent.open("/desk?channel=hotline-a")
    page.locator("#who").fill("金丝雀")
    with agent.led_on():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("是这位客户吗？")
    agent.look("desk-found")
    agent.follow(page.locator(".list-group-item").first)
    agent.follow(page.locator("#known a").first)
    expect(page.locator("h1")).to_contain_text("蓝鲸物流")
    agent.look("desk-customer")
    page.locator("#c-industry").fill("物流")
    page.locator('[name="verified"]').check()
    agent.follow(page.get_by_role("button", name="保存"))
    expect(page.get_by_role("status")).to_contain_text("已保存")
    expect(page.locator("main")).to_contain_text("核实")
    agent.look("desk-customer-changed")


def test_a_campaign_is_opened_and_answered_by_a_link_of_ones_own(chromium: Browser, agent: Visitor, site: Site) -> None:
    who = {"name": "欧阳金丝雀", "industry": "零售业", "contact": {"phone": PHONE}}
    site.intake.post({"policy": "D", "description": "想了解新版的报价方式", "customer": who})
    agent.page.context.add_cookies([{"name": TOKEN_COOKIE, "value": site.intake.staff("lead"), "url": site.url}])
    page = agent.page
    agent.open("/desk/campaigns")
    agent.look("campaigns")
    page.locator("#title").fill("老客户升级意向回访")
    page.locator("#code").fill("upgrade")
    page.locator("#form").select_option("D/unified")
    page.locator("#closes_at").fill("2099-12-31")
    page.locator("#instructions").fill("带 * 的必填，其余可不填")
    page.locator("#industry").fill("零售业")
    agent.follow(page.locator('form button[type="submit"]'))
    expect(page.get_by_role("status")).to_contain_text("已发起")
    agent.look("campaign")
    link = page.locator("li .own-words").inner_text()
    context = chromium.new_context(viewport=VIEWS["phone"], locale="zh-CN", java_script_enabled=False)
    customer = Visitor(context.new_page(), site.url, False, "invited")
    customer.open(link[link.index("/f/") :])
    customer.look("campaign-form")
    customer.page.locator('[name="description"]').fill("愿意升级到企业版，希望下月上线")
    customer.page.locator('[name="type"]').select_option("cooperation")
    customer.page.locator('[name="consent"]').check()
    customer.follow(customer.page.locator('button[type="submit"]').first)
    expect(customer.page.locator("h1")).to_have_text("已收到您的需求")
    customer.done()
    context.close()
    page.reload()
    expect(page.locator("main")).to_contain_text("1 / 1 已回答")
