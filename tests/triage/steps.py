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


BODIES: Mapping[str, Made] = {
    "accept": lambda now, pick, policy: {},
    "decline": lambda now, pick, policy: {},
    "classify": lambda now, pick, policy: {"type": policy.types[pick % len(policy.types)].code},
    "confirm-priority": _priority,
    "assign": lambda now, pick, policy: {"handler_name": "张工"},
    "transfer": lambda now, pick, policy: {"department": DEPARTMENTS[pick % 3], "reason": "转办"},
    "request-supplement": lambda now, pick, policy: {"text": "请补充"},
    "evaluate": lambda now, pick, policy: {
        "verdict": ("feasible", "infeasible")[pick % 2],
        "text": "已评估",
        "alternative": "另有方案",
    },
    "plan": lambda now, pick, policy: {"text": "方案", "expected_finish": later(now, pick)},
    "progress": lambda now, pick, policy: {"text": "进展"},
    "delay": _delay,
    "told": lambda now, pick, policy: {
        "text": "已告知",
        "channel": "phone",
        **({"promised_for": later(now, pick)} if pick % 2 else {}),
    },
    "complete": lambda now, pick, policy: {"conclusion": "已处理"},
    "close": lambda now, pick, policy: {"measure": "改进"} if pick % 2 else {},
}
"""Action -> what comes with it."""


def heard(kind: str, cycle: int, at: str, pick: int, policy: Policy) -> Body:
    """What intake tells of the customer: data of demand.<kind>, without the demand's own names."""
    levels = policy.feedback.levels
    answer = {"cycle": cycle, "opinion": None, "at": at}
    told: dict[str, Body] = {
        "supplemented": {
            "supplement_id": "s", "at": at, "by": "customer", "description": "补充", "fields": {}, "values": {},
            "given": [], "quality": {"vague": [], "missing": []},
        },
        "confirmed": {**answer, "satisfaction": next(one.code for one in levels if one.satisfied), "signed": True},
        "disputed": {**answer, "satisfaction": next(one.code for one in levels if not one.satisfied)},
        "withdrawn": {"reason": None, "at": at},
    }  # fmt: skip
    return told[kind]


HEARD = ("supplemented", "confirmed", "disputed", "withdrawn")
