"""Runs the demo from an empty home to the summary: starts everything, plays, files, checks, shows."""

import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from shared.clock import format_time, monotonic
from shared.operations import runner
from shared.operations.ask import environments
from shared.operations.corpus import reader
from shared.operations.corpus.reader import Corpus
from shared.operations.demo import history, outcome, papers, seen
from shared.operations.demo.cast import WITH_TOOLS, Cast
from shared.operations.demo.play import Play, poison
from shared.operations.demo.stage import DemoFailed, Stage
from shared.operations.departments import account_of
from shared.operations.home import Home, init_keys
from shared.operations.ledger import Ledger
from shared.operations.reconcile import Report, reconcile


def run(home: Home, verbs: click.Group, *, port_base: int, stay: bool, until: datetime | None = None) -> bool:
    """The whole demo; True when every step did what it should. stay: keep everything up until Ctrl-C.

    until: play only as far as this local day; then only what does not hang on the end is checked.
    """
    if runner.running_pid(home) is not None:
        raise DemoFailed("the demo is running already: end it with Ctrl-C, or `demandflow --home var/demo down`")
    if home.path.exists():
        shutil.rmtree(home.path)
    console = Console() if sys.stdout.isatty() else Console(width=150)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        console.print("Starting the broker and four services ...")
        init_keys(home)
        for code in WITH_TOOLS:  # known to the broker from its first start
            account_of(home, code)
        runner.up(home, mode="demo", port_base=port_base, environ=_environment(home))
        passed = play(home, verbs, console, until)
        print_addresses(home)
        if stay:
            console.print("Up until Ctrl-C.")
            ended.wait()
        return passed
    finally:
        runner.down(home)


def run_on_running(home: Home, verbs: click.Group, *, until: datetime | None = None) -> bool:
    """Play on what runs already in demo mode, such as the containers; it stays up."""
    if environments(home)["triage"].get("DEMANDFLOW_MODE") != "demo":
        raise DemoFailed("this installation does not run in demo mode: its clock is not ours to move")
    return play(home, verbs, Console(width=150), until)


def play(home: Home, verbs: click.Group, console: Console, until: datetime | None = None) -> bool:
    """Play on an installation that runs in demo mode, and check what came of it."""
    began = monotonic()
    corpus, stage = reader.load(), Stage(home, verbs)
    if until is not None:
        corpus = corpus.until_day(until)
    ledger = Ledger(home.path / "ledger.jsonl")
    stage.set_clock(corpus.opens)
    cast = Cast(stage, corpus, ledger)
    try:
        past = history.bring_in(stage, corpus, ledger)
        played = Play(stage, cast, corpus, ledger)
        console.print(f"Playing {len(corpus.demands)} demands of October and November 2024 ...")
        played.run()
        parked = poison(stage)
        cases = outcome.cases(stage, corpus, played.numbers)
        rows = outcome.rows(stage, corpus, cases)
        ended, beside, filed = (
            _ended(stage, corpus, cases, rows, played.numbers) if until is None else ([], {}, papers.NONE)
        )
        report = reconcile(environments(home), ledger)
    finally:
        cast.close()
    faults = [*history.faults(past, corpus), *played.faults, *ended, *filed.faults, *_conservation(report)]
    summary = _summary(rows, report, faults, parked) | {"archive": filed.archive, "report": filed.reports}
    summary |= {
        "historic": past,
        "archives": filed.archives,
        "form": filed.form,
        "forms": filed.forms,
        **beside,
        "waits": stage.waits,
        "seconds": round(monotonic() - began, 1),
    }
    (home.path / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), "utf-8")
    console.print(outcome.table(rows))
    if beside:
        console.print(seen.chase_table(beside["chase"]))
        console.print(f"Meetings: {beside['meetings']}; draft of policy A: {beside['simulated']}")
    console.print("Conservation: " + "  ".join(f"{name} {count}" for name, count in summary["totals"].items()))
    console.print(
        f"Packages: {len(filed.archives)}, all verified: {filed.archive['verified']}; reports: {filed.reports}"
    )
    console.print(f"The desk lets in {cast.login} with the password {cast.password}", highlight=False)
    for fault in faults:
        console.print(f"[red]fell short:[/red] {fault}", markup=True, highlight=False)
    return not faults


def _ended(
    stage: Stage, corpus: Corpus, cases: dict[str, Any], rows: list[dict[str, Any]], numbers: Mapping[str, str]
) -> tuple[list[str], dict[str, Any], papers.Papers]:
    """What only the whole play can be asked for: (faults, what stands beside the demands, papers)."""
    faults = [*outcome.faults(corpus, rows), *seen.faults(cases, {one.key: one.shows for one in corpus.demands})]
    beside = seen.also(stage, cases, faults)
    return faults, beside, papers.collect(stage, numbers)


def print_addresses(home: Home) -> None:
    """Where the services answer, and where people begin."""
    intake = home.web_url("intake")
    print(f"{'forms':10} {intake.removesuffix('/intake')}/")
    print(f"{'desk':10} {intake}/desk")
    for service in environments(home):
        print(f"{service:10} {home.web_url(service)}/docs")


def _environment(home: Home) -> dict[str, str]:
    """Outside databases count; the business clock is ours, and stands before the services start."""
    clock = home.path / "clock"
    home.path.mkdir(parents=True, exist_ok=True)
    clock.write_text(format_time(reader.load().opens), "utf-8")
    outside = {key: value for key, value in os.environ.items() if key.endswith("_DATABASE_URL")}
    return {**outside, "DEMANDFLOW_CLOCK_FILE": str(clock)}


def _conservation(report: Report) -> list[str]:
    names = ("lost", "duplicated", "reordered", "waiting")
    return [f"conservation: {name}: {text}" for name in names for text in getattr(report, name)]


def _summary(rows: list[dict[str, Any]], report: Report, faults: list[str], parked: int) -> dict[str, Any]:
    totals = {
        "accepted": report.acknowledged,
        "routed": sum(row["lead"] is not None for row in rows),
        "delivered": report.delivered,
        "completed": sum(row["status"] in ("completed", "closed") for row in rows),
        "parked": parked,
        "lost": len(report.lost),
        "duplicated": len(report.duplicated),
        "reordered": len(report.reordered),
    }
    return {"passed": not faults, "faults": faults, "totals": totals, "demands": rows}
