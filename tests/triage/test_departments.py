"""Departments: seeded by migrate, changed by an operator; and what the verbs of triage tell."""

import json

import pytest
from click.testing import CliRunner

from services.triage import cli, wiring
from services.triage.tables import Department
from shared import migrate
from shared.policies import loader
from tests.triage.conftest import Triage


def test_migrating_twice_is_harmless(triage: Triage) -> None:
    wiring.upgrade(triage.environ)
    codes = set(loader.departments())
    assert {row.code for row in triage.rows(Department)} == codes
    changed = triage.published("department.changed")
    assert len(changed) == len(codes) and {row.version for row in changed} == {1}
    assert {row.data["delivery"] for row in changed} == {"workbench"}
    assert migrate.differences("triage", triage.database) == []


def test_migrating_keeps_what_an_operator_changed(triage: Triage) -> None:
    triage.department("SUP", "queue")
    wiring.upgrade(triage.environ)
    assert {row.code: row.delivery for row in triage.rows(Department)}["SUP"] == "queue"


@pytest.fixture
def run(triage: Triage, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs verbs with triage's settings."""
    for name, value in triage.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli, "provision", lambda _home, code: {"broker_url": f"amqp://dept-{code}@127.0.0.1/"})
    return CliRunner()


def test_add_gives_a_key_that_works_and_tells_the_next_version(triage: Triage, run: CliRunner) -> None:
    told = json.loads(run.invoke(cli.department, ["add", "SUP", "--queue", "--json"]).output)
    assert set(told) == {"code", "delivery", "key", "broker_url"}
    assert (told["code"], told["delivery"]) == (
        "SUP",
        "queue",
    )
    assert triage.call("GET", "/demands", told["key"]).status_code == 200
    changed = triage.published("department.changed")[-1]
    assert (changed.subject, changed.version) == ("department/SUP", 2)
    assert changed.data == {"code": "SUP", "delivery": "queue", "name": {"zh": "产品支持组", "en": "Product support"}}
    assert told["key"] not in {row.key_hash for row in triage.rows(Department)}


def test_add_makes_a_new_department(triage: Triage, run: CliRunner) -> None:
    assert run.invoke(cli.department, ["add", "LAW", "--name-zh", "法务部", "--name-en", "Legal"]).exit_code == 0
    changed = triage.published("department.changed")[-1]
    assert (changed.version, changed.data["name"]) == (1, {"zh": "法务部", "en": "Legal"})
    assert run.invoke(cli.department, ["add", "LAW", "--json"]).exit_code == 0
    assert triage.published("department.changed")[-1].data["name"]["zh"] == "法务部"


@pytest.mark.parametrize("code", ["sup", "S", "TOOLONGCODE", "SUP\n", "S/P", "部门"])
def test_a_wrong_code_is_refused(triage: Triage, run: CliRunner, code: str) -> None:
    before = len(triage.published())
    assert run.invoke(cli.department, ["add", code, "--json"]).exit_code != 0
    assert len(triage.published()) == before


def test_facts_and_quiet(triage: Triage) -> None:
    number = triage.demand()
    found = cli.facts(triage.environ)
    assert found["cases"] == 1 and list(found["placed"].values()) == [("SUP", "workbench")]
    triage.command("SUP", "decline", demand=number)
    assert list(cli.facts(triage.environ)["placed"].values()) == [("CSR", "workbench")]
    assert found["published"]["demand.triaged"] == 1 and found["gaps"] == []
    counts = cli.quiet(triage.environ)
    assert counts["quiet"] is False and counts["unsent"] > 0 and counts["held"] == 0
