"""The conservation check on made-up facts: what it calls lost, duplicated, reordered, waiting."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.operations import reconcile as module
from shared.operations.ledger import Entry, Ledger
from shared.operations.reconcile import Report, reconcile

COUNTS = {"unsent": 0, "held": 0, "attempts": 0, "parked": 0, "resends": 0, "epoch": 1}


def _facts() -> dict[str, dict[str, Any]]:
    def service(heads: dict[str, int], cursors: dict[str, dict[str, int]], **more: Any) -> dict[str, Any]:
        base = {"heads": heads, "work_heads": {}, "gaps": [], "cursors": cursors, "blocked": [], "published": {}}
        return base | COUNTS | more

    demand = {"demand/1": 1}
    numbers = {"taken": 5, "used": 1, "gaps": {"demand/C/20241008": [[1, 1], [3, 5]]}}
    return {
        "intake": service(demand, {"triage": demand}, accepted=["1"], numbers=numbers),
        "triage": service(demand, {"intake": demand}, placed={"1": ["SUP", "queue"]}, work_heads={"work/SUP/1": 1}),
        "notifier": service({}, {"intake": demand, "triage": demand}, published={"notice.sent": 1}),
        "reporting": service({}, {"intake": demand, "triage": demand}, projected=["1"], effects={"notice.sent": 1}),
    }


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[dict[str, dict[str, Any]]], Report]:
    ledger = Ledger(tmp_path / "ledger")
    ledger.record(Entry("accepted", "k", "1", "M1"))
    ledger.record(Entry("delivered", "e", "1", "M1", "SUP"))

    def run(facts: dict[str, dict[str, Any]]) -> Report:
        monkeypatch.setattr(module, "ask", lambda *_: facts)
        return reconcile({}, ledger)

    return run


def test_a_sound_system_is_clean(check: Callable[..., Report]) -> None:
    report = check(_facts())
    assert report.clean, vars(report)
    assert (report.acknowledged, report.numbers_skipped) == (1, 4)
    assert report.skipped == ["demand/C/20241008: 1, 3-5"]


BROKEN: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "acknowledged but not stored": ("lost", lambda f: f["intake"].update(accepted=[])),
    "stored without an event": ("lost", lambda f: f["intake"].update(heads={})),
    "not triaged": ("lost", lambda f: f["triage"].update(heads={})),
    "placed nowhere": ("lost", lambda f: f["triage"].update(placed={})),
    "never offered": ("lost", lambda f: f["triage"].update(work_heads={})),
    "not projected": ("lost", lambda f: f["reporting"].update(projected=[])),
    "a cursor behind": ("lost", lambda f: f["notifier"].update(cursors={})),
    "a cursor ahead": ("lost", lambda f: f["reporting"]["cursors"].update(intake={"demand/1": 2})),
    "an effect too few": ("lost", lambda f: f["reporting"].update(effects={"notice.sent": 0})),
    "an effect too many": ("duplicated", lambda f: f["reporting"].update(effects={"notice.sent": 2})),
    "a demand nobody was told of": ("duplicated", lambda f: f["intake"].update(accepted=["1", "2"])),
    "versions with a hole": ("reordered", lambda f: f["triage"].update(gaps=["demand/1"])),
    "something parked": ("waiting", lambda f: f["triage"].update(parked=1)),
    "something unsent": ("waiting", lambda f: f["intake"].update(unsent=1)),
    "a stream that stands": ("waiting", lambda f: f["triage"].update(blocked=[["intake", "demand/1"]])),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_is_found(check: Callable[..., Report], name: str) -> None:
    kind, breaks = BROKEN[name]
    facts = copy.deepcopy(_facts())
    breaks(facts)
    assert getattr(check(facts), kind), name


def test_a_department_that_never_got_its_work(check: Callable[..., Report]) -> None:
    facts = _facts()
    facts["intake"]["accepted"].append("2")
    for service, sources in (
        ("triage", ["intake"]),
        ("notifier", ["intake", "triage"]),
        ("reporting", ["intake", "triage"]),
    ):
        for source in sources:
            facts[service]["cursors"][source] = {"demand/1": 1, "demand/2": 1}
    facts["intake"]["heads"] = facts["triage"]["heads"] = {"demand/1": 1, "demand/2": 1}
    facts["triage"]["placed"]["2"] = ["SUP", "queue"]
    facts["triage"]["work_heads"]["work/SUP/2"] = 1
    assert "SUP never got 2" in check(facts).lost


def test_one_key_with_two_demands(check: Callable[..., Report], tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger").record(Entry("accepted", "k", "2", "M2"))
    report = check(_facts())
    assert any("one key" in text for text in report.duplicated)
    assert any("M2" in text for text in report.lost)
