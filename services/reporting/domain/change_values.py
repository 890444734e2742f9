"""What stands in the lines of the form of a change 需求变更申请表: of the demand's latest change. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.reporting.domain.sheet import Sheet

_DECIDED = {"approved": "变更生效", "refused": "变更未通过"}


def _latest(sheet: Sheet) -> Mapping[str, Any]:
    """The form of a change is of the latest; empty without one."""
    return sheet.dossier.changes[-1] if sheet.dossier.changes else {}


def _wanted(sheet: Sheet) -> str:
    found = _latest(sheet)
    cost = found.get("cost")
    named = (
        ("", found.get("what")),
        ("原因：", found.get("reason")),
        ("新方案：", found.get("plan")),
        ("费用：", f"{cost['amount']:.2f} {cost['currency']}" if cost else None),
    )
    return "\n".join(f"{word}{text}" for word, text in named if text)


def _finish(sheet: Sheet) -> str:
    found = _latest(sheet)
    return sheet.local(found.get("expected_finish")) or _local(sheet, (found.get("before") or {}), "expected_finish")


def _local(sheet: Sheet, found: Mapping[str, Any], name: str) -> str:
    return sheet.local(datetime.fromisoformat(found[name])) if found.get(name) else ""


def _confirmed(sheet: Sheet) -> str:
    found = _latest(sheet)
    if found.get("agreed") is None:
        return ""
    return f"{'客户同意' if found['agreed'] else '客户不同意'} {sheet.local(found['answered_at'])}"


def _decided(sheet: Sheet) -> str:
    """Who of ours approved, and what came of it."""
    found = _latest(sheet)
    roles = {one.code: one.label.zh for one in sheet.policy.roles}
    lines = [
        f"{roles.get(one['party'], one['party'])}批准：{sheet.names.actor(one['by'])} {_local(sheet, one, 'at')}"
        for one in found.get("approvals") or ()
    ]
    if found.get("verdict"):
        reason = f"（{found['decision_reason']}）" if found["decision_reason"] else ""
        lines.append(f"{_DECIDED[found['verdict']]}{reason} {sheet.local(found['decided_at'])}")
    return "\n".join(lines)


VALUES: dict[str, Callable[[Sheet], str]] = {
    "change": _wanted,
    "change.before": lambda sheet: (_latest(sheet).get("before") or {}).get("text") or "",
    "change.expected_finish": _finish,
    "change.confirmed": _confirmed,
    "change.decided": _decided,
}
"""By the names of parts.RECORDED; empty where there is no change."""
