"""Random sequences of legal and illegal steps under all policies: nothing illegal passes, nothing legal is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.triage.domain.deadlines import NEVER_BREACHED
from shared.clock import format_time, parse_time
from shared.policies.loader import installed
from tests.triage.conftest import RECEIVED_AT, Triage, timer

pytestmark = pytest.mark.slow

TYPES = {"A": "suggestion", "B": "feature", "C": "inquiry", "D": "custom_service"}
ACTIONS = (
    "accept decline classify confirm-priority assign transfer request-supplement evaluate plan progress delay told "
    "complete close merge unmerge link split follow-up reject correct"
    "accept decline classify confirm-priority assign transfer request-supplement evaluate plan tasks block unblock "
    "progress delay told complete close"
).split()
ANCHOR = "M-anchor"
HEARD = ("supplemented", "confirmed", "disputed", "withdrawn", "timer")
PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking: one run costs a quarter second, and the sequence that failed is short enough to read."""

steps = st.lists(st.tuples(st.sampled_from([*ACTIONS, *HEARD]), st.integers(0, 40)), min_size=4, max_size=14)


def _body(action: str, now: Any, pick: int, policy: Any) -> dict[str, Any]:
    later = format_time(now + timedelta(hours=8 + 24 * (pick % 9)))
    reasons = policy.delay.reasons if policy.delay else ()
    bodies: dict[str, dict[str, Any]] = {
        "classify": {"type": policy.types[pick % len(policy.types)].code},
        "confirm-priority": {
            "priority": policy.priority.levels[pick % len(policy.priority.levels)].code,
            "reason": "加急",
            "handler": "wang",
        },
        "assign": {"handler_name": "张工"},
        "transfer": {"department": ("TEC", "AFS", "CSR")[pick % 3], "reason": "转办"},
        "request-supplement": {"text": "请补充"},
        "evaluate": {
            "verdict": ("feasible", "infeasible")[pick % 2],
            "text": "已评估",
            "alternative": "另有方案",
            "explanation": "说明",
            "resources": {"people": 1, "lacking": "缺人" if pick % 3 else None},
            "feasibility": {name: {"verdict": "partly"} for name in ("technical", "strategy", "resources")},
        },
        "tasks": {
            "tasks": [
                {
                    "title": "联调",
                    "owner": "钱工",
                    "starts_on": "2024-10-09",
                    "ends_on": "2024-10-09",
                    "delivery_standard": "通过",
                }
            ]
        },
        "block": {"reason": reasons[pick % len(reasons)].code if reasons else "other"},
        "plan": {"text": "方案", "expected_finish": later},
        "progress": {"text": "进展"},
        "delay": {"reason": reasons[pick % len(reasons)].code if reasons else "other", "expected_finish": later},
        "told": {"text": "已告知", "channel": "phone", **({"promised_for": later} if pick % 2 else {})},
        "complete": {"conclusion": "已处理"},
        "close": {"measure": "改进"} if pick % 2 else {},
        "merge": {"into": ANCHOR},
        "unmerge": {"reason": "不同"},
        "link": {"to": ANCHOR, "relation": ("related", "caused_by")[pick % 2]},
        "split": {"parts": [{"description": "其一"}, {"description": "其二"}], "reason": "两件事"},
        "follow-up": {"description": "后续"},
        "reject": {"kind": ("spam", "wrong_person")[pick % 2], "reason": "不是需求"},
        "correct": {"fact": "urgency", "value": policy.urgencies[pick % len(policy.urgencies)].code, "reason": "更正"}
        if policy.urgencies and pick % 2
        else {"fact": "expected_by", "value": later[:10], "reason": "更正"},
    }
    return bodies.get(action, {})


def _say(triage: Triage, number: str, kind: str, shown: dict[str, Any], policy: Any) -> None:
    levels = policy.feedback.levels
    at = shown["received_at"]
    answer = {"cycle": shown["cycle"], "opinion": None, "at": at}
    told: dict[str, dict[str, Any]] = {
        "supplemented": {
            "supplement_id": "s", "at": at, "by": "customer", "description": "补充", "fields": {}, "values": {},
            "given": [], "quality": {"vague": [], "missing": []},
        },
        "confirmed": {**answer, "satisfaction": next(one.code for one in levels if one.satisfied), "signed": True},
        "disputed": {**answer, "satisfaction": next(one.code for one in levels if not one.satisfied)},
        "withdrawn": {"reason": None, "at": at},
    }  # fmt: skip
    triage.hear(number, f"demand.{kind}", **told[kind])


