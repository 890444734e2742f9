"""`demandflow classify` as it is typed."""

import json
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow


def _classify(policy: str, lines: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shared.cli", "classify", "--policy", policy]
    return subprocess.run(command, input=lines, capture_output=True, text=True, cwd=ROOT, check=False)


def test_texts_and_json_lines_are_judged_each_for_itself() -> None:
    demand = {
        "description": "系统不好用，请联系13800005678",
        "type": "投诉",
        "urgency": "紧急",
        "customer": {"company": "某公司"},
    }
    done = _classify(
        "C", f"订单20231008001显示已发货，想知道何时送达\n\n{json.dumps(demand, ensure_ascii=False)}\n天气不错\n"
    )
    assert done.returncode == 0, done.stderr
    asked, complained, strange = (json.loads(line) for line in done.stdout.splitlines())
    assert (asked["type"], asked["vague"], asked["personal_data"]) == ("inquiry", False, [])
    assert (complained["type"], complained["urgency"], complained["priority"]) == ("complaint", "high", "high")
    assert "customer.industry" in complained["missing"] and "customer.contact" in complained["missing"]
    (phone,) = complained["personal_data"]
    assert (phone["kind"], demand["description"][phone["start"] : phone["end"]]) == ("phone", "13800005678")  # type: ignore[index]
    assert (strange["type"], strange["reasons"][0]) == (None, "none")


def test_an_unknown_policy_and_broken_lines_are_named() -> None:
    assert "no policy Z" in _classify("Z", "x").stderr
    assert "line 2" in _classify("C", "x\n{broken\n").stderr
