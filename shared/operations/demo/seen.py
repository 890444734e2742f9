"""What the demo promises to show, and whether the services' answers show it: timelines, meetings, lists, a draft."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.table import Table

from shared.clock import parse_time
from shared.operations.corpus.reader import SHANGHAI
from shared.operations.demo.stage import Stage
from shared.policies.loader import PACKS

Case = Mapping[str, Any]
Entry = Mapping[str, Any]
_JUDGED = {"technical", "strategy", "resources"}
_DRAFTED = ("add_by_urgency: {normal: 3wd}", "add_by_urgency: {normal: 2wd}")
"""The draft at the end: policy A, but for 普通 to be handled a working day sooner."""


def _always(_: Entry) -> bool:
    return True


def _has(**wanted: Any) -> Callable[[Entry], bool]:
    return lambda entry: all(entry["data"].get(name) == value for name, value in wanted.items())


_HAPPENED: tuple[tuple[str, str, Callable[[Entry], bool]], ...] = (
    ("an evaluation on three counts", "demand.evaluated", lambda one: _given(one["data"]["feasibility"]) >= _JUDGED),
    ("lacking resources", "resources.lacking", _always),
    ("a plan with a quotation", "demand.planned", lambda one: one["data"]["quotation"] is not None),
    ("tasks", "task.changed", _always),
    ("progress", "demand.progressed", _always),
    ("a blocker", "demand.blocked", _always),
    ("the end of a blocker", "demand.unblocked", _always),
    ("a delay", "demand.delayed", _always),
    ("a change that the customer agrees to", "change.confirmed", _always),
    ("a change that the lead approves", "change.approved", _has(party="department_lead")),
    ("a change that is carried out", "demand.planned", lambda one: one["data"].get("change") is not None),
    ("a change that the customer declines", "change.declined", _always),
    ("a refused change", "change.decided", _has(verdict="refused")),
    ("a hand-over", "demand.handed_over", _always),
    ("a remedy for a complaint", "demand.completed", lambda one: one["data"]["remedy"] is not None),
    ("a recourse after a complaint", "demand.closed", lambda one: one["data"].get("recourse") is not None),
    ("a signature for the very words", "demand.confirmed", lambda one: one["data"]["result_sha256"] is not None),
    ("a second cycle", "cycle.started", _always),
    ("a locked demand", "demand.locked", _always),
    ("a merge", "demand.merged", _always),
    ("a merge taken back", "demand.unmerged", _always),
    ("a link", "demand.linked", _has(relation="follow_up")),
    ("a split", "demand.split", _always),
    ("a demand that follows up", "demand.followed-up", _always),
    ("spam", "demand.rejected", _has(kind="spam")),
    ("somebody else's demand", "demand.rejected", _has(kind="wrong_person")),
    ("a corrected fact", "demand.corrected", _always),
    ("a file", "attachment.added", _always),
    ("a talk recorded late", "demand.communicated", lambda one: one["data"]["occurred_at"] < one["at"]),
    ("a corrected talk", "demand.communicated", _has(version=2)),
    ("a vote of the committee", "demand.voted", _always),
    ("a deputy", "demand.assigned", lambda one: one["data"]["instead_of"] is not None),
    ("what nobody accepts, back at the desk", "demand.routed", _has(reason="not accepted in time")),
    ("a priority proposed anew", "priority.proposed", _always),
    ("a clock of a tier", "deadline.breached", _has(code="daily_contact")),
)
"""(what is shown, the event that tells it, what its data must say)."""


def faults(cases: Mapping[str, Case], shows: Mapping[str, Iterable[str]]) -> list[str]:
    """What no timeline tells, and what a demand does not show though the corpus says so."""
    told: dict[str, list[Entry]] = {}
    for case in cases.values():
        for entry in case["timeline"]:
            told.setdefault(entry["event"], []).append(entry)
    lines = [f"not shown: {what}" for what, event, said in _HAPPENED if not any(map(said, told.get(event, ())))]
    for key, case in cases.items():
        lines += [f"{key}: does not show {word}" for word in shows[key] if word in _STANDS and not _STANDS[word](case)]
    return lines


def also(stage: Stage, cases: Mapping[str, Case], faults: list[str]) -> dict[str, Any]:
    """Beside the demands: {meetings {state: count}, chase, duplicates, simulated}; what lacks is added to faults."""
    meetings = [one["state"] for one in stage.read("triage", "/meetings?limit=100")["items"]]
    found = {
        "meetings": {state: meetings.count(state) for state in sorted(set(meetings))},
        "chase": stage.read("triage", "/chase?limit=20")["items"],
        "duplicates": stage.read("triage", f"/demands/{cases['c-logistics-again']['number']}/duplicates")["items"],
        "simulated": _simulated(stage),
    }
    faults += [f"no meeting was {state}" for state in ("held", "missed") if state not in meetings]
    if not found["chase"]:
        faults.append("nothing is to be chased")
    if [one["number"] for one in found["duplicates"] if one["strong"]] != [cases["c-logistics"]["number"]]:
        faults.append(f"suggested as the same: {found['duplicates']}")
    if not found["simulated"]["counts"]["clocks"]:
        faults.append(f"the draft would have changed nothing: {found['simulated']}")
    return found


def chase_table(items: Iterable[Mapping[str, Any]]) -> Table:
    """The chase list as people read it, the most overdue first."""
    shown = Table("to chase", "policy", "department", "clock", "due", "overdue")
    for one in items:
        due = parse_time(one["due_at"]).astimezone(SHANGHAI).strftime("%m-%d %H:%M")
        cells = [one["number"], one["policy"], one["lead"], one["clock"]["label"], due]
        shown.add_row(*cells, "yes" if one["overdue"] else "")
    return shown


def _simulated(stage: Stage) -> dict[str, Any]:
    """What a draft of policy A would have changed about the two months; nothing is published."""
    before, after = _DRAFTED
    text = (PACKS / "A" / "1.yaml").read_text("utf-8")
    assert text.count(before) == 1
    draft = stage.home.path / "draft-A.yaml"
    draft.write_text(text.replace(before, after).replace('version: "1"', 'version: "draft"', 1), "utf-8")
    told = stage.verb("policy", "simulate", str(draft), "--from", "2024-10-01", "--to", "2024-11-30", "--json")
    return {name: told[name] for name in ("code", "version", "examined", "counts")}


def _given(judged: Mapping[str, Any] | None) -> set[str]:
    return {name for name, one in (judged or {}).items() if one is not None}


def _events(case: Case) -> list[str]:
    return [one["event"] for one in case["timeline"]]


def _reallocated(case: Case) -> bool:
    """Somebody was named after resources were found lacking, and nothing is lacking any more."""
    events = _events(case)
    return case["lacking"] is None and "demand.assigned" in events[events.index("resources.lacking") :]


def _dependent(case: Case) -> bool:
    """Tasks of which one waits for others, all of them done."""
    return any(one["depends_on"] for one in case["tasks"]) and all(one["state"] == "done" for one in case["tasks"])


def _objected(case: Case) -> bool:
    """The customer was satisfied, the demand closed, and then they were not."""
    events = _events(case)
    return "demand.disputed" in events[events.index("demand.closed") :]


_STANDS: Mapping[str, Callable[[Case], bool]] = {
    "lacking": _reallocated,
    "tasks": _dependent,
    "objection": _objected,
    "locked": lambda case: case["locked_at"] is not None,
    "by_load": lambda case: case["handler"] is not None,
    "wish": lambda case: any(one["code"] == "wish" and one["met_at"] for one in case["deadlines"]),
    "split": lambda case: [one["relation"] for one in case["relations"]] == ["split_from"] * 2,
    "follow_up": lambda case: [one["relation"] for one in case["relations"]] == ["follow_up"],
    "merged": lambda case: [one["relation"] for one in case["relations"]] == ["merged_into"],
    "linked": lambda case: [one["direction"] for one in case["relations"]] == ["to"],
    "unmerged": lambda case: case["relations"] == [],
}
"""What a demand of which the corpus says so must show by itself."""
