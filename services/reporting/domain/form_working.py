"""What forms say of the work on a demand: evaluation, plan, tasks, and the log of what went on. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from services.reporting.domain.form_sheet import Sheet

OF_ENTRIES = ("task.", "log.")
"""How the names of values begin that a form has once for each task or entry of the log."""

_VERDICTS = {"feasible": "可行", "partly": "部分可行", "infeasible": "不可行"}
_COUNTS = {"technical": "技术难度", "strategy": "产品战略契合度", "resources": "资源"}
_COUNTED = {"yes": "满足", "partly": "部分满足", "no": "不满足"}
_STATES = {"open": "未开始", "in_progress": "进行中", "done": "已完成"}


def entries(sheet: Sheet, each: str) -> list[dict[str, str]]:
    """What a form of rows is about: one row for each task, or for each entry of the log, by the names of its values."""
    return _tasks_of(sheet) if each == "task" else _log_of(sheet)


def _tasks_of(sheet: Sheet) -> list[dict[str, str]]:
    return [
        {
            "task.id": one["id"],
            "task.title": one["title"],
            "task.owner": one["owner"],
            "task.department": sheet.names.department(one["department"]),
            "task.starts_on": one["starts_on"],
            "task.ends_on": one["ends_on"],
            "task.delivery_standard": one["delivery_standard"],
            "task.depends_on": "、".join(one["depends_on"]),
            "task.dispatched_at": sheet.local(one["dispatched_at"]),
            "task.state": _state(one),
        }
        for one in sheet.dossier.tasks
    ]


def _log_of(sheet: Sheet) -> list[dict[str, str]]:
    """Notes, progress of tasks, blockers and their ends, delays, in the order of time."""
    found = [(one["at"], one["by"], "任务进展" if one["task"] else "进度", one["task"], _note(one))
             for one in sheet.dossier.progress]  # fmt: skip
    for one in sheet.dossier.blocks:
        text = _joined(f"{one['reason_label']}（{sheet.local(one['occurred_at'])} 发生）", one["note"])
        found.append((one["at"], one["by"], "受阻", one["task"], text))
        if one["ended_at"] is not None:
            found.append((one["ended_at"], one["ended_by"], "解除受阻", one["task"], one["end_note"] or ""))
    for one in sheet.dossier.delays:
        text = _joined(one["reason_label"], one["note"], f"改为 {sheet.local(one['expected_finish'])}")
        found.append((one["at"], one["by"], "延期", None, text))
    return [
        {
            "log.at": sheet.local(at),
            "log.by": sheet.names.actor(by),
            "log.kind": kind,
            "log.task": task or "",
            "log.text": text,
        }
        for at, by, kind, task, text in sorted(found, key=lambda one: one[0])
    ]


def _evaluation(sheet: Sheet) -> str:
    """What the departments think; each by name once there are several."""
    rows = sheet.dossier.evaluations
    several = len(rows) > 1
    found = [_judged(one, sheet.names.department(one["department"]) if several else "") for one in rows]
    return "\n".join(found)


def _judged(one: Mapping[str, Any], department: str) -> str:
    lines = [f"{department + '：' if department else ''}{_VERDICTS.get(one['verdict'], one['verdict'])}：{one['text']}"]
    for name, count in (one["feasibility"] or {}).items():
        if count:
            note = f"（{count['note']}）" if count["note"] else ""
            lines.append(f"{_COUNTS.get(name, name)}：{_COUNTED[count['verdict']]}{note}")
    if one["alternative"]:
        lines.append(f"替代方案：{one['alternative']}")
    return "\n".join(lines)


def _resources(sheet: Sheet) -> str:
    lines = []
    for row in sheet.dossier.evaluations:
        found = row["resources"] or {}
        named = (("people", "人员 {} 人"), ("hours", "时间 {} 小时"), ("budget", "预算 {} 元"), ("lacking", "缺少：{}"))
        parts = [text.format(_plain(found[name])) for name, text in named if found.get(name) is not None]
        if parts:
            lines.append(f"{sheet.names.department(row['department'])}：{'，'.join(parts)}")
    return "\n".join(lines)


def _alternative(sheet: Sheet) -> str:
    """The words for the customer and what there is instead, of whoever found it infeasible."""
    found = [one for one in sheet.dossier.evaluations if one["explanation"] or one["alternative"]]
    return "\n".join(_joined(one["explanation"], one["alternative"]) for one in found)


def _plan(sheet: Sheet) -> str:
    found = sheet.demand["plan"] or {}
    named = (
        ("text", ""), ("solution", "技术方案："), ("process", "服务流程："), ("workaround", "临时方案："),
        ("later_iteration", "后续迭代："),
    )  # fmt: skip
    return "\n".join(f"{word}{found[name]}" for name, word in named if found.get(name))


def _quotation(sheet: Sheet) -> str:
    found = (sheet.demand["plan"] or {}).get("quotation")
    if not found:
        return ""
    note = f"（{found['note']}）" if found["note"] else ""
    return f"{_plain(found['amount'])} {found['currency']}{note}"


def _tasks(sheet: Sheet) -> str:
    lines = []
    for one in sheet.dossier.tasks:
        days = f"{one['starts_on']} 至 {one['ends_on']}"
        lines.append(f"{one['id']} {one['title']}：{one['owner']}，{days}，{one['delivery_standard']}")
    return "\n".join(lines)


def _progress(sheet: Sheet) -> str:
    return "\n".join(
        _joined(f"{sheet.local(one['at'])}{' ' + one['task'] if one['task'] else ''} {_note(one)}")
        for one in sheet.dossier.progress
    )


def _note(one: Mapping[str, Any]) -> str:
    return _joined(_state(one), one["text"]) if one["task"] else str(one["text"])


def _state(one: Mapping[str, Any]) -> str:
    whole = one["state"] != "in_progress"
    return _STATES[one["state"]] if whole else f"{_STATES[one['state']]} {one['percent']}%"


def _joined(*parts: str | None) -> str:
    return "；".join(part for part in parts if part)


def _plain(value: Any) -> str:
    """A number without a fraction that says nothing."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


VALUES: dict[str, Callable[[Sheet], str]] = {
    "evaluation": _evaluation,
    "resources": _resources,
    "alternative": _alternative,
    "plan": _plan,
    "quotation": _quotation,
    "tasks": _tasks,
    "progress": _progress,
}
"""Name of the value -> its text."""
