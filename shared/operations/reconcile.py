"""The conservation check: what was acknowledged = triaged = delivered or on the workbench = projected, once each.

It reads the four databases and a ledger kept outside of them, and trusts none of them alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.messaging.topology import INBOX_SOURCES, SERVICES
from shared.operations.ask import Environments, ask
from shared.operations.ledger import Ledger
from shared.operations.quiet import behind

Facts = dict[str, dict[str, Any]]
_WAITING = ("unsent", "held", "attempts", "parked", "resends")


@dataclass
class Report:
    """Findings by kind, each a short text; waiting: what is still under way or stands parked.

    skipped: numbers taken and never used, by scope; they are listed, not a fault: a refusal, a repeat or a crash
    leaves them behind.
    """

    acknowledged: int = 0
    delivered: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    numbers_skipped: int = 0

    @property
    def clean(self) -> bool:
        """Nothing was found and nothing is under way."""
        return not (self.lost or self.duplicated or self.reordered or self.waiting)

    def totals(self) -> dict[str, int]:
        """The counts."""
        return {
            "acknowledged": self.acknowledged,
            "delivered": self.delivered,
            "lost": len(self.lost),
            "duplicated": len(self.duplicated),
            "reordered": len(self.reordered),
            "waiting": len(self.waiting),
            "numbers_skipped": self.numbers_skipped,
        }


def reconcile(settings: Environments, ledger: Ledger | None = None) -> Report:
    """Compare everything with everything. ledger: what clients and departments know; None where nobody kept one."""
    facts = ask("facts", settings)
    report = Report()
    _check_streams(facts, report)
    _check_demands(facts, report)
    _check_effects(facts, report)
    if ledger is not None:
        _check_ledger(facts, ledger, report)
    numbers = facts["intake"]["numbers"]
    report.numbers_skipped = numbers["taken"] - numbers["used"]
    report.skipped = [f"{scope}: {_ranges(ranges)}" for scope, ranges in numbers["gaps"].items()]
    return report


def _ranges(ranges: list[list[int]]) -> str:
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def _check_streams(facts: Facts, report: Report) -> None:
    report.lost += [f"not applied: {stream}" for stream in behind(facts)]
    for consumer, sources in INBOX_SOURCES.items():
        for source in sources:
            heads = facts[source]["heads"]
            for subject, version in facts[consumer]["cursors"].get(source, {}).items():
                if version > heads.get(subject, 0):
                    report.lost.append(f"source lost: {consumer}<-{source} {subject}")
    for service in SERVICES:
        report.reordered += [f"not 1..n: {service} {subject}" for subject in facts[service]["gaps"]]
        report.waiting += [f"{service}: {facts[service][name]} {name}" for name in _WAITING if facts[service][name]]
        report.waiting += [f"{service}: blocked {' '.join(stream)}" for stream in facts[service]["blocked"]]


def _check_demands(facts: Facts, report: Report) -> None:
    heads, told = facts["intake"]["heads"], facts["triage"]["heads"]
    placed, projected = facts["triage"]["placed"], set(facts["reporting"]["projected"])
    for demand_id in facts["intake"]["accepted"]:
        subject = f"demand/{demand_id}"
        report.lost += [
            f"{what}: {demand_id}"
            for what, there in (
                ("accepted without an event", subject in heads),
                ("not triaged", subject in told),
                ("neither delivered nor on a workbench", demand_id in placed),
                ("not projected", demand_id in projected),
            )
            if not there
        ]
    work = facts["triage"]["work_heads"]
    for demand_id, (department, delivery) in placed.items():
        if delivery == "queue" and f"work/{department}/{demand_id}" not in work:
            report.lost.append(f"never offered to {department}: {demand_id}")


def _check_effects(facts: Facts, report: Report) -> None:
    """Counted effects of an event type must be as many as the source published."""
    published: Counter[str] = Counter()
    for service in SERVICES:
        published.update(facts[service]["published"])
    for service in SERVICES:
        for kind, count in facts[service].get("effects", {}).items():
            text = f"{service}: {count} effects of {published[kind]} {kind}"
            if count > published[kind]:
                report.duplicated.append(text)
            elif count < published[kind]:
                report.lost.append(text)


def _check_ledger(facts: Facts, ledger: Ledger, report: Report) -> None:
    accepted = list(ledger.entries("accepted"))
    by_key: dict[str, set[str | None]] = {}
    for entry in accepted:
        by_key.setdefault(entry.key, set()).add(entry.demand_id)
    report.acknowledged = len(by_key)
    known = set(facts["intake"]["accepted"])
    report.lost += [f"acknowledged, not here: {one.number}" for one in accepted if one.demand_id not in known]
    report.duplicated += [f"one key, several demands: {key}" for key, ids in by_key.items() if len(ids) > 1]
    uncertain = {entry.key for entry in ledger.entries("unknown")} - set(by_key)
    told = len({entry.demand_id for entry in accepted}) + facts["intake"].get("spawned", 0)
    surplus = len(known) - told - len(uncertain)
    if surplus > 0:
        report.duplicated.append(f"{surplus} demands that nobody was told of")
    report.duplicated += [f"one number twice: {number}" for number in _twice(_numbers(accepted))]
    report.delivered = len(facts["triage"]["placed"])
    _check_deliveries(facts, {(one.department, one.demand_id) for one in ledger.entries("delivered")}, report)


def _check_deliveries(facts: Facts, delivered: set[tuple[str | None, str | None]], report: Report) -> None:
    listening = {department for department, _ in delivered}
    for demand_id, (department, delivery) in facts["triage"]["placed"].items():
        if delivery == "queue" and department in listening and (department, demand_id) not in delivered:
            report.lost.append(f"{department} never got {demand_id}")


def _numbers(accepted: Iterable[Any]) -> list[str]:
    return [number for number, _ in {(one.number, one.demand_id) for one in accepted}]


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
