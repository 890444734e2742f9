"""The play: two months of an invented company in the order of time, the clock moved on only when all is quiet."""

import json
import re
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import requests

from shared.clock import business_now, monotonic
from shared.db import Database
from shared.ids import new_id
from shared.messaging.outbox import publish
from shared.messaging.topology import INBOX_SOURCES
from shared.operations.corpus.reader import Corpus, Demand, Step, named
from shared.operations.demo import deeds
from shared.operations.demo.cast import Cast
from shared.operations.demo.stage import PATIENCE, DemoFailed, Stage
from shared.operations.ledger import Entry, Ledger

DESK = {"CSR": "csr.li", "SAL": "sal.qian"}
"""Who of a department takes calls and visits."""

TOGETHER = timedelta(minutes=55)
"""Timers of one simulated hour ring together: late is allowed, early never."""


class Play:
    """One run of the corpus; numbers: key -> the demand's number."""

    def __init__(self, stage: Stage, cast: Cast, corpus: Corpus, ledger: Ledger) -> None:
        self._stage, self._cast, self._corpus, self._ledger = stage, cast, corpus, ledger
        self._channels = {one.code: one for one in corpus.channels}
        self.numbers: dict[str, str] = {}
        self.faults: list[str] = []

    def run(self) -> None:
        """From the first demand to the end of the corpus."""
        happenings = {at: list(found) for at, found in groupby(self._happenings(), key=lambda one: one[0])}
        for at in self._corpus.moments():
            self._pass_time(at)
            self._errands(at)
            rounds: dict[int, list[tuple[Demand, Step | None]]] = {}
            for _, place, demand, step in happenings.get(at, ()):
                rounds.setdefault(place, []).append((demand, step))
            for place in sorted(rounds):
                self._round(rounds[place])
        self._pass_time(self._corpus.until)
        self._settle()

    def _happenings(self) -> Iterator[tuple[datetime, int, Demand, Step | None]]:
        """(when, round, demand, step; None: it comes in), by time; each round waits for what the one before caused."""
        told: list[tuple[datetime, int, Demand, Step | None]] = []
        for demand in self._corpus.demands:
            told.append((demand.at, 0, demand, None))
            for at, steps in groupby(demand.story, key=lambda one: one.at):
                told += [(at, place, demand, step) for place, step in _in_rounds(steps)]
        yield from sorted(told, key=lambda one: (one[0], one[1], one[2].key))

    def _pass_time(self, until: datetime) -> None:
        while (ring := self._stage.next_ring()) is not None and ring <= until:
            self._stage.set_clock(min(ring + TOGETHER, until))
            self._settle()
        self._stage.set_clock(until)

    def _errands(self, at: datetime) -> None:
        for errand in (one for one in self._corpus.errands if one.at == at):
            answer = deeds.run_errand(self._stage, self._cast.token_of(errand.login), errand, self.numbers)
            self._good(answer, f"{errand.login} {errand.path}", 200)
            self._settle()

    def _round(self, parts: list[tuple[Demand, Step | None]]) -> None:
        batches: dict[str, list[Demand]] = {}
        for demand, step in parts:
            if step is not None:
                self._step(demand, step)
            elif demand.via == "batch":
                batches.setdefault(demand.channel, []).append(demand)
            else:
                self._report(demand)
        for channel, demands in batches.items():
            self._report_batch(channel, demands)
        self._settle()

    def _report(self, demand: Demand) -> None:
        if demand.via in ("form", "desk"):
            self._on_page(demand)
        else:
            self._by_software(demand)

    def _on_page(self, demand: Demand) -> None:
        """As a customer fills in the form, or somebody at the desk writes down what a caller says."""
        body = self._body(demand)
        if demand.via == "form":
            visitor = self._cast.customer
            page = visitor.text(f"{self._cast.origin}{visitor.fill_in(demand.channel, body)}")
        else:
            visitor = self._cast.at_desk(DESK[self._channels[demand.channel].department])
            page = visitor.text(f"{self._cast.origin}{visitor.write_down(demand.channel, body)}")
        number = re.search(r"<strong>([A-Z0-9-]{6,})</strong>|已登记 ([A-Z0-9-]+)", page)
        if number is None:
            self.faults.append(f"{demand.key}: the page names no number")
            return
        self.numbers[demand.key] = number[1] or number[2]
        shown = self._stage.read("intake", f"/demands/{self.numbers[demand.key]}")
        visitor.record(demand.key, shown["id"], shown["number"])

    def _by_software(self, demand: Demand) -> None:
        channel, key = self._cast.channels[demand.channel], new_id()
        told = channel.report(self._body(demand), key=key)
        if told is None:
            self.faults.append(f"{demand.key}: refused")
            return
        self.numbers[demand.key] = str(told["number"])
        if "duplicate" in demand.shows:  # the channel's first answer was lost on the way: it asks again
            again = channel.report(self._body(demand), key=key)
            if again is None or again["number"] != told["number"]:
                self.faults.append(f"{demand.key}: the same report again became another demand")

    def _report_batch(self, channel: str, demands: list[Demand]) -> None:
        lines = "\n".join(json.dumps(self._body(one), ensure_ascii=False) for one in demands)
        key = new_id()
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": key}
        answer = self._stage.call(
            "intake", "POST", "/demands:batch", token=self._cast.keys[channel], headers=headers, data=lines.encode()
        )
        self._good(answer, f"batch of {channel}", 200)
        for demand, row in zip(demands, answer.json()["results"], strict=True):
            if row["status"] != 201:
                self.faults.append(f"{demand.key}: {row['problem']}")
                continue
            told = row["demand"]
            self.numbers[demand.key] = told["number"]
            self._ledger.record(Entry("accepted", f"{key}:{row['line']}", told["id"], told["number"]))

    def _body(self, demand: Demand) -> dict[str, Any]:
        default = self._channels[demand.channel].policy
        return dict(demand.body) if demand.policy == default else {**demand.body, "policy": demand.policy}

    def _step(self, demand: Demand, step: Step) -> None:
        number = self.numbers.get(demand.key)
        if number is not None and step.part:
            number = deeds.part_of(self._stage, number, step.part)
        if number is None:
            self.faults.append(f"{demand.key}: no demand to {step.do}")
        elif step.who == "department":
            self._cast.tools[str(step.department)].command(step.do, number, named(step.body, self.numbers))
        else:
            customer = step.who == "customer"
            token = self._cast.keys[demand.channel] if customer else self._cast.token_for(step)
            answer = deeds.do(self._stage, token, number, step, self.numbers)
            self._good(answer, f"{demand.key} {step.who} {step.do}", 200, 201)

    def _good(self, answer: requests.Response, what: str, *wanted: int) -> None:
        if answer.status_code not in wanted:
            self.faults.append(f"{what}: {answer.status_code} {answer.text[:300]}")

    def _settle(self) -> None:
        self._stage.settle(also=lambda: self._cast.idle)
        for tool in self._cast.tools.values():
            for problem in list(tool.refused.values()):
                self.faults.append(f"{tool.code} was refused: {problem}")
            tool.refused.clear()


