"""The page where a customer follows a demand: what it shows, what it takes, and what it keeps to itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.domain import tokens
from services.intake.tables import Demand
from shared.clock import system_now
from tests.intake.conftest import Intake
from tests.intake.pages import Reader
from tests.intake.policies import released

NAME, PHONE = "欧阳金丝雀", "13800138000"
AT = "2024-10-08T06:30:00Z"
RESULT = {
    "conclusion": "已修复导出",
    "next_step": "请升级到 3.2",
    "notes": None,
    "explanation": None,
    "alternative": None,
}
FINISH = {"result": RESULT, "expectation_met": None, "left_over": None, "remedy": None, "recourse": None, "at": AT}
CHANGE = {
    "change": "c-1", "change_number": 1, "what": "改为更换模块", "reason": "固件无法修复", "plan": "更换通信模块",
    "cost": {"amount": 1200.0, "currency": "CNY"}, "expected_finish": "2024-10-14T10:00:00Z",
    "before": "2024-10-09T04:00:00Z", "at": AT, "approved_by": ["customer", "department_lead"],
}  # fmt: skip


class Followed:
    """A demand with its tracking page."""

    def __init__(self, intake: Intake, policy: str = "A", name: str = NAME, phone: str = PHONE) -> None:
        self.intake, self.policy = intake, released().pinned(policy, "1")
        body = {
            "policy": policy,
            "description": "导出失败，" + name,
            "customer": {"name": name, "contact": {"phone": phone}},
        }
        self.demand: Any = intake.post(body).json
        self.id, self.number = self.demand["id"], self.demand["number"]
        self.path = "/t/" + self.demand["tracking_url"].rpartition("/")[2]
        self.reader = Reader(intake.client())

    def status(self, category: str, resolution: str | None = None) -> dict[str, Any]:
        """The policy's first status of a category."""
        code = next(one.code for one in self.policy.statuses if one.category == category)
        return {"code": code, "label": code, "category": category, "resolution": resolution}

    def hears(self, kind: str, category: str, resolution: str | None = None, **data: Any) -> None:
        """What triage tells."""
        self.intake.hears(kind, self.id, status=self.status(category, resolution), **data)

    def completed(self, sha: str = "a" * 64, cycle: int = 1, **more: Any) -> None:
        """A result."""
        self.hears("demand.completed", "completed", cycle=cycle, result_sha256=sha, **FINISH | more)

    def closed(self, resolution: str = "done") -> None:
        """The end."""
        self.hears("demand.closed", "closed", resolution, cycle=1, at=AT, measure=None, reason=None, recourse=None)

    def text(self, language: str | None = None) -> str:
        """The page."""
        page = self.reader.get(self.path, language)
        assert page.status_code == 200
        return page.text

    def say(self, verb: str, **fields: str) -> Any:
        """Send a form of the page."""
        return self.reader.send(f"{self.path}/{verb}", self.reader.get(self.path), fields, to=verb)


@pytest.fixture
def four(make_intake: Callable[..., Intake], one_database: str) -> Intake:
    """An intake under the released policies."""
    return make_intake(one_database, released())


def test_a_page_shows_where_things_stand_and_names_nobody(four: Intake) -> None:
    followed = Followed(four)
    text = followed.text()
    assert followed.number in text and "已收到，等待处理" in text and "首次答复" in text
    assert NAME not in text and PHONE not in text and "导出失败" in text and 'content="noindex"' in text
    english = followed.text("en")
    assert "received, waiting to be handled" in english and "已收到" not in english


