"""A report: the figures that its policy names, frozen with all that is printed around them. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.reporting.domain import figures_of_demand, figures_of_handling
from services.reporting.domain.figure import Figure, Material
from services.reporting.domain.report_periods import ReportPeriod
from shared.policies.duties import Report
from shared.policies.model import Policy
from shared.refused import Refused

FORMAT = "demandflow-report/1"
FIGURES: Mapping[str, Callable[[Material], Figure]] = {
    "count": figures_of_demand.count,
    "types": figures_of_demand.types,
    "top_problems": figures_of_demand.top_problems,
    "industries": figures_of_demand.industries,
    "average_handling_time": figures_of_handling.average_handling_time,
    "on_time_rate": figures_of_handling.on_time_rate,
    "satisfaction": figures_of_handling.satisfaction,
    "common_problems": figures_of_handling.common_problems,
    "improvements": figures_of_handling.improvements,
    "feedback_problems": figures_of_demand.feedback_problems,
    "improvement_plan": figures_of_demand.improvement_plan,
    "tiers": figures_of_demand.tiers,
    "sources": figures_of_demand.sources,
    "field_usage": figures_of_demand.field_usage,
}
"""Section of a policy's report -> its figure."""


def report_of(policy: Policy, code: str | None) -> Report:
    """The policy's report; without a code its only or first one. Refused 404."""
    for one in policy.reports:
        if code in (None, one.code):
            return one
    raise Refused("report-unknown", "The policy has no such report", 404)


def content_of(
    report: Report, material: Material, period: ReportPeriod, *, edition: str, now: datetime
) -> dict[str, Any]:
    """The frozen content as plain JSON."""
    policy = material.policy
    made = now.astimezone(ZoneInfo(policy.time_zone)).strftime("%Y-%m-%d %H:%M")
    kind = "" if edition == "final" else "；期间未结束，仅供参考 preliminary"
    return {
        "format": FORMAT,
        "title": vars(report.title),
        "subtitle": f"{policy.title.zh}（{policy.code}/{policy.version}）　{period.key}："
        f"{period.days.first} 至 {period.days.last}　数据截至 {made}{kind}",
        "policy": {"code": policy.code, "version": policy.version},
        "code": report.code,
        "period": {"key": period.key, "first": str(period.days.first), "last": str(period.days.last)},
        "edition": edition,
        "as_of": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "audience": [one.label.zh for code in report.audience for one in policy.roles if one.code == code],
        "figures": [FIGURES[name](material).as_json() for name in report.sections],
    }


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
