"""Communications about a demand, as they stand and as they stood; a talk as a row of the policy's sheet. Pure."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.policies.model import Policy

Row = Mapping[str, Any]
_REMARKS = (
    ("mood", "情绪"), ("service_opinion", "以往服务评价"), ("wishes", "特殊要求"), ("order_number", "订单号"),
    ("product", "产品"), ("people", "相关人员"), ("events", "相关事件"), ("attachments", "附件"),
    ("earlier_number", "关联需求"),
)  # fmt: skip
"""What policy C wants recorded of a talk and has no column for stands in its remarks."""


def standing(versions: Sequence[Row]) -> list[dict[str, Any]]:
    """Each communication in its latest version, with `former`: the versions before it; in the order of the talks.

    versions: rows of tables.Communication; what each said stands beside its moments.
    """
    known: dict[str, list[Row]] = defaultdict(list)
    for one in sorted(versions, key=lambda one: int(one["version"])):
        flat = {name: value for name, value in one.items() if name != "said"}
        known[one["communication_id"]].append({**flat, **one["said"]})
    found = [{**rows[-1], "former": rows[:-1]} for rows in known.values()]
    return sorted(found, key=lambda one: (one["occurred_at"], one["communication_id"]))


def local(policy: Policy, moment: datetime | None) -> str:
    """To the minute, where the policy's people are."""
    return "" if moment is None else moment.astimezone(ZoneInfo(policy.time_zone)).strftime("%Y-%m-%d %H:%M")


def _channel(policy: Policy, said: Row) -> str:
    fitting = [one for one in policy.channels if said["channel"] in (one.code, one.kind)]
    return fitting[0].label.zh if fitting else str(said["channel"])


def _what(_policy: Policy, said: Row) -> str:
    return "\n".join(filter(None, (said["words"], said["summary"])))


def _note(policy: Policy, said: Row) -> str:
    texts = {name: _text(said[name]) for name, _ in _REMARKS}
    mood = policy.moods.get(texts["mood"])
    texts["mood"] = mood.zh if mood else texts["mood"]
    return "\n".join(f"{label}：{texts[name]}" for name, label in _REMARKS if texts[name])


def _text(value: Any) -> str:
    if not isinstance(value, list):
        return str(value or "")
    return "、".join(one if isinstance(one, str) else one["label"] or one["reference"] or "" for one in value)


OF_TALK: dict[str, Callable[[Policy, Row], str]] = {
    "received_at": lambda policy, said: local(policy, said["occurred_at"]),
    "received_date": lambda policy, said: local(policy, said["occurred_at"])[:10],
    "received_time": lambda policy, said: local(policy, said["occurred_at"])[11:],
    "occurred_at": lambda policy, said: local(policy, said["occurred_at"]),
    "channel": _channel,
    "subject": lambda _, said: said["subject"] or "",
    "description": _what,
    "order_number": lambda _, said: said["order_number"] or "",
    "product": lambda _, said: said["product"] or "",
    "mood": lambda policy, said: getattr(policy.moods.get(said["mood"] or ""), "zh", ""),
    "wishes": lambda _, said: said["wishes"] or "",
    "related_number": lambda _, said: said["earlier_number"] or "",
    "note": _note,
}
"""What a talk's own row says itself; all else in it is the demand's."""
