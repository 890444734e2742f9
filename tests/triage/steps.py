"""Random steps of handling: what comes with each action, drawn by a number, so that a failing sequence can be read."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.clock import format_time
from shared.policies.model import Policy

DEPARTMENTS = ("TEC", "AFS", "CSR")
Body = dict[str, Any]
Made = Callable[[datetime, int, Policy], Body]


def later(now: datetime, pick: int) -> str:
    """A moment to come, up to nine days away; RFC 3339."""
    return format_time(now + timedelta(hours=8 + 24 * (pick % 9)))


def _priority(_now: datetime, pick: int, policy: Policy) -> Body:
    levels = policy.priority.levels
    return {"priority": levels[pick % len(levels)].code, "reason": "加急", "handler": "wang"}


def _delay(now: datetime, pick: int, policy: Policy) -> Body:
    reasons = policy.delay.reasons if policy.delay else ()
    code = reasons[pick % len(reasons)].code if reasons else "other"
    return {"reason": code, "expected_finish": later(now, pick)}


def _evaluate(_now: datetime, pick: int, policy: Policy) -> Body:
    body: Body = {"verdict": ("feasible", "infeasible")[pick % 2], "text": "已评估", "alternative": "另有方案"}
    if policy.evaluation is not None and policy.evaluation.counts:
        body["feasibility"] = {name: {"verdict": "yes"} for name in policy.evaluation.counts}
        body["explanation"] = "说明"
        body["resources"] = {"people": 1, **({"lacking": "缺测试机"} if pick % 3 == 0 else {})}
    return body


def _tasks(now: datetime, pick: int, _policy: Policy) -> Body:
    """Two tasks, the second after the first; every third time in a circle, which nobody may."""
    first = (now + timedelta(days=1 + pick % 3)).date().isoformat()
    last = (now + timedelta(days=4 + pick % 3)).date().isoformat()
    task = {"owner": "张工", "starts_on": first, "ends_on": last, "delivery_standard": "通过验收"}
    circle = ["T2"] if pick % 3 == 0 else []
    after = {**task, "id": "T2", "title": "验证", "starts_on": last, "depends_on": ["T1"]}
    return {"tasks": [{**task, "id": "T1", "title": "修复", "depends_on": circle}, after]}


def _block(now: datetime, pick: int, policy: Policy) -> Body:
    occurred = now - timedelta(hours=pick % 3)
    return {"reason": _delay(now, pick, policy)["reason"], "occurred_at": format_time(occurred), "note": "等接口"}


def _correct(now: datetime, pick: int, policy: Policy) -> Body:
    urgency = policy.urgencies[pick % len(policy.urgencies)].code if policy.urgencies else "high"
    facts = (("urgency", urgency), ("subject", f"更正{pick}"), ("expected_by", later(now, pick)), ("ghost", "x"))
    fact, value = facts[pick % 4]
    return {"fact": fact, "value": value, "reason": "登记有误"}


BODIES: Mapping[str, Made] = {
    "accept": lambda now, pick, policy: {},
    "decline": lambda now, pick, policy: {},
    "classify": lambda now, pick, policy: {"type": policy.types[pick % len(policy.types)].code},
    "confirm-priority": _priority,
    "assign": lambda now, pick, policy: {"handler_name": "张工"},
    "transfer": lambda now, pick, policy: {"department": DEPARTMENTS[pick % 3], "reason": "转办"},
    "request-supplement": lambda now, pick, policy: {"text": "请补充"},
    "evaluate": _evaluate,
    "plan": lambda now, pick, policy: {"text": "方案", "expected_finish": later(now, pick)},
    "progress": lambda now, pick, policy: {"text": "进展"},
    "delay": _delay,
    "told": lambda now, pick, policy: {
        "text": "已告知",
        "channel": "phone",
        **({"promised_for": later(now, pick)} if pick % 2 else {}),
    },
    "complete": lambda now, pick, policy: {"conclusion": "已处理"},
    "close": lambda now, pick, policy: {"measure": "改进", "recourse": "可向监督电话反映"} if pick % 2 else {},
    "tasks": _tasks,
    "task-progress": lambda now, pick, policy: {"state": ("in_progress", "done", "open")[pick % 3], "text": "过半"},
    "block": _block,
    "unblock": lambda now, pick, policy: {"note": "已解决"},
    "change-request": lambda now, pick, policy: {
        "what": "换方案",
        "reason": "原方案不可行",
        "plan": "新方案",
        **({"expected_finish": later(now, pick)} if pick % 2 else {}),
    },
    "decide-change": lambda now, pick, policy: {"verdict": ("approved", "refused")[pick % 2], "reason": "同意"},
    "hand-over": lambda now, pick, policy: {"conclusion": "已修复", "deliverables": ["报告"]},
    "merge": lambda now, pick, policy: {},
    "unmerge": lambda now, pick, policy: {"reason": "不是同一件事"},
    "link": lambda now, pick, policy: {"relation": ("related", "caused_by")[pick % 2]},
    "split": lambda now, pick, policy: {
        "parts": [{"description": "第一件事"}, {"description": "第二件事"}],
        "reason": "两件事",
    },
    "follow-up": lambda now, pick, policy: {"description": "后来又有问题"},
    "reject": lambda now, pick, policy: {"kind": ("spam", "wrong_person", "not_a_demand")[pick % 3], "reason": "误报"},
    "correct": _correct,
}
"""Action -> what comes with it; what names another demand (OTHER) or a part of this one comes from whoever asks."""

OTHER = {"merge": "into", "link": "to"}
"""Action -> the field that names another demand."""


def heard(kind: str, cycle: int, at: str, pick: int, policy: Policy) -> Body:
    """What intake tells of the customer: data of demand.<kind>, without the demand's own names."""
    levels = policy.feedback.levels
    answer = {"cycle": cycle, "opinion": None, "at": at}
    told: dict[str, Body] = {
        "supplemented": {
            "supplement_id": "s", "at": at, "by": "customer", "description": "补充", "fields": {}, "values": {},
            "given": [], "quality": {"vague": [], "missing": []},
        },
        "confirmed": {
            **answer, "satisfaction": next(one.code for one in levels if one.satisfied), "signed": True,
            "signature_method": "electronic", "result_sha256": None,
        },
        "disputed": {**answer, "satisfaction": next(one.code for one in levels if not one.satisfied)},
        "withdrawn": {"reason": None, "at": at},
    }  # fmt: skip
    return told[kind]


HEARD = ("supplemented", "confirmed", "disputed", "withdrawn")
