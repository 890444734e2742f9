"""The demo as a user runs it: three demands of policy C from channel to mail, department and report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.operations import runner
from shared.operations.broker import free_ports
from shared.operations.home import ROOT, Home
from shared.operations.samples import SAMPLES

pytestmark = pytest.mark.servers


def _free_base() -> int:
    while True:
        base = free_ports(1)[0]
        if not any(runner.is_taken(base + offset) for offset in range(14)):
            return base


def test_three_demands_reach_their_departments_their_customers_and_the_report(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    command = [sys.executable, "-m", "shared.cli", "--home", str(home.path), "demo", "--port-base", str(_free_base())]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DEMO_EXIT": "1"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    summary = json.loads((home.path / "summary.json").read_text("utf-8"))
    assert summary["faults"] == []
    assert summary["totals"] == {
        "acknowledged": 3, "lost": 0, "duplicated": 0, "reordered": 0, "waiting": 0, "numbers_skipped": 0
    }  # fmt: skip
    for sample, row in zip(SAMPLES, summary["demands"], strict=True):
        assert sample.expected.items() <= row.items()
        assert row["number"] in done.stdout
    _nobody_is_named_in_logs(home)
    assert runner.running_pid(home) is None, "the demo ends what it started"


def _nobody_is_named_in_logs(home: Home) -> None:
    written = "".join(path.read_text("utf-8", "replace") for path in home.logs.glob("*.log"))
    assert written.count('"event"') > 20
    for sample in SAMPLES:
        contact = sample.body["customer"].get("contact", {})
        for secret in (*contact.values(), sample.body["customer"].get("name"), sample.body["description"]):
            assert secret is None or secret not in written
