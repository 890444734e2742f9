"""Every notice of every policy reaches those it is for, in their language, with the facts of the demand."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifier.handlers import HANDLERS
from services.notifier.tables import Notice
from shared.contracts.events import PUBLISHED
from shared.policies.duties import NOTIFIED
from shared.policies.loader import installed
from tests.notifier.conftest import ADDRESS, DUE, NAME, Notifier
from tests.notifier.told import (
    assigned,
    blocked,
    breached,
    change_decided,
    change_requested,
    clock,
    completed,
    deadlines,
    delayed,
    handed_over,
    lacking,
    merged,
    received,
    rejected,
    supplement,
    triaged,
)

DAY = timedelta(days=1)
POLICIES = ("A", "B", "C", "D")


def test_every_published_event_that_a_policy_may_notify_on_is_handled() -> None:
    own = {"timer.approaching", "timer.reached"}
    assert {f"{kind}.v1" for kind in NOTIFIED & set(PUBLISHED) - own} <= set(HANDLERS)


def _whole_life(notifier: Notifier, policy: str, language: str) -> None:
    """A demand that everything happens to that the policy has a clock or a notice for."""
    clocks = installed().pinned(policy, "1").clocks
    rows = [clock(one.code, DUE + index * timedelta(minutes=1), kind=one.kind) for index, one in enumerate(clocks)]
    late = [one for one in clocks if one.kind not in ("reminder", "no_answer", "grace")]
    notifier.take(
        received(policy=policy, language=language),
        triaged(policy=policy),
        assigned(2),
        supplement(3, missing=["customer.name"], vague=["description"], text="订单号是多少"),
        delayed(4),
        lacking(5),
        blocked(6),
        change_requested(7),
        change_decided(8),
        handed_over(9),
        completed(10),
        merged(11),
        rejected(12),
        deadlines(*rows, version=13),
        *(breached(one.code, version, kind=one.kind) for version, one in enumerate(late, start=14)),
    )
    notifier.ring(DUE + DAY)
    notifier.send()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("policy", POLICIES)
def test_all_that_a_policy_says_is_said(notifier: Notifier, policy: str, language: str) -> None:
    notifier.staff.people = [("zhao", "SUP", "lead"), ("qian", "SUP", "staff"), ("sun", "CSR", "lead")]
    _whole_life(notifier, policy, language)
    sent = notifier.rows(Notice)
    assert {row.state for row in sent} == {"sent"}
    wanted = {(one.kind, one.on) for one in installed().pinned(policy, "1").notices if one.on in PUBLISHED}
    assert {(row.kind, row.event) for row in sent} == wanted
    by_id = {mail["Message-ID"]: mail for mail in notifier.postbox.mails}
    assert len(by_id) == len(notifier.postbox.mails) == len(sent)
    for row in sent:
        mail = by_id[row.message_id]
        to_customer = row.recipient == "customer"
        assert mail["To"] == (ADDRESS if to_customer else f"{row.recipient.removeprefix('staff:')}@example.org")
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in mail["Subject"])
        assert chinese is (language == "zh" or not to_customer), "staff is written to in Chinese"
        for text in (mail["Subject"], mail.get_content()):
            assert "{" not in text and " -" not in text and "None" not in text, text
        assert "M-d1" in mail["Subject"]


def _only(notifier: Notifier, *events: Any) -> str:
    """The text of the one mail that the last event causes."""
    notifier.take(*events[:-1])
    notifier.send()
    before = len(notifier.postbox.mails)
    notifier.take(events[-1])
    notifier.send()
    (mail,) = notifier.postbox.mails[before:]
    return str(mail.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("reported", "says"),
    [
        ({"urgency": "urgent"}, "着急的心情"),
        ({"urgency": "normal", "mood": "agitated"}, "消消气"),
        ({"description": "你们太过分了，订单模块无法批量导出"}, "消消气"),
        ({"description": "订单模块无法批量导出 Excel"}, "您的需求已记录"),
    ],
)  # fmt: skip
def test_a_calms_first_and_promises_only_feedback(notifier: Notifier, reported: dict[str, Any], says: str) -> None:
    text = _only(notifier, received(policy="A", **reported))
    assert says in text and NAME in text
    assert "2026-11-24 16:30" in text, "the promise in the company's time"


def test_d_thanks_for_a_rating(notifier: Notifier) -> None:
    rating = {"kind": "rating", "text": None, "stars": 5}
    assert "感谢您的反馈" in _only(notifier, received(policy="D", feedback=rating))


def test_a_supplement_is_asked_for_in_the_policys_words(notifier: Notifier) -> None:
    wanting = {"missing": ["fields.goal", "customer.name"], "text": "哪个车间？"}
    text = _only(notifier, received(policy="B"), triaged(policy="B"), supplement(**wanting))
    assert "请补充：请说明您期望达到的目标；请告诉我们联系人姓名；哪个车间？" in text


def test_what_no_rule_asks_for_has_at_least_its_label(notifier: Notifier) -> None:
    text = _only(notifier, received(policy="D"), triaged(policy="D"), supplement(missing=["fields.purpose", "product"]))
    label = next(one.label.zh for one in installed().pinned("D", "1").fields if one.code == "purpose")
    assert f"{label}；product" in text


def test_a_delay_names_both_dates_and_the_reason_in_the_customers_language(notifier: Notifier) -> None:
    reasons = installed().pinned("A", "1").delay
    assert reasons is not None
    reason = reasons.reasons[0]
    told = delayed(reason=reason.code, reason_label=reason.label.zh)
    text = _only(notifier, received(policy="A", language="en"), triaged(policy="A"), told)
    assert "by 2026-11-24 16:30" in text and "by 2026-11-26 16:30" in text.replace("\n", " ")
    assert reason.label.en in text


@pytest.mark.parametrize("policy", POLICIES)
def test_who_meant_somebody_else_is_told_and_a_spammer_is_not(notifier: Notifier, policy: str) -> None:
    text = _only(notifier, received(policy=policy), triaged(policy=policy), rejected())
    assert "可能不是我们" in text and "别家" not in text, "the reason is for us"
    before = len(notifier.postbox.mails)
    for demand, kind in (("d2", "spam"), ("d3", "not_a_demand")):
        notifier.take(received(demand, policy=policy), triaged(demand, policy=policy))
        notifier.send()
        before = len(notifier.postbox.mails)
        notifier.take(rejected(2, demand, kind))
        notifier.send()
        assert len(notifier.postbox.mails) == before


def test_a_result_says_what_came_out_and_what_comes_next(notifier: Notifier) -> None:
    text = _only(notifier, received(), triaged(), completed())
    assert "已催承运商\n预计明日送达" in text


def test_a_clock_warns_its_own_audience_only(notifier: Notifier) -> None:
    """Policy A: the plan is the handler's, the arrangement the department's."""
    notifier.staff.people = [("zhao", "SUP", "staff"), ("qian", "SUP", "lead")]
    rows = (clock("plan", kind="plan"), clock("arrangement", kind="arrangement"))
    notifier.take(received(policy="A"), triaged(policy="A", deadlines=rows), assigned())
    notifier.send()
    notifier.postbox.mails.clear()
    notifier.ring(DUE - timedelta(minutes=30))
    notifier.send()
    assert sorted(notifier.subjects()) == [
        "qian@example.org 需求 M-d1：安排处理人和方案 即将到期",
        "zhao@example.org 需求 M-d1：制定处理方案 即将到期",
        "zhao@example.org 需求 M-d1：安排处理人和方案 即将到期",
    ]


def test_only_reminders_tell_that_their_moment_came(notifier: Notifier) -> None:
    """Policy A's reminder to the handler is about telling a delay, not about every clock of the handler."""
    notifier.staff.people = [("zhao", "SUP", "staff")]
    rows = (
        clock("delay_notice", kind="reminder", approaching_at=None),
        clock("handling", kind="resolution", approaching_at=None),
        clock("confirmation_reminder_1", kind="reminder", approaching_at=None),
    )
    notifier.take(received(policy="A"), triaged(policy="A", deadlines=rows), assigned())
    notifier.send()
    notifier.postbox.mails.clear()
    notifier.ring(DUE)
    notifier.send()
    assert sorted(notifier.subjects()) == [
        "wang@example.com 您的需求 M-d1 等待您的回复",
        "zhao@example.org 需求 M-d1：如需延期请立即告知客户",
    ]