def test_what_happens_is_told_in_plain_words(four: Intake) -> None:
    followed = Followed(four)
    followed.hears("demand.accepted", "in_progress", department="AFS", accepted_at=AT)
    followed.hears("demand.planned", "in_progress", expected_finish="2024-10-09T04:00:00Z")
    followed.hears("demand.progressed", "in_progress", text="内部看法：客户很烦", at=AT)
    later = {"before": "2024-10-09T04:00:00Z", "expected_finish": "2024-10-10T04:00:00Z", "reason_label": "缺少配件"}
    followed.hears("demand.delayed", "in_progress", reason="parts", note="内部备注", late=False, at=AT, **later)
    followed.hears(
        "promise.made", "in_progress", promise=1, text="周四给您方案", promised_for="2024-10-10T04:00:00Z", at=AT
    )
    followed.hears("demand.handed_over", "in_progress", cycle=1, deliverables=[], report="内部报告", **FINISH)
    text = followed.text()
    for said in (
        "已有部门接收处理",
        "预计 2024-10-09 12:00",
        "原定 2024-10-09 12:00，现调整为 2024-10-10 12:00（缺少配件）",
        "周四给您方案",
    ):
        assert said in text
    assert "内部" not in text and "已修复导出" not in text


def test_every_event_that_moves_a_demand_has_words_in_both_languages(four: Intake) -> None:
    followed = Followed(four)
    followed.hears("demand.merged", "in_progress", into={"demand_id": followed.id, "number": followed.number}, at=AT)
    followed.hears("demand.unmerged", "in_progress", into={"demand_id": followed.id, "number": followed.number}, at=AT)
    followed.hears("demand.rejected", "closed", "rejected", reason="内部判断：骚扰", at=AT)
    followed.hears("demand.locked", "closed", "rejected", cycle=1, at=AT)
    text = followed.text()
    for said in ("与另一个需求合并处理", "不再合并", "未作为需求受理", "异议期已过"):
        assert said in text
    assert "The time to object has passed" in followed.text("en") and "内部判断" not in followed.text()


def test_a_supplement_answers_what_was_asked(four: Intake) -> None:
    followed = Followed(four)
    asked = {"missing": ["description"], "vague": [], "text": "请发一下报错编号", "at": AT}
    followed.hears("supplement.requested", "waiting", **asked)
    assert "请补充以下信息" in followed.text() and "请发一下报错编号" in followed.text()
    empty = followed.say("supplement", description="  ")
    assert empty.status_code == 422 and "请写下要补充的内容" in empty.text
    done = followed.say("supplement", description="报错编号 E-5002，𠮷")
    assert done.status_code == 303 and "已收到您的补充" in followed.reader.get(done.headers["Location"]).text
    (told,) = four.told("demand.supplemented")
    assert told.data["description"] == "报错编号 E-5002，𠮷" and told.data["by"] == "customer"
    followed.hears("demand.resumed", "in_progress", supplement_id="s", quality={"missing": [], "vague": []})
    assert "收到补充，继续处理" in followed.text() and "请补充以下信息" not in followed.text()


def test_a_form_sent_twice_counts_once(four: Intake) -> None:
    followed = Followed(four)
    page = followed.reader.get(followed.path)
    for _ in range(2):
        sent = followed.reader.send(f"{followed.path}/supplement", page, {"description": "再补一句"}, to="supplement")
        assert sent.status_code == 303
    assert len(four.told("demand.supplemented")) == 1


def test_a_change_waits_for_the_customers_yes(four: Intake) -> None:
    followed = Followed(four, "B")
    followed.hears("change.requested", "in_progress", **CHANGE)
    text = followed.text()
    for said in ("改为更换模块", "固件无法修复", "更换通信模块", "1200.00 CNY", "2024-10-14 18:00", "2024-10-09 12:00"):
        assert said in text
    nothing = followed.say("change", opinion="想一想")
    assert nothing.status_code == 422 and "想一想" in nothing.text
    assert followed.say("change", agrees="no", opinion="太贵", name="诸葛孔雀").status_code == 303
    (told,) = four.told("change.declined")
    assert (told.data["change"], told.data["opinion"]) == ("c-1", "太贵")
    assert "不同意" not in followed.text()
    decided = {"change": "c-1", "change_number": 1, "verdict": "refused", "party": "customer", "reason": "x"}
    followed.hears("change.decided", "in_progress", **decided, at=AT)
    assert "变更未通过，仍按原方案处理" in followed.text()


