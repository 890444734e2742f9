"""The verbs of policies as they are typed, without an installation."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared.cli import main
from shared.policies.describe import ACTIONS_ZH
from shared.policies.loader import PACKS, installed
from shared.policies.parts import ACTIONS
from tests.architecture.sources import ROOT

RAW = PACKS.joinpath("C", "1.yaml").read_text("utf-8")


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, ["--home", "/nonexistent", "policy", *words])


@pytest.fixture
def second(tmp_path: Path) -> str:
    """A next version of C: another lead, a new type, a shorter limit, no document of praise, rules in another order."""
    text = RAW
    for old, new in (
        ('version: "1"', 'version: "2"'),
        ("lead: SUP", "lead: PRD"),
        ("{high: 24h, mid: 3wd, low: 10d}", "{high: 8h, mid: 3wd, low: 10d}"),
        ("types_open: true", "types_open: false"),
        ("      no-answer: closed\n", ""),
        ("    - {id: C-low-suggestion, level: low, when: {types: [suggestion]}}\n", ""),
        (
            "    - {id: C-low-look-up",
            "    - {id: C-low-suggestion, level: low, when: {types: [suggestion]}}\n    - {id: C-low-look-up",
        ),
        ("fields:\n", "fields:\n  - {code: branch, label: {zh: 分店, en: Branch}}\n"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "second.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("code", ["A", "B", "C", "D"])
def test_a_released_policy_is_valid(code: str) -> None:
    result = _run("validate", str(PACKS / code / "1.yaml"))
    sha256 = installed().pinned(code, "1").sha256
    assert (result.exit_code, result.output) == (0, f"policy {code} version 1 sha256 {sha256}\n")


def test_every_fault_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(RAW.replace("lead: SUP", "lead: XYZ").replace("default: mid", "default: middling"), "utf-8")
    result = _run("validate", str(path))
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "department 'XYZ' is not defined",
        "priority 'middling' is not defined",
    ]
    told = json.loads(_run("validate", str(path), "--json").output)
    assert (told["valid"], told["sha256"], len(told["faults"])) == (False, None, 2)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a: [", b"code: A\ncode: A"])
def test_what_is_no_policy_at_all(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "nothing.yaml"
    path.write_bytes(content)
    result = _run("validate", str(path))
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1


def test_a_calendar_that_is_not_released_is_worth_a_note(tmp_path: Path) -> None:
    path = tmp_path / "abroad.yaml"
    path.write_text(RAW.replace("calendar: cn-office", "calendar: de-office"), "utf-8")
    result = _run("validate", str(path), "--json")
    told = json.loads(result.output)
    assert (result.exit_code, told["valid"]) == (0, True)
    assert "de-office" in told["notes"][0]


def test_show_tells_departments_limits_and_states() -> None:
    result = _run("show", "C")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "C/1 客户服务沟通记录 / Service log" in lines
    assert "complaint 投诉 / Complaint complaint CSR" in lines
    assert any(
        line.startswith("resolution 处理时限 / Resolution") and "high 24h mid 3wd low 10d" in line for line in lines
    )
    assert "completed: complete" in lines
    assert "- undecided 无法判断 CSR" in lines


def test_a_state_machine_is_drawn_in_chinese() -> None:
    drawn = _run("draw", "B").output
    assert drawn.startswith("stateDiagram-v2\n")
    assert 'state "分析与评估" as s_evaluation' in drawn
    assert "[*] --> s_reception" in drawn and "s_archive --> [*]" in drawn
    assert "s_evaluation --> s_execution: 制定方案" in drawn
    assert "s_feedback --> s_evaluation: 客户不满意" in drawn
    assert _run("draw").exit_code == _run("draw", "B", "--all").exit_code == 2


def test_the_page_of_state_machines_is_what_the_verb_prints() -> None:
    page = (ROOT / "docs" / "state-machines.md").read_text("utf-8")
    assert page == _run("draw", "--all").output, "make it anew: demandflow policy draw --all > docs/state-machines.md"
    assert set(ACTIONS_ZH) == ACTIONS


def test_show_gives_the_whole_policy_to_a_machine() -> None:
    told = json.loads(_run("show", "A", "--version", "1", "--json").output)
    assert told["delay"]["notice"] == "-2wd"
    assert told["effective_from"] == "1999-12-31T16:00:00Z"
    assert told["sha256"] == installed().pinned("A", "1").sha256


def test_a_policy_that_nobody_knows() -> None:
    for words in (("show", "Z"), ("show", "A", "--version", "9"), ("diff", "A", "A/9")):
        result = _run(*words)
        assert result.exit_code == 2
        assert "A/1, B/1, C/1, D/1" in result.output


def test_diff_tells_path_by_path(second: str) -> None:
    lines = _run("diff", "C/1", second).output.splitlines()
    assert lines == [
        '~ version: "1" -> "2"',
        '~ types[inquiry].lead: "SUP" -> "PRD"',
        '~ priority.rules: moved: ["C-high-safety", "C-high-brand", "C-high-loss", "C-high-words", "C-high-complaint",'
        ' "C-high-urgency", "C-mid-joint", "C-mid-wish", "C-low-suggestion", "C-low-change", "C-low-look-up"] -> '
        '["C-high-safety", "C-high-brand", "C-high-loss", "C-high-words", "C-high-complaint", "C-high-urgency",'
        ' "C-mid-joint", "C-mid-wish", "C-low-change", "C-low-suggestion", "C-low-look-up"]',
        '~ clocks[resolution].add_by_priority.high: "24h" -> "8h"',
        '- statuses[waiting].actions.no-answer: "closed"',
        '+ fields[branch]: {"code": "branch", "label": {"zh": "分店", "en": "Branch"}, "kind": "text", "choices": [],'
        ' "aliases": [], "area": null, "extra": false, "sensitive": false, "internal": false, "ours": false}',
        "~ types_open: true -> false",
    ]


def test_diff_for_a_machine(second: str) -> None:
    told = json.loads(_run("diff", second, "C", "--json").output)
    assert (told["old"], told["new"]) == ("C/2", "C/1")
    changes = {one["path"]: one["change"] for one in told["differences"]}
    assert changes["fields[branch]"] == "removed"
    assert changes["statuses[waiting].actions.no-answer"] == "added"
    assert changes["priority.rules"] == "moved"


def test_a_policy_does_not_differ_from_itself() -> None:
    result = _run("diff", "D", str(PACKS / "D" / "1.yaml"))
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("code", ["A", "B", "C", "D"])
def test_released_policies_count_by_a_released_calendar(code: str) -> None:
    assert json.loads(_run("validate", str(PACKS / code / "1.yaml"), "--json").output)["notes"] == []
