"""The demo: sample demands through all services, departments that answer, one table, and the conservation check."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests
from rich.console import Console
from rich.table import Table

from shared.auth import sign_token
from shared.clock import monotonic, parse_time
from shared.messaging.department import Department
from shared.messaging.envelope import Event
from shared.operations import quiet, runner
from shared.operations.ask import environments
from shared.operations.channel import Channel
from shared.operations.home import ROOT, Home
from shared.operations.ledger import Entry, Ledger
from shared.operations.reconcile import Report, reconcile
from shared.operations.samples import SAMPLES, Sample

DEPARTMENTS_WITH_TOOLS = ("SUP", "CSR")
_PATIENCE = 60.0


class DemoFailed(Exception):
    """A step fell short; the message says which."""


def run(home: Home, *, port_base: int, stay: bool) -> bool:
    """The whole demo; True when every step did what it should. stay: keep everything up until Ctrl-C."""
    if runner.running_pid(home) is not None:
        raise DemoFailed("the demo is running already: end it with Ctrl-C, or `demandflow --home var/demo down`")
    if home.path.exists():
        shutil.rmtree(home.path)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        console.print("Starting the broker and four services ...")
        outside = {key: value for key, value in os.environ.items() if key.endswith("_DATABASE_URL")}
        runner.up(home, mode="demo", port_base=port_base, environ=outside)
        rows, report = _rehearse(home)
        faults = _faults(rows, report)
        _summarise(home, rows, report, faults)
        console.print(_table(rows))
        console.print("Conservation: " + "  ".join(f"{name} {count}" for name, count in report.totals().items()))
        for fault in faults:
            console.print(f"[red]fell short:[/red] {fault}")
        print_addresses(home)
        if stay:
            console.print("Up until Ctrl-C.")
            ended.wait()
        return not faults
    finally:
        runner.down(home)


def print_addresses(home: Home) -> None:
    """Where the services answer."""
    for service in environments(home):
        print(f"{service:10} {home.web_url(service)}/docs")


def _rehearse(home: Home) -> tuple[list[dict[str, Any]], Report]:
    ledger = Ledger(home.path / "ledger.jsonl")
    stop = threading.Event()
    departments = [_open_department(home, code, ledger, stop) for code in DEPARTMENTS_WITH_TOOLS]
    try:
        told = [_report(home, sample, ledger) for sample in SAMPLES]
        _settle(home, [number for number in told if number], stop)
        rows = [_row(home, sample, number) for sample, number in zip(SAMPLES, told, strict=True)]
        return rows, reconcile(environments(home), ledger)
    finally:
        stop.set()
        for thread in departments:
            thread.join(10)


def _open_department(home: Home, code: str, ledger: Ledger, stop: threading.Event) -> threading.Thread:
    added = demandflow(home, "department", "add", code, "--queue", "--json")

    def on_work(department: Department, event: Event) -> None:
        if event.name == "work.offered.v1":
            ledger.record(Entry("delivered", event.id, event.data["demand_id"], event.data["number"], code))
            department.command("accept", demand=event.data["number"])

    department = Department(code, added["broker_url"])
    thread = threading.Thread(target=department.take, args=(on_work, stop), daemon=True)
    thread.start()
    return thread


def _report(home: Home, sample: Sample, ledger: Ledger) -> str | None:
    added = demandflow(home, "channel", "add", sample.channel, "--policy", "C", "--kind", sample.kind, "--json")
    told = Channel(home.web_url("intake"), added["key"], ledger).report(sample.body)
    return None if told is None else str(told["number"])


def _settle(home: Home, numbers: list[str], stop: threading.Event) -> None:
    """Wait until nothing is under way and departments with tools have accepted what they were given."""
    deadline = monotonic() + _PATIENCE
    while monotonic() < deadline:
        if quiet.look(environments(home))["quiet"] and all(_is_settled(home, number) for number in numbers):
            return
        stop.wait(0.3)


def _is_settled(home: Home, number: str) -> bool:
    row = _projected(home, number)
    given = row.get("lead") in DEPARTMENTS_WITH_TOOLS
    return row.get("status_category") == ("in_progress" if given else "pending")


def _row(home: Home, sample: Sample, number: str | None) -> dict[str, Any]:
    found = {"number": number, "policy": "C", **(_projected(home, number) if number else {})}
    mails = [path.read_bytes() for path in (home.path / "mail" / "new").glob("*")]
    address = sample.address.encode()
    found["mails"] = sum(address in mail and str(number).encode() in mail for mail in mails)
    found["expected"] = sample.expected
    return found


def _projected(home: Home, number: str) -> dict[str, Any]:
    token = sign_token(
        home.secret("triage_signing_key"),
        issuer="triage",
        audience="reporting",
        claims={"sub": "demo", "kind": "staff", "roles": ["manager"]},
        lifetime=timedelta(minutes=5),
    )
    answer = requests.get(
        f"{home.web_url('reporting')}/api/v1/demands/{number}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return dict(answer.json()) if answer.status_code == 200 else {}


def _faults(rows: list[dict[str, Any]], report: Report) -> list[str]:
    found = [
        f"conservation: {name}" for name in ("lost", "duplicated", "reordered", "waiting") if getattr(report, name)
    ]
    for row in rows:
        for name, wanted in row["expected"].items():
            if row.get(name) != wanted:
                found.append(f"{row['number']}: {name} is {row.get(name)!r}, not {wanted!r}")
        if row["mails"] != 1:
            found.append(f"{row['number']}: {row['mails']} mails arrived, not 1")
    return found


def _summarise(home: Home, rows: list[dict[str, Any]], report: Report, faults: list[str]) -> None:
    summary = {"passed": not faults, "faults": faults, "totals": report.totals(), "demands": rows}
    (home.path / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1))


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("number", "policy", "type", "priority", "department", "due", "state", "notices")
    for row in rows:
        cells = [row.get(name) for name in ("number", "policy", "type_code", "priority_code", "lead")]
        cells += [_local(row.get("first_response_by")), row.get("status_category"), row.get("notices_sent")]
        table.add_row(*(str("-" if cell is None else cell) for cell in cells))
    return table


def _local(moment: str | None) -> str | None:
    return parse_time(moment).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M") if moment else None


def demandflow(home: Home, *arguments: str) -> dict[str, Any]:
    """Run one verb with --json as a user would; DemoFailed with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "shared.cli", "--home", str(home.path), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoFailed(f"demandflow {' '.join(arguments)}: {done.stderr.strip()[-500:]}")
    return dict(json.loads(done.stdout))