def test_a_change_that_is_ours_alone_asks_nobody(four: Intake) -> None:
    followed = Followed(four, "B")
    followed.hears("change.requested", "in_progress", **CHANGE | {"approved_by": ["department_lead"]})
    assert "同意变更" not in followed.text()


def test_a_result_is_shown_whole_and_answered_with_a_signature(four: Intake) -> None:
    followed = Followed(four)
    whole = RESULT | {"explanation": "硬件不支持", "alternative": "改用网页导出"}
    more = {
        "left_over": "历史数据未补",
        "remedy": {"offered": "减免一月服务费", "accepted": None},
        "recourse": "可向消协投诉",
    }
    followed.completed(result=whole, **more)
    text = followed.text()
    for said in (
        *filter(None, whole.values()),
        "历史数据未补",
        "减免一月服务费",
        "可向消协投诉",
        "您对处理结果是否满意？",
    ):
        assert said in text
    unsigned = followed.say("answer", satisfaction="satisfied", opinion="很好")
    assert unsigned.status_code == 422 and "请签上您的姓名" in unsigned.text and "很好" in unsigned.text
    assert followed.say("answer", satisfaction="satisfied", opinion="很好", name=NAME).status_code == 303
    (told,) = four.told("demand.confirmed")
    assert told.data["result_sha256"] == "a" * 64 and NAME not in str(told.data)
    assert "您已评价过这次结果" in followed.text() and "提交评价" not in followed.text()


def test_who_is_not_satisfied_need_not_sign(four: Intake) -> None:
    followed = Followed(four)
    followed.completed()
    assert followed.say("answer").status_code == 422
    assert followed.say("answer", satisfaction="not_satisfied", name=NAME).status_code == 303
    assert len(four.told("demand.disputed")) == 1


def test_stars_are_an_answer_where_the_policy_counts_them(four: Intake) -> None:
    followed = Followed(four, "D")
    followed.completed()
    assert "5 星（非常满意）" in followed.text() and 'name="name"' not in followed.text()
    assert followed.say("answer", satisfaction="5").status_code == 303
    assert four.told("demand.confirmed")[0].data["satisfaction"] == "5"


def test_a_result_that_changed_meanwhile_says_so(four: Intake) -> None:
    followed = Followed(four)
    followed.completed()
    old = followed.reader.get(followed.path)
    followed.completed("b" * 64, result=RESULT | {"conclusion": "已换新设备"})
    said = {"satisfaction": "satisfied", "name": NAME, "opinion": "可以"}
    page = followed.reader.send(f"{followed.path}/answer", old, said, to="answer")
    assert (
        page.status_code == 409
        and "处理结果刚刚有更新" in page.text
        and "已换新设备" in page.text
        and "可以" in page.text
    )
    followed.hears("cycle.started", "in_progress", cycle=2, at=AT)
    followed.completed("c" * 64, cycle=2)
    later = followed.reader.send(f"{followed.path}/answer", page, said, to="answer")
    assert later.status_code == 409 and four.told("demand.confirmed") == []


@pytest.mark.parametrize(("policy", "level"), [("A", "not_satisfied"), ("B", "not_satisfied"), ("D", "2")])
def test_an_objection_after_the_closing_opens_it_again_until_the_lock(four: Intake, policy: str, level: str) -> None:
    followed = Followed(four, policy)
    followed.completed()
    followed.closed()
    assert "仍不满意" in followed.text() and "补充信息" not in followed.text()
    fields = {"satisfaction": level, "opinion": "第二天又坏了"} | ({"name": NAME} if policy == "B" else {})
    assert followed.say("dispute", **fields).status_code == 303
    (told,) = four.told("demand.disputed")
    assert told.data["opinion"] == "第二天又坏了" and "仍不满意" not in followed.text()


