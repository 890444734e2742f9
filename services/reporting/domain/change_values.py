"""What stands in the lines of the form of a change 需求变更申请表: of the demand's latest change. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.reporting.domain.form_sheet import Sheet

_DECIDED = {"approved": "变更生效", "refused": "变更未通过"}


def _part(sheet: Sheet, name: str) -> Any:
    """A part of the latest change, as in tables.Change; empty where nobody has spoken."""
    latest = sheet.dossier.changes[-1] if sheet.dossier.changes else {}
    return latest.get(name) or {}


def _local(sheet: Sheet, text: str | None) -> str:
    return sheet.local(datetime.fromisoformat(text)) if text else ""


def _wanted(sheet: Sheet) -> str:
    asked = _part(sheet, "asked")
    cost = asked.get("cost")
    named = (
        ("", asked.get("what")),
        ("原因：", asked.get("reason")),
        ("新方案：", asked.get("plan")),
        ("费用：", f"{cost['amount']:.2f} {cost['currency']}" if cost else None),
    )
    return "\n".join(f"{word}{text}" for word, text in named if text)


def _before(sheet: Sheet) -> str:
    return (_part(sheet, "asked").get("before") or {}).get("text") or ""


def _finish(sheet: Sheet) -> str:
    """The date asked for, else the one that stands."""
    asked = _part(sheet, "asked")
    return _local(sheet, asked.get("expected_finish") or (asked.get("before") or {}).get("expected_finish"))


def _confirmed(sheet: Sheet) -> str:
    answer = _part(sheet, "answer")
    return f"{'客户同意' if answer['agreed'] else '客户不同意'} {_local(sheet, answer['at'])}" if answer else ""


def _decided(sheet: Sheet) -> str:
    """Who of ours approved, and what came of it."""
    roles = {one.code: one.label.zh for one in sheet.policy.roles}
    lines = [
        f"{roles.get(one['party'], one['party'])}批准：{sheet.names.actor(one['by'])} {_local(sheet, one['at'])}"
        for one in _part(sheet, "approvals")
    ]
    decision = _part(sheet, "decision")
    if decision:
        reason = f"（{decision['reason']}）" if decision["reason"] else ""
        lines.append(f"{_DECIDED[decision['verdict']]}{reason} {_local(sheet, decision['at'])}")
    return "\n".join(lines)


VALUES: dict[str, Callable[[Sheet], str]] = {
    "change": _wanted,
    "change.before": _before,
    "change.expected_finish": _finish,
    "change.confirmed": _confirmed,
    "change.decided": _decided,
}
"""By the names of forms.RECORDED; empty where there is no change."""
