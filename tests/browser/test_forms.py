"""The forms in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import VIEWS, Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账"
WHO = {"customer.name": "欧阳金丝雀", "customer.phone": "13800138000"}
FORMS = {
    "a": ({**WHO, "description": TEXT}, {"type": "complaint", "urgency": "normal"}),
    "b": (
        {
            **WHO,
            "customer.company": "蓝鲸物流",
            "fields.symptom": TEXT,
            "fields.goal": "能按月导出",
            "fields.background": "财务月结",
        },
        {"type": "feature", "urgency": "normal"},
    ),
    "c": ({**WHO, "description": TEXT, "subject": "导出失败"}, {"type": "complaint"}),
    "d": ({**WHO, "description": TEXT}, {"type": "product_inquiry", "fields.source": "exhibition"}),
}


@pytest.mark.parametrize("code", FORMS)
def test_a_form_is_filled_in_corrected_and_sent(visitor: Visitor, site: Site, code: str) -> None:
    texts, choices = FORMS[code]
    page = visitor.page
    visitor.open("/")
    visitor.look("list")
    visitor.follow(page.locator(f'a[href$="/f/{code}"]'))
    visitor.look(f"form-{code}")
    for name, text in texts.items():
        page.locator(f'[name="{name}"]').fill(text)
    for name, value in choices.items():
        options = page.locator(f'[name="{name}"] option').evaluate_all("all => all.map(one => one.value)")
        page.locator(f'[name="{name}"]').select_option(value if value in options else options[1])
    page.locator('[name="customer.phone"]').fill("12")
    visitor.follow(page.locator('button[type="submit"]').first)
    expect(page.locator("#q-consent-error")).to_be_visible()
    page.locator('[name="consent"]').check()
    visitor.follow(page.locator('button[type="submit"]').first)
    expect(page.locator("#q-customer-phone-error")).to_be_visible()
    for name, text in texts.items():
        expect(page.locator(f'[name="{name}"]')).to_have_value("12" if name == "customer.phone" else text)
    visitor.look(f"form-{code}-wrong")
    page.locator('[name="customer.phone"]').fill(WHO["customer.phone"])
    visitor.follow(page.locator('button[type="submit"]').first)
    (received,) = site.intake.told("demand.received")
    expect(page.locator("h1")).to_have_text("已收到您的需求")
    expect(page.locator("main")).to_contain_text(received.data["number"])
    visitor.look(f"receipt-{code}")


def test_a_form_is_printed_on_paper_that_anybody_can_read(visitor: Visitor) -> None:
    visitor.open("/f/d/print")
    expect(visitor.page.locator(".sheet-code img")).to_be_visible()
    visitor.look("printed-d")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator("header.navbar")).to_be_hidden()
    expect(visitor.page.locator(".asked").first).to_be_visible()


def test_stars_are_asked_for_a_rating(visitor: Visitor) -> None:
    visitor.open("/f/d")
    stars = visitor.page.locator('[name="feedback.stars"]').first
    expect(stars).to_be_visible(visible=not visitor.scripts)
    visitor.page.locator('[name="feedback.kind"]').select_option("rating")
    expect(stars).to_be_visible()


def test_what_hangs_on_another_answer_is_hidden_and_not_sent(visitor: Visitor, site: Site) -> None:
    page, scripts = visitor.page, visitor.scripts
    visitor.open("/f/dealers")
    kind, country = page.locator('[name="customer.kind"]'), page.locator('[name="fields.country"]')
    abroad, dealer = page.locator('[value="abroad"]'), page.locator('[name="fields.dealer"][value="yes"]')
    words = page.get_by_text("仅当“客户类型”选“企业”时填写")
    for one in (dealer, abroad, country, words):
        expect(one).to_be_visible(visible=not scripts)
    for name, text in {**WHO, "description": TEXT}.items():
        page.locator(f'[name="{name}"]').fill(text)
    kind.select_option("company")
    dealer.check()
    page.locator('[value="south"]').check()
    expect(country).to_be_visible(visible=not scripts)
    abroad.check()
    country.fill("新加坡")
    visitor.look("form-dealers")
    kind.select_option("person")
    for one in (dealer, abroad, country):
        expect(one).to_be_visible(visible=not scripts)
    kind.select_option("company")
    expect(country).to_have_value("新加坡")
    country.fill("")
    page.locator('[name="consent"]').check()
    visitor.follow(page.locator('button[type="submit"]').first)
    expect(page.locator("#q-fields-country-error")).to_be_visible()
    expect(abroad).to_be_checked()
    visitor.look("form-dealers-wrong")
    country.fill("越南")
    page.locator('[value="south"]').uncheck()
    visitor.follow(page.locator('button[name="as_it_is"]'))
    (received,) = site.intake.told("demand.received")
    assert received.data["fields"] == {"dealer": True, "regions": ["abroad"], "country": "越南"}


def test_what_is_hidden_has_no_effect(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    visitor.open("/f/d")
    typed = {**WHO, "customer.company": "蓝鲸物流", "description": TEXT}
    kind = page.locator('[name="customer.kind"]')
    kind.select_option("company")
    for name, text in typed.items():
        page.locator(f'[name="{name}"]').fill(text)
    kind.select_option("person")
    page.locator('[name="type"]').select_option("other")
    page.locator('[name="consent"]').check()
    visitor.follow(page.locator('button[type="submit"]').first)
    (received,) = site.intake.told("demand.received")
    assert received.data["customer"]["kind"] == "person" and received.data["customer"]["company_name"] is None


def test_what_is_wanting_stays_in_sight(visitor: Visitor) -> None:
    visitor.open("/f/dealers")
    page = visitor.page
    for name, text in {**WHO, "description": TEXT}.items():
        page.locator(f'[name="{name}"]').fill(text)
    page.locator('[name="consent"]').check()
    visitor.follow(page.locator('button[type="submit"]').first)
    expect(page.locator("#q-customer-kind-error")).to_be_visible()
    expect(page.locator('[name="fields.dealer"]').first).to_be_visible(visible=not visitor.scripts)


def test_a_draft_stays_on_the_device_until_it_was_sent(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport=VIEWS["phone"], locale="zh-CN")
    visitor = Visitor(context.new_page(), site.url, True, "draft")
    visitor.open("/f/a")
    visitor.page.locator('[name="description"]').fill(TEXT)
    visitor.page.reload()
    expect(visitor.page.locator('[name="description"]')).to_have_value(TEXT)
    expect(visitor.page.locator('[name="consent"]')).not_to_be_checked()
    visitor.page.locator('[name="consent"]').check()
    for name, text in WHO.items():
        visitor.page.locator(f'[name="{name}"]').fill(text)
    visitor.page.locator('[name="type"]').select_option("complaint")
    visitor.follow(visitor.page.locator('button[type="submit"]').first)
    expect(visitor.page.locator("h1")).to_have_text("已收到您的需求")
    visitor.open("/f/a")
    expect(visitor.page.locator('[name="description"]')).to_have_value("")
    visitor.done()
    context.close()


def test_a_file_is_chosen_refused_and_chosen_again(visitor: Visitor, site: Site) -> None:
    page, before = visitor.page, len(site.intake.told("attachment.added"))
    visitor.open("/f/a")
    for name, text in {**WHO, "description": TEXT}.items():
        page.locator(f'[name="{name}"]').fill(text)
    page.locator('[name="type"]').select_option("complaint")
    page.locator('[name="consent"]').check()
    wrong = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"MZ program"}
    page.locator('[name="attachments.contract"]').set_input_files([wrong])  # type: ignore[list-item]
    visitor.follow(page.locator('button[type="submit"]').first)
    expect(page.locator("#q-attachments-contract-error")).to_be_visible()
    expect(page.locator('[name="description"]')).to_have_value(TEXT)
    expect(page.locator("#q-attachments-contract-again")).to_be_visible()
    visitor.look("form-a-wrong-file")
    good = [{**wrong, "name": name, "buffer": b"%PDF-1.7 " + name.encode()} for name in ("合同👍.pdf", "附页.pdf")]
    page.get_by_label("合同", exact=True).set_input_files(good[:1])  # type: ignore[arg-type]
    page.get_by_label("其他文件", exact=True).set_input_files(good[1:])  # type: ignore[arg-type]
    page.get_by_label("其他文件是什么").fill("签字页")
    visitor.follow(page.locator('button[type="submit"]').first)
    expect(page.locator("h1")).to_have_text("已收到您的需求")
    expect(page.locator("main")).to_contain_text("合同 - 合同👍.pdf")
    expect(page.locator("main")).to_contain_text("签字页 - 附页.pdf")
    assert len(site.intake.told("attachment.added")) == before + 2


def test_the_keyboard_is_enough(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport=VIEWS["desk"], locale="en-GB")
    visitor = Visitor(context.new_page(), site.url, True, "keys")
    visitor.open("/f/a")
    expect(visitor.page.locator("h1")).to_have_text("Customer demand record")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(".skip")).to_be_focused()
    visitor.look("form-a-english")
    visitor.page.locator('[name="consent"]').focus()
    visitor.page.keyboard.press("Space")
    expect(visitor.page.locator('[name="consent"]')).to_be_checked()
    visitor.page.keyboard.press("Tab")
    with visitor.led_on():
        visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#errors")).to_be_focused()
    visitor.done()
    context.close()
