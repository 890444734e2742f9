"""docs/examples/department.py is a department that works: over a real broker, with nothing but pika."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.testing.wait import wait_until
from tests.conftest import Broker
from tests.shared.messaging.kit import running
from tests.triage.conftest import Triage

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "department.py"


def test_it_is_short_and_needs_pika_alone() -> None:
    text = EXAMPLE.read_text("utf-8")
    assert len(text.splitlines()) < 80
    parts = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    roots = {getattr(node, "module", None) or node.names[0].name for node in parts}
    assert roots - set(sys.stdlib_module_names) == {"pika"}


@pytest.mark.servers
def test_it_brings_a_demand_from_its_queue_to_a_result(
    broker: Broker, make_triage: Callable[[str], Triage], tmp_path: Path
) -> None:
    triage = make_triage(f"sqlite:///{tmp_path}/triage.sqlite")
    triage.department("SUP", "queue")
    url = broker.url_of("triage")
    consumer = Consumer("triage", triage.database, url, triage.gate, triage.desk)
    said = tmp_path / "said"
    with running(consumer.run, Relay("triage", triage.database, url).run), said.open("w") as out:
        number = triage.demand(policy="C")
        assert triage.shown(number)["lead"] == "SUP"
        process = subprocess.Popen([sys.executable, EXAMPLE, broker.url_of("dept-SUP"), "SUP"], stdout=out)
        try:
            wait_until(lambda: triage.shown(number)["status"]["category"] == "completed", what="a result")
            wait_until(lambda: "complete" in said.read_text("utf-8"), what="the answer to its last command")
        finally:
            process.terminate()
            process.wait(10)
    shown = triage.shown(number)
    assert shown["result"]["conclusion"] == "已修复并验证"
    lines = said.read_text("utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["offered", "done", "done", "done", "done"]
