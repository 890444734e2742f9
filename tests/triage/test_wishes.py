"""By when customers wish to hear from us, in their own words; and the clock that follows from it."""

from zoneinfo import ZoneInfo

import pytest

from services.triage.domain.wishes import wished_by
from shared.calendars import loader as calendars
from tests.triage.conftest import Triage, local, timer

CALENDAR = calendars.installed().effective("cn-office")
SAID = "2024-10-08 14:30"  # a Tuesday; 10-12 is a make-up Saturday


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("24小时内回复", "2024-10-09 14:30"),
        ("请在２４小时以内答复我", "2024-10-09 14:30"),
        ("24h内给答复", "2024-10-09 14:30"),
        ("优先处理，24小时内给答复", "2024-10-09 14:30"),
        ("两天内答复", "2024-10-10 14:30"),
        ("三天之内给个说法", "2024-10-11 14:30"),
        ("十二小时内", "2024-10-09 02:30"),
        ("半小时内回电", "2024-10-08 15:00"),
        ("30分钟内给我回电话", "2024-10-08 15:00"),
        ("一周内给方案", "2024-10-15 14:30"),
        ("3个工作日内反馈", "2024-10-11 14:30"),
        ("4个工作日内反馈", "2024-10-12 14:30"),
        ("今天下班前", "2024-10-08 18:00"),
        ("今天之内", "2024-10-09 00:00"),
        ("明天中午前回我", "2024-10-09 12:00"),
        ("明天下午5点前", "2024-10-09 17:00"),
        ("明天下午五点半前", "2024-10-09 17:30"),
        ("明早9点前给我电话", "2024-10-09 09:00"),
        ("今晚8点前", "2024-10-08 20:00"),
        ("后天17:00之前", "2024-10-10 17:00"),
        ("周五前给结果", "2024-10-12 00:00"),
        ("下周一上午10点前", "2024-10-14 10:00"),
        ("10月15日前", "2024-10-16 00:00"),
        ("2024-10-20 之前", "2024-10-21 00:00"),
        ("10月12日下班前", "2024-10-12 18:00"),
        ("reply within 24 h", "2024-10-09 14:30"),
        ("Please answer within two days", "2024-10-10 14:30"),
        ("within 3 working days", "2024-10-11 14:30"),
        ("in half an hour please", "2024-10-08 15:00"),
        ("by tomorrow 5 pm", "2024-10-09 17:00"),
        ("by 9:30 am tomorrow", "2024-10-09 09:30"),
        ("call me today before close of business", "2024-10-08 18:00"),
        ("by Friday noon", "2024-10-11 12:00"),
        ("明天之前，最晚3天内", "2024-10-10 00:00"),
        ("尽快", None),
        ("马上处理！！！", None),
        ("as soon as possible", None),
        ("handle first", None),
        ("已经三天没人回复了", None),
        ("10月1日就说过了", None),
        ("3月1日前给新方案", "2025-03-02 00:00"),
        ("2024-10-01 之前", None),
        ("13月40日前", None),
        ("999天内", None),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_words_and_the_moment_they_name(text: str | None, by: str | None) -> None:
    found = wished_by(text, local(SAID), CALENDAR)
    told = None if found is None else found.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
    assert told == by


def test_a_wish_is_a_clock_where_it_comes_before_the_policys_first_response(triage: Triage) -> None:
    """Policy C: an ordinary inquiry is answered within a working day; accepting is no answer to the customer."""
    number = triage.demand(wishes="今天下班前给我答复")
    assert triage.due(number, "wish") == ["2024-10-08 18:00"]
    triage.act(number, "accept")
    at = triage.at("2024-10-08 18:00")
    triage.receive(timer(triage, number, at=at, clock="wish"))
    (breached,) = triage.published("deadline.breached")
    assert (breached.data["code"], breached.data["kind"]) == ("wish", "wish")
    triage.act(number, "told", text="已催承运商", channel="phone", by="staff")
    assert next(one["met_at"] for one in triage.shown(number)["deadlines"] if one["code"] == "wish")


@pytest.mark.parametrize("wishes", ["三天内答复", "尽快", None])
def test_a_wish_that_asks_for_less_or_for_no_moment_has_no_clock(triage: Triage, wishes: str | None) -> None:
    assert triage.due(triage.demand(wishes=wishes), "wish") == []


def test_where_the_policy_owes_no_first_response_every_wish_counts(triage: Triage) -> None:
    """Policy A: only 紧急 has a first response."""
    number = triage.demand("请问报价单在哪里下载", policy="A", type="inquiry", urgency="normal", wishes="两天内答复")
    assert triage.due(number, "wish") == ["2024-10-10 14:30"]


def test_a_wish_that_comes_with_a_supplement_counts_from_then(triage: Triage) -> None:
    number = triage.demand("请问报价单在哪里下载", policy="A", type="inquiry", urgency="normal")
    triage.at("2024-10-09 10:00")
    triage.hear(
        number, "demand.supplemented", supplement_id="s-1", at="2024-10-09T02:00:00Z", by="customer",
        description=None, fields={}, values={"wishes": "24小时内回复"}, given=["wishes"],
        quality={"vague": [], "missing": []},
    )  # fmt: skip
    assert triage.due(number, "wish") == ["2024-10-10 10:00"]


@pytest.mark.parametrize(("wishes", "level"), [("请优先处理", "mid"), ("please handle first", "mid"), (None, "low")])
def test_c_handles_first_what_the_customer_wishes_handled_first(triage: Triage, wishes: str | None, level: str) -> None:
    number = triage.demand("希望在个人中心自己选发票抬头", type="suggestion", wishes=wishes)
    assert triage.shown(number)["priority"]["code"] == level


def test_ds_focus_customers_have_an_owner_are_served_first_and_contacted_every_working_day(triage: Triage) -> None:
    number = triage.demand("想签约做渠道商", policy="D", type="cooperation", urgency="mid", fields={"intent": "clear"})
    assert triage.shown(number)["priority"]["code"] == "high"
    assert triage.due(number, "own_owner") == ["2024-10-09 14:30"]
    triage.act(number, "assign", handler_name="钱顾问")
    assert triage.due(number, "daily_contact") == ["2024-10-09 14:30"]
    triage.at("2024-10-09 10:00")
    triage.act(number, "told", by="staff", text="合同模板已发", channel="phone")
    assert triage.due(number, "daily_contact") == ["2024-10-09 14:30", "2024-10-10 10:00"]
    other = triage.demand("想了解一下手册在哪里下载", policy="D", type="product_inquiry", urgency="mid")
    triage.act(other, "assign", handler_name="钱顾问")
    assert triage.shown(other)["priority"]["code"] == "mid" and triage.due(other, "daily_contact") == []