def _in_rounds(steps: Iterable[Step]) -> Iterator[tuple[int, Step]]:
    """(round, step): people at the workbench go on at once; what travels through the broker is waited for."""
    place, before = 1, None
    for step in steps:
        travels = {"department", "customer"}
        if before is not None and (before.who in travels or step.who in travels):
            place += 1
        yield place, step
        before = step


def poison(stage: Stage) -> int:
    """A message that nobody can handle: each consumer parks it with its reason, and an operator passes over it.

    Returns how many parked it.
    """
    database = Database(stage.settings["intake"]["INTAKE_DATABASE_URL"])
    try:
        with database.write() as session:
            publish(
                session, source="intake", type="demand.exploded", subject="demand/poison", version=1, data={},
                now=business_now(),
            )  # fmt: skip
    finally:
        database.dispose()
    consumers = [service for service, sources in INBOX_SOURCES.items() if "intake" in sources]
    for service in consumers:
        row = _parked(stage, service)
        if row["reason"] != "unknown_type":
            raise DemoFailed(f"{service} parked the poison message as {row['reason']}")
        stage.verb("parked", "skip", row["id"], "--service", service, "--reason", "demo: a type that does not exist")
    stage.settle()
    return len(consumers)


def _parked(stage: Stage, service: str) -> dict[str, Any]:
    deadline, pause = monotonic() + PATIENCE, threading.Event()
    while not (found := stage.verb("parked", "list", "--service", service, "--json")):
        if monotonic() > deadline:
            raise DemoFailed(f"{service} did not park the poison message")
        pause.wait(0.1)
    return dict(found)
