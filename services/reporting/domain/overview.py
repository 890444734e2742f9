"""The overview: demands counted by what was decided about them."""

from collections import Counter
from collections.abc import Iterable, Mapping
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


def overview(groups: Iterable[Group], departments: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The answer's figures; rows by falling count. departments: code -> name, for those that are known."""
    found = list(groups)
    by_department = _rows(found, "department")
    return {
        "total": sum(one.demands for one in found),
        "by_status": _rows(found, "status"),
        "by_type": _rows(found, "policy", "type"),
        "by_priority": _rows(found, "policy", "priority"),
        "by_department": [{**row, "name": departments.get(row["department"])} for row in by_department],
        "breached": sum(one.breached for one in found),
        "notices": {
            "sent": sum(one.notices_sent for one in found),
            "failed": sum(one.notices_failed for one in found),
        },
    }


def _rows(groups: Iterable[Group], *names: str) -> list[dict[str, Any]]:
    """[{<name>: code ..., "count": n}]. Codes of types and priorities mean something only beside their policy."""
    counts: Counter[tuple[str, ...]] = Counter()
    for one in groups:
        counts[tuple(getattr(one, name) or UNTRIAGED for name in names)] += one.demands
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{**dict(zip(names, codes, strict=True)), "count": count} for codes, count in ordered]
