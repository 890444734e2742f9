"""What came of the play: every demand as the services show it, compared with what the corpus expects."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table

from shared.clock import parse_time
from shared.operations.corpus.reader import Corpus, Demand
from shared.operations.demo.stage import Stage

_ZONE = ZoneInfo("Asia/Shanghai")
Row = dict[str, Any]


def cases(stage: Stage, corpus: Corpus, numbers: Mapping[str, str]) -> dict[str, Row]:
    """Every demand that was accepted as triage shows it, by its key."""
    return {
        one.key: stage.read("triage", f"/demands/{numbers[one.key]}") for one in corpus.demands if one.key in numbers
    }


def rows(stage: Stage, corpus: Corpus, found: Mapping[str, Row]) -> list[Row]:
    """One row per demand that was accepted."""
    return [_row(stage, one, found[one.key]) for one in corpus.demands if one.key in found]


def faults(corpus: Corpus, found: list[Row]) -> list[str]:
    """Where a demand is not as expected; one line each."""
    by_key = {row["key"]: row for row in found}
    lines = [f"{one.key}: not accepted" for one in corpus.demands if one.key not in by_key]
    for demand in corpus.demands:
        row = by_key.get(demand.key)
        if row is not None:
            lines += [
                f"{demand.key} {row['number']}: {name} is {row[name]!r}, not {wanted!r}"
                for name, wanted in _expected(demand).items()
                if row[name] != wanted
            ]
            lines += [
                f"{demand.key} {row['number']}: {code} is due {row['due'].get(code)}, not {wanted}"
                for code, wanted in _due(demand).items()
                if row["due"].get(code) != wanted
            ]
            if row["projected"] != row["status"]:
                lines.append(f"{demand.key} {row['number']}: reporting says {row['projected']}, triage {row['status']}")
    return lines


def table(found: list[Row]) -> Table:
    """The demands as one table."""
    shown = Table("number", "policy", "type", "priority", "department", "due", "state", "cycles", "notices")
    for row in found:
        department = "+".join([row["lead"], *row["joining"]])
        state = row["status"] if row["resolution"] is None else f"{row['status']} ({row['resolution']})"
        notices = f"{sum(one['outcome'] == 'sent' for one in row['notices'])}/{len(row['notices'])}"
        cells = [row["number"], row["policy"], row["type"] or "-", row["priority"], department, row["limit"] or "-"]
        shown.add_row(*cells, state, str(row["cycles"]), notices)
    return shown


def _row(stage: Stage, demand: Demand, case: Row) -> Row:
    number = case["number"]
    told = stage.read("notifier", f"/notices?number={number}&limit=200")["items"]
    projected = stage.read("reporting", f"/demands/{number}")
    standing = [one for one in case["deadlines"] if not one["superseded_at"]]
    standing.sort(key=lambda one: (one["cycle"], one["occurrence"]))
    limits = [one for one in standing if one["kind"] == "resolution"] or [one for one in standing if not one["met_at"]]
    delays = [one["data"]["late"] for one in case["timeline"] if one["event"] == "demand.delayed"]
    return {
        "key": demand.key,
        "number": number,
        "policy": demand.policy,
        "type": case["type"] and case["type"]["code"],
        "urgency": demand.expect.urgency,
        "priority": case["priority"]["code"],
        "lead": case["lead"],
        "joining": sorted(case["joining"]),
        "deadlines": [{name: one[name] for name in ("kind", "code", "due_at", "provisional")} for one in standing],
        "due": {one["code"]: _local(one["due_at"]) for one in standing},
        "limit": _local(limits[-1]["due_at"]) if limits else None,
        "breached": sorted({one["code"] for one in case["deadlines"] if one["breached_at"]}),
        "late_delay": delays[-1] if delays else None,
        "status": case["status"]["category"],
        "resolution": case["status"]["resolution"],
        "cycles": case["cycle"],
        "projected": projected["status_category"],
        "notices": [{"kind": one["kind"], "carrier": one["carrier"], "outcome": one["state"]} for one in told],
        "shows": list(demand.shows),
    }


def _expected(demand: Demand) -> Row:
    wanted = demand.expect
    return {
        "type": wanted.type,
        "priority": wanted.priority,
        "lead": wanted.lead,
        "joining": sorted(wanted.joining),
        "status": wanted.status,
        "resolution": wanted.resolution,
        "cycles": wanted.cycles,
        "breached": sorted(wanted.breached),
        "late_delay": wanted.late_delay,
    }


def _due(demand: Demand) -> dict[str, str]:
    return {code: _shown(at) for code, at in demand.expect.deadlines.items()}


def _local(moment: str) -> str:
    return _shown(parse_time(moment))


def _shown(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")
