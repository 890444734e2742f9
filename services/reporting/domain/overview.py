"""The overview: demands counted by what was decided about them and how they went."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNTRIAGED = "untriaged"
"""Stands for status, type, priority and department of a demand that triage has not spoken of."""


@dataclass(frozen=True)
class Group:
    """Demands that are alike in the first five; breached: how many of them missed a deadline."""

    policy: str | None
    status: str | None
    type: str | None
    priority: str | None
    department: str | None
    demands: int
    breached: int
    notices_sent: int
    notices_failed: int


@dataclass(frozen=True)
class Source:
    """Demands of one policy from one channel."""

    policy: str
    channel: str
    kind: str
    demands: int


@dataclass(frozen=True)
class Kept:
    """Clocks of one kind: kept in time, or missed; those still running are in neither."""

    policy: str
    kind: str
    on_time: int
    late: int


@dataclass(frozen=True)
class Answers:
    """Completed demands with one answer of their customers; satisfaction None: no answer came."""

    policy: str
    satisfaction: str | None
    demands: int


@dataclass(frozen=True)
class Taken:
    """Completed demands of one policy and the working minutes they took on average."""

    policy: str
    demands: int
    minutes: float


@dataclass(frozen=True)
class Counted:
    """All that the overview is made of."""

    groups: Sequence[Group]
    sources: Sequence[Source]
    kept: Sequence[Kept]
    answers: Sequence[Answers]
    taken: Sequence[Taken]


def overview(found: Counted, departments: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The answer's figures; rows by falling count. departments: code -> name, for those that are known."""
    groups = found.groups
    by_department = _rows(groups, "department")
    return {
        "total": sum(one.demands for one in groups),
        "by_status": _rows(groups, "status"),
        "by_type": _rows(groups, "policy", "type"),
        "by_priority": _rows(groups, "policy", "priority"),
        "by_department": [{**row, "name": departments.get(row["department"])} for row in by_department],
        "by_source": [
            {"policy": one.policy, "channel": one.channel, "kind": one.kind, "count": one.demands}
            for one in sorted(found.sources, key=lambda one: (-one.demands, one.policy, one.channel))
        ],
        "on_time": [
            {
                "policy": one.policy,
                "kind": one.kind,
                "on_time": one.on_time,
                "late": one.late,
                "rate": rate(one.on_time, one.on_time + one.late),
            }
            for one in sorted(found.kept, key=lambda one: (one.policy, one.kind))
            if one.on_time + one.late
        ],
        "satisfaction": _satisfaction(found.answers),
        "handling": [
            {"policy": one.policy, "count": one.demands, "average_minutes": round(float(one.minutes), 1)}
            for one in sorted(found.taken, key=lambda one: one.policy)
        ],
        "breached": sum(one.breached for one in groups),
        "notices": {
            "sent": sum(one.notices_sent for one in groups),
            "failed": sum(one.notices_failed for one in groups),
        },
    }


def rate(part: int, whole: int) -> float | None:
    """A share from 0 to 1 with four digits; None of nothing."""
    return None if whole == 0 else round(part / whole, 4)


def _satisfaction(answers: Iterable[Answers]) -> list[dict[str, Any]]:
    """By policy, since scales are never mixed, with the share of those who answered at all beside it."""
    by_policy: dict[str, dict[str | None, int]] = {}
    for one in answers:
        by_policy.setdefault(one.policy, {})[one.satisfaction] = one.demands
    rows = []
    for policy, counts in sorted(by_policy.items()):
        completed = sum(counts.values())
        answered = completed - counts.pop(None, 0)
        levels = [{"satisfaction": level, "count": counts[level]} for level in sorted(counts, key=str)]
        rows.append(
            {
                "policy": policy,
                "completed": completed,
                "answered": answered,
                "response_rate": rate(answered, completed),
                "levels": levels,
            }
        )
    return rows


def _rows(groups: Iterable[Group], *names: str) -> list[dict[str, Any]]:
    """[{<name>: code ..., "count": n}]. Codes of types and priorities mean something only beside their policy."""
    counts: Counter[tuple[str, ...]] = Counter()
    for one in groups:
        counts[tuple(getattr(one, name) or UNTRIAGED for name in names)] += one.demands
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{**dict(zip(names, codes, strict=True)), "count": count} for codes, count in ordered]
