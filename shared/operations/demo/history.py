"""Rows from before the installation: imported as they are, never counted anew; what our clocks would say is beside."""

from datetime import datetime
from typing import Any

from shared.calendars import loader as calendars
from shared.calendars.working_time import due
from shared.clock import parse_time
from shared.ids import new_id
from shared.operations.corpus.reader import SHANGHAI, Corpus
from shared.operations.demo.stage import DemoFailed, Stage
from shared.operations.ledger import Entry, Ledger
from shared.policies import interpret
from shared.policies.facts import Facts
from shared.policies.loader import installed

POLICY = "C"
_CLOCKS = ("first_response", "resolution")


def bring_in(stage: Stage, corpus: Corpus, ledger: Ledger) -> list[dict[str, Any]]:
    """One row per historic row: {key, number, limit: the sheet's own, computed {clock: date}, faults}."""
    key = new_id()
    body = {"policy": POLICY, "rows": [one.as_import() for one in corpus.historic]}
    answer = stage.call(
        "intake", "POST", "/imports", token=stage.manager(), json=body, headers={"Idempotency-Key": key}
    )
    if answer.status_code != 201 or answer.json()["refused"]:
        raise DemoFailed(f"import: {answer.status_code} {answer.text[:500]}")
    stage.settle()
    rows = []
    for one, told in zip(corpus.historic, answer.json()["rows"], strict=True):
        case = stage.read("triage", f"/demands/{told['number']}")
        ledger.record(Entry("accepted", f"{key}:{told['row']}", case["id"], told["number"]))
        rows.append(
            {
                "key": one.key,
                "number": told["number"],
                "status": case["status"]["label"],
                "limit": one.due_at,
                "computed": _computed(one.description, case),
                "deadlines": case["deadlines"],
            }
        )
    return rows


def faults(rows: list[dict[str, Any]], corpus: Corpus) -> list[str]:
    """The sheet's status and limit stand, nothing escalates, and one of our two clocks names the sheet's date."""
    lines = []
    for one, row in zip(corpus.historic, rows, strict=True):
        if row["status"] != one.status:
            lines.append(f"{one.key}: status is {row['status']}, not {one.status}")
        if row["deadlines"]:
            lines.append(f"{one.key}: a row of the past has clocks")
        if one.due_at not in row["computed"].values():
            lines.append(f"{one.key}: the sheet says {one.due_at}, our clocks {row['computed']}")
    return lines


def _computed(text: str, case: dict[str, Any]) -> dict[str, str]:
    """What policy C would set: clock -> local date."""
    received = parse_time(case["received_at"])
    policy = installed().effective(POLICY, received)
    calendar = calendars.installed().effective(policy.calendar)
    level = interpret.prioritise(policy, Facts(text, type=case["type"]["code"])).level.code
    spans = {code: interpret.span_of(policy.clock(code), policy, level=level, urgency=None) for code in _CLOCKS}
    return {code: _day(due(calendar, received, span).due_at) for code, span in spans.items() if span}


def _day(moment: datetime) -> str:
    return str(moment.astimezone(SHANGHAI).date())
