"""A home: secrets made once, readable by the owner alone; settings every service can start with."""

import json
from pathlib import Path

from services.intake import config as intake
from shared.operations.broker import definitions_of, department_account, password_hash, service_accounts
from shared.operations.home import Home, init_keys, prepare


def test_secrets_are_made_once_and_are_private(tmp_path: Path) -> None:
    home = Home(tmp_path)
    made = init_keys(home)
    assert "intake_master_key" in made
    before = home.secret("pepper")
    assert init_keys(home) == []
    assert home.secret("pepper") == before
    assert {path.stat().st_mode & 0o077 for path in home.secrets.iterdir()} == {0}
    assert len(json.loads((tmp_path / "jwks.json").read_text())["keys"]) == 4


def test_settings_survive_a_second_preparation(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = prepare(home, mode="test", port_base=9001, environ={})
    second = prepare(home, mode="test", port_base=9001, environ={"INTAKE_DATABASE_URL": "postgresql://x/y"})
    assert first.ports == second.ports
    config = intake.read(home.environment("intake"), broker=True)
    assert config.database_url == "postgresql://x/y"
    assert home.environment("triage")["TRIAGE_DATABASE_URL"].startswith("sqlite:///")
    assert (home.path / "env" / "intake.env").stat().st_mode & 0o077 == 0


def test_only_the_set_up_account_may_configure_everything() -> None:
    passwords = dict.fromkeys(("setup", "intake", "triage", "notifier", "reporting"), "p")
    document = definitions_of([*service_accounts(passwords), department_account("SUP", "p")], ("SUP",))
    rights = {row["user"]: row for row in document["permissions"]}
    assert [name for name, row in rights.items() if row["configure"] == ".*"] == ["setup"]
    assert rights["dept-SUP"]["configure"] == "^$"
    assert all("password" not in user for user in document["users"])
    assert "department.SUP" in {queue["name"] for queue in document["queues"]}


def test_a_password_is_salted() -> None:
    assert password_hash("p") != password_hash("p")