def _step(triage: Triage, number: str, step: str, pick: int, now: Any, rung: dict[str, int]) -> None:
    shown = triage.shown(number)
    policy = installed().pinned(shown["policy"]["code"], shown["policy"]["version"])
    if step == "timer":
        waiting = [one for one in shown["deadlines"] if not one["superseded_at"]]
        if waiting:
            one = waiting[pick % len(waiting)]
            rung[number] = rung.get(number, 0) + 1
            at = max(now, parse_time(one["due_at"]))
            triage.receive(timer(triage, number, at=at, clock=one["code"], version=rung[number]))
    elif step in HEARD:
        _say(triage, number, step, shown, policy)
    else:
        answer = triage.call(
            "POST", f"/demands/{number}/{step}", triage.token("lead"), json=_body(step, now, pick, policy)
        )
        allowed = policy.status(shown["status"]["code"]).actions
        if step not in allowed:
            assert (answer.status_code, answer.json["code"]) == (409, "action-not-allowed")  # type: ignore[index]
        assert answer.status_code in (200, 404, 409, 422), answer.json
        if answer.status_code != 200:
            assert triage.shown(number) == shown, "what is refused changes nothing"


def _check(triage: Triage, number: str) -> None:
    shown = triage.shown(number)
    policy = installed().pinned(shown["policy"]["code"], shown["policy"]["version"])
    own = triage.stream(shown["id"])
    assert [row.version for row in own] == list(range(1, shown["version"] + 1)), "gapless, and none without its version"
    statuses = [row.data["status"] for row in own if "status" in row.data]
    assert statuses[-1] == shown["status"], "whoever follows the events knows the status"
    sets = [row.data["deadlines"] for row in own if "deadlines" in row.data]
    breached = {row.data["deadline_id"] for row in own if row.type.startswith("demandflow.deadline.breached")}
    assert breached == {one["id"] for one in shown["deadlines"] if one["breached_at"]}
    for told in sets[-1]:
        (here,) = [one for one in shown["deadlines"] if one["id"] == told["id"]]
        for name in ("due_at", "met_at", "paused_at", "provisional"):
            assert told[name] == here[name], (name, told, here)
    lasting = {one.code for one in policy.clocks if one.after_closing}
    for one in shown["deadlines"]:
        assert one["due_at"] >= one["started_at"] or one["span"].startswith("-")
        if one["breached_at"]:
            assert one["breached_at"] >= one["due_at"] and one["kind"] not in NEVER_BREACHED
        if shown["status"]["category"] == "closed" and not one["met_at"] and not one["superseded_at"]:
            assert one["code"] in lasting, "what is closed waits for nothing else"
    happened = [one["event"] for one in shown["timeline"] if one["source"] == "triage"]
    assert len(happened) == shown["version"], "every fact stands in the timeline"


@pytest.mark.parametrize("policy", ["A", "B", "C", "D"])
def test_no_sequence_breaks_the_case(make_triage: Callable[[str], Triage], tmp_path: Any, policy: str) -> None:
    triage = make_triage(f"sqlite:///{tmp_path}/random.sqlite")
    triage.department("TEC", "queue")
    triage.person("wang", "王工程师", "staff")
    rung: dict[str, int] = {}
    triage.demand(policy=policy, number=ANCHOR)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=PHASES)
    @given(steps, st.booleans())
    def run(sequence: list[tuple[str, int]], declared: bool) -> None:
        now = triage.at(RECEIVED_AT)
        changes = {"type": TYPES[policy]} if declared else {"quality": {"vague": ["description"], "missing": []}}
        number = triage.demand("有些情况想说明一下", policy=policy, urgency=None, **changes)
        for step, pick in sequence:
            now = triage.at(now + timedelta(hours=pick))
            _step(triage, number, step, pick, now, rung)
        _check(triage, number)

    run()
