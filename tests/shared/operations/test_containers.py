"""A home for containers: each service is handed its own, a demo finds its clock and departments, repeats are safe."""

import json
from pathlib import Path

import pytest

from services.intake import config as intake
from services.notifier import config as notifier
from services.reporting import config as reporting
from services.triage import config as triage
from shared.clock import parse_time
from shared.messaging.topology import SERVICES
from shared.operations.containers import DEMO_DEPARTMENTS, WrongMode, prepare
from shared.operations.corpus import reader
from shared.operations.departments import provision
from shared.operations.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    for name in ("broker", "database", *SERVICES):
        (tmp_path / "handed" / name).mkdir(parents=True)
    return tmp_path / "handed"


def _broker(handed: Path) -> dict[str, set[str]]:
    document = json.loads((handed / "broker" / "definitions.json").read_text())
    return {kind: {one["name"] for one in document[kind]} for kind in ("users", "queues")}


def test_each_service_is_handed_its_own_secrets_alone(home: Home, handed: Path) -> None:
    prepare(home, handed, {})
    found = {
        service: {str(path.relative_to(handed / service)) for path in (handed / service).rglob("*") if path.is_file()}
        for service in SERVICES
    }
    assert found == {
        "intake": {"env/intake.env", "intake_signing_key", "intake_master_key", "pepper"},
        "triage": {"env/triage.env", "triage_signing_key", "pepper"},
        "notifier": {"env/notifier.env", "notifier_signing_key"},
        "reporting": {"env/reporting.env", "reporting_signing_key"},
    }
    assert {path.stat().st_mode & 0o077 for s in SERVICES for path in (handed / s).rglob("*")} == {0}
    for name in ("intake_master_key", "pepper"):
        assert (handed / "intake" / name).read_text().strip() == home.secret(name)


def test_every_process_finds_its_settings(home: Home, handed: Path) -> None:
    said = {"NOTIFIER_MAIL_FROM": "A <a@b.example>", "TRIAGE_MODEL_DIR": "/m"}
    prepare(home, handed, {"DEMANDFLOW_ORIGIN": "https://demands.example.org", **said})
    assert intake.read(home.environment("intake"), broker=True).public_url == "https://demands.example.org/intake"
    assert triage.read(home.environment("triage"), broker=True).broker_url.endswith("@rabbitmq:5672/%2F")
    assert triage.read(home.environment("triage")).model_dir == Path("/m")
    told = notifier.read(home.environment("notifier"), worker=True)
    assert (told.triage_url, told.mail_from) == ("http://triage-web:8000/triage", "A <a@b.example>")
    assert told.smtp_url == "smtp://mail:1025"
    assert reporting.read(home.environment("reporting"), worker=True).archive_dir == Path("/archives")
    for service in SERVICES:
        settings = home.environment(service)
        password = (handed / "database" / f"postgres_{service}").read_text()
        assert (
            settings[f"{service.upper()}_DATABASE_URL"] == f"postgresql://{service}:{password}@postgres:5432/{service}"
        )
        assert settings["DEMANDFLOW_MODE"] == "production" and "DEMANDFLOW_CLOCK_FILE" not in settings


def test_settings_lie_among_the_secrets(home: Home, handed: Path) -> None:
    prepare(home, handed, {})
    outside = [path for path in home.path.rglob("*") if path.is_file() and home.secrets not in path.resolve().parents]
    assert [path.name for path in outside] == ["jwks.json"]


def test_a_second_preparation_changes_nothing_but_what_was_asked(home: Home, handed: Path) -> None:
    prepare(home, handed, {})
    before = {path: path.read_bytes() for path in handed.rglob("*") if path.is_file() and path.parent.name != "broker"}
    prepare(home, handed, {})
    assert {path: path.read_bytes() for path in before} == before
    prepare(home, handed, {"NOTIFIER_SMTP_URL": "smtp://mail.example.org"})
    assert home.environment("notifier")["NOTIFIER_SMTP_URL"] == "smtp://mail.example.org"
    assert "mail.example.org" in (handed / "notifier" / "env" / "notifier.env").read_text()


def test_a_demo_finds_its_clock_and_its_departments(home: Home, handed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(home, handed, {"DEMANDFLOW_MODE": "demo"})
    for service in SERVICES:
        settings = home.environment(service)
        assert (settings["DEMANDFLOW_MODE"], settings["DEMANDFLOW_CLOCK_FILE"]) == ("demo", str(home.path / "clock"))
    assert parse_time((home.path / "clock").read_text()) == reader.load().opens
    assert {f"dept-{code}" for code in DEMO_DEPARTMENTS} < _broker(handed)["users"]
    assert {f"department.{code}" for code in DEMO_DEPARTMENTS} < _broker(handed)["queues"]
    password = home.secret("broker_dept-SUP")
    monkeypatch.setenv("DEMANDFLOW_BROKER_DEFINITIONS", str(handed / "broker"))
    assert provision(home, "SUP")["broker_url"] == f"amqp://dept-SUP:{password}@rabbitmq:5672/%2F"


def test_a_moved_clock_stays_when_the_demo_is_started_again(home: Home, handed: Path) -> None:
    prepare(home, handed, {"DEMANDFLOW_MODE": "demo"})
    (home.path / "clock").write_text("2024-10-08T01:00:00Z")
    prepare(home, handed, {"DEMANDFLOW_MODE": "demo"})
    assert (home.path / "clock").read_text() == "2024-10-08T01:00:00Z"


def test_the_broker_keeps_departments_that_were_added(
    home: Home, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(home, handed, {})
    assert not {name for name in _broker(handed)["users"] if name.startswith("dept-")}
    monkeypatch.setenv("DEMANDFLOW_BROKER_DEFINITIONS", str(handed / "broker"))
    told = provision(home, "QA")
    assert told["import"].endswith(f"import_definitions {handed / 'broker' / 'department-QA.json'}")
    prepare(home, handed, {})
    assert "dept-QA" in _broker(handed)["users"] and "department.QA" in _broker(handed)["queues"]


def test_an_installation_keeps_its_mode(home: Home, handed: Path) -> None:
    with pytest.raises(WrongMode, match="not rehearsal"):
        prepare(home, handed, {"DEMANDFLOW_MODE": "rehearsal"})
    prepare(home, handed, {"DEMANDFLOW_MODE": "demo"})
    with pytest.raises(WrongMode, match="made with DEMANDFLOW_MODE=demo, not production"):
        prepare(home, handed, {})
    assert home.environment("intake")["DEMANDFLOW_MODE"] == "demo"
