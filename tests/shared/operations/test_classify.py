"""`demandflow classify` as it is typed."""

import json
import subprocess
import sys
from pathlib import Path

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


def _type(*words: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shared.cli", "classify", *words]
    return subprocess.run(command, input=lines, capture_output=True, text=True, cwd=ROOT, check=False)


def test_what_was_learned_decides_where_words_are_silent(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="requirements-train.lock is not installed")
    sample = str(ROOT / "shared" / "policies" / "sample" / "demands.jsonl")
    done = _type("train", "--policy", "D", "--data", sample, "--out", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["left_out"] == [] and sum(told["texts"].values()) > 400
    text = "想要一款无糖配方的月饼，包装用我们自己的，先打个样\n"
    silent = json.loads(_type("--policy", "D", lines=text).stdout)
    found = json.loads(_type("--policy", "D", "--model", str(tmp_path), lines=text).stdout)
    assert (silent["type"], silent["reasons"][0]) == (None, "none")
    assert found["type"] == "custom_service" and found["reasons"][0].startswith("model:0.")
    assert "no model for policy C" in _type("--policy", "C", "--model", str(tmp_path), lines=text).stderr


def test_what_cannot_be_trained_from_is_named(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text('{"text": "x", "label": "nonsense"}\n', "utf-8")
    done = _type("train", "--policy", "C", "--data", str(tmp_path / "lines"), "--out", str(tmp_path))
    assert done.returncode == 1 and "line 1" in done.stderr and "'nonsense'" in done.stderr
    assert "--policy" in _type().stderr
