"""A model in TRIAGE_MODEL_DIR decides what words leave open; what people confirmed goes out to be learned from."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from services.triage import cli, wiring
from shared.messaging.gate import Gate
from shared.policies.learned import BadModel, Learned, dump
from tests.triage.conftest import COMPLAINT, INQUIRY, Triage, received

SILENT = "手机端的列表希望一屏多显示几行"


def model(threshold: float) -> bytes:
    """Knows what a wish looks like."""
    weights = {"希望": (1.0, 0.0, 6.0), "显示": (2.0, 0.0, 3.0), **dict.fromkeys("手机端", (0.1, 0.0, 0.0))}
    learned = Learned(
        policy="C", types=("complaint", "suggestion"), lengths=(1, 2), threshold=threshold, bias=(0.0, 0.0),
        weights=weights, trained_at="2026-01-01T00:00:00Z", sha256="0" * 64,
    )  # fmt: skip
    return dump(learned)


def with_model(triage: Triage, directory: Path, threshold: float = 0.6) -> Triage:
    """The same triage, its worker started anew with a model."""
    directory.mkdir()
    (directory / "C.json").write_bytes(model(threshold))
    worker = wiring.create_worker(environ={**triage.environ, "TRIAGE_MODEL_DIR": str(directory)})
    triage.gate = Gate(worker.service, worker.database, worker.handlers, worker.ctx)
    return triage


def test_it_decides_what_words_do_not_and_says_so(triage: Triage, tmp_path: Path) -> None:
    assert triage.shown(triage.demand(SILENT))["type"] is None
    with_model(triage, tmp_path / "models")
    shown = triage.shown(triage.demand(SILENT))
    assert (shown["type"]["code"], shown["lead"], shown["reasons"]["route"]) == (
        "suggestion", "PRD", "type:suggestion",
    )  # fmt: skip
    assert shown["reasons"]["type"][0].startswith("model:1.00 显示,希望")


def test_unsure_it_leaves_the_demand_to_the_desk(triage: Triage, tmp_path: Path) -> None:
    shown = triage.shown(with_model(triage, tmp_path / "models", threshold=0.9999).demand(SILENT))
    assert (shown["type"], shown["lead"]) == (None, "CSR")
    assert shown["reasons"]["type"][0] == "none" and shown["reasons"]["type"][1].startswith("unsure:")
    assert "sorting" in {one["code"] for one in shown["deadlines"]}


def test_a_declared_type_and_a_policy_without_a_model_are_as_before(triage: Triage, tmp_path: Path) -> None:
    with_model(triage, tmp_path / "models")
    shown = triage.shown(triage.demand(SILENT, type="complaint"))
    assert (shown["type"]["code"], shown["reasons"]["type"]) == ("complaint", ["declared"])
    assert shown["reasons"]["declared"] == "complaint"
    assert triage.shown(triage.demand("库存数量和盘点结果对不上", policy="A"))["reasons"]["type"] == ["none"]


def test_what_a_supplement_adds_may_let_it_decide(triage: Triage, tmp_path: Path) -> None:
    with_model(triage, tmp_path / "models")
    number = triage.demand("你好")
    triage.hear(
        number, "demand.supplemented", supplement_id="s", at="2024-10-08T07:00:00Z", by="customer", description=SILENT,
        fields={}, values={}, given=[], quality={"vague": [], "missing": []},
    )  # fmt: skip
    assert triage.shown(number)["type"]["code"] == "suggestion"


def test_a_file_that_is_no_model_stops_the_start(triage: Triage, tmp_path: Path) -> None:
    (tmp_path / "C.json").write_bytes(b"{}")
    with pytest.raises(BadModel, match=r"C\.json"):
        wiring.create_app({**triage.environ, "TRIAGE_MODEL_DIR": str(tmp_path)})


@pytest.fixture
def export(triage: Triage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[Any]]:
    """Types `demandflow classify export` and reads what came."""
    for name, value in triage.environ.items():
        monkeypatch.setitem(os.environ, name, value)
    (group,) = (one for one in cli.COMMANDS if one.name == "classify")

    def run() -> list[Any]:
        out = tmp_path / "confirmed.jsonl"
        done = CliRunner().invoke(group, ["export", "--policy", "C", "--out", str(out)])  # type: ignore[arg-type]
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]

    return run


def test_what_somebody_stands_for_goes_out_and_nothing_else(triage: Triage, export: Callable[[], list[Any]]) -> None:
    triage.demand(INQUIRY)  # words decided
    triage.demand("你好")  # nobody decided
    triage.demand(SILENT, subject="列表", type="suggestion")
    corrected = triage.demand(COMPLAINT)
    triage.act(corrected, "classify", type="inquiry", reason="只是询问进度")
    triage.receive(received("请问报表模块是否支持", policy="A", type="inquiry"))
    found = sorted(export(), key=lambda one: one["label"])
    assert found == [{"text": COMPLAINT, "label": "inquiry"}, {"text": f"列表\n{SILENT}", "label": "suggestion"}]
