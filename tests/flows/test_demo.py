"""The demo as a user runs it, as far as its tenth of October: channels, departments, mail, conservation, logs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.operations import runner
from shared.operations.broker import free_ports
from shared.operations.corpus import reader
from shared.operations.home import ROOT, Home

pytestmark = pytest.mark.servers


def _free_base() -> int:
    while True:
        base = free_ports(1)[0]
        if not any(runner.is_taken(base + offset) for offset in range(14)):
            return base


def test_the_first_days_of_the_demo_lose_nothing_and_name_nobody(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    command = [sys.executable, "-m", "shared.cli", "--home", str(home.path), "demo", "--until", "2024-10-08"]
    done = subprocess.run(
        [*command, "--port-base", str(_free_base())],
        cwd=ROOT,
        env={**os.environ, "DEMO_EXIT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    summary = json.loads((home.path / "summary.json").read_text("utf-8"))
    totals, rows = summary["totals"], {row["key"]: row for row in summary["demands"]}
    assert (totals["lost"], totals["duplicated"], totals["reordered"], totals["parked"]) == (0, 0, 0, 3)
    assert {row["policy"] for row in rows.values()} == {"A", "B", "C", "D"}
    assert totals["accepted"] == len(rows) + len(summary["historic"]) >= 9
    assert [row["limit"] for row in summary["historic"]] == ["2023-10-09", "2023-10-10", "2023-10-20"]
    example = rows["a-export-note"]
    assert (example["number"], example["due"]["handling"]) == ("XRQ20241008001", "2024-10-11 14:30")
    assert {"kind": "acknowledgement", "carrier": "email", "outcome": "sent"} in example["notices"]
    assert all(row["number"] in done.stdout for row in rows.values())
    _nobody_is_named_in_logs(home)
    assert runner.running_pid(home) is None, "the demo ends what it started"


def _nobody_is_named_in_logs(home: Home) -> None:
    written = "".join(path.read_text("utf-8", "replace") for path in home.logs.glob("*.log"))
    assert written.count('"event"') > 20
    for demand in reader.load().demands:
        contact = demand.body["customer"].get("contact", {})
        for secret in (*contact.values(), demand.body["customer"].get("name"), demand.body.get("description")):
            assert secret is None or str(secret) not in written, demand.key