def test_after_the_lock_there_is_only_the_hint_to_report_anew(four: Intake) -> None:
    followed = Followed(four)
    followed.completed()
    followed.closed()
    open_page = followed.reader.get(followed.path)
    followed.hears("demand.locked", "closed", "done", cycle=1, at=AT)
    assert "请提出新的需求" in followed.text() and _ways(followed) == ["copy"]
    late = followed.reader.send(f"{followed.path}/dispute", open_page, {"satisfaction": "not_satisfied"}, to="dispute")
    assert late.status_code == 409 and "异议期已过" in late.text
    assert four.told("demand.disputed") == []


def test_a_demand_is_taken_back_once(four: Intake) -> None:
    followed = Followed(four)
    assert followed.say("withdraw", reason="已自行解决").status_code == 303
    assert "您已撤回" in followed.text() and _ways(followed) == ["copy"]
    assert len(four.told("demand.withdrawn")) == 1


def _merged(one: Followed, into: Followed) -> None:
    one.hears(
        "demand.merged", "closed", "merged", into={"demand_id": into.id, "number": into.number}, reason="x", at=AT
    )


def test_a_merged_demand_leads_to_the_customers_other_one(four: Intake) -> None:
    first, second = Followed(four), Followed(four)
    _merged(first, second)
    text = first.text()
    assert f'href="{second.path}"' in text and second.number in text and "补充内容" not in text
    second.completed()
    assert "已有结果" in first.text() and "已修复导出" not in first.text()


def test_of_another_customers_demand_only_its_state_is_shown(four: Intake) -> None:
    first, second = Followed(four), Followed(four, name="诸葛孔雀", phone="13900139000")
    _merged(first, second)
    second.completed()
    text = first.text()
    assert "合并处理" in text and second.number not in text and second.path not in text and "已修复导出" not in text
    assert first.say("supplement", description="我这边也还在报错").status_code == 303
    (told,) = four.told("demand.supplemented")
    assert told.data["number"] == second.number
    assert first.say("withdraw").status_code == 303 and "您已撤回" in first.text()


def test_links_that_nobody_made_or_that_are_old_lead_nowhere(four: Intake) -> None:
    followed = Followed(four)
    key = four.services.vault.token_key  # type: ignore[union-attr]
    old = tokens.tracking(key, followed.id, system_now() - tokens.TRACKING_LASTS - timedelta(days=2))
    page = followed.reader.get(f"/t/{old}")
    assert page.status_code == 410 and "已过期" in page.text
    changed = followed.path[:-1] + ("A" if followed.path[-1] != "A" else "B")
    for path in (changed, followed.path[:-3], followed.path + "A", "/t/" + tokens.form(key, followed.id, system_now())):
        assert followed.reader.get(path).status_code == 404
        assert followed.reader.client.post(f"{path}/withdraw", data={}).status_code == 404
    assert followed.reader.client.post(f"{followed.path}/close", data={}).status_code == 404


def test_words_need_a_form_that_was_fetched_here(four: Intake) -> None:
    followed, other = Followed(four), Followed(four)
    bare = followed.reader.client.post(f"{followed.path}/withdraw", data={})
    assert bare.status_code == 422 and "打开时间过长" in bare.text
    foreign = other.reader.get(other.path)
    assert followed.reader.send(f"{followed.path}/withdraw", foreign, {}, to="withdraw").status_code == 422
    assert followed.reader.get(f"{followed.path}/withdraw").headers["Location"] == followed.path
    assert followed.say("supplement", description="断\x00开").status_code == 422
    assert four.told("demand.withdrawn") == []


def test_lines_are_bounded(four: Intake) -> None:
    followed = Followed(four)
    for _ in range(55):
        followed.hears("demand.accepted", "in_progress", department="AFS", accepted_at=AT)
    with four.database.read() as session:
        assert len(session.execute(select(Demand.told).where(Demand.id == followed.id)).scalar_one()) == 50


def _ways(followed: Followed) -> list[str]:
    """What the forms of the page are for."""
    return re.findall(r'<form[^>]* action="[^"]*/([a-z]+)"', followed.text())
