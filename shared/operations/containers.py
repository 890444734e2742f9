"""Prepares a home for containers, and what each of them may see: python -m shared.operations.containers HOME HANDED.

HANDED has a directory, a volume, for the broker, for the database and for each service; a container gets its own alone.
The home with every secret is for operators.
"""

import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from shared.clock import REHEARSAL_MODES, format_time
from shared.messaging.topology import SERVICES
from shared.operations import home as homes
from shared.operations.broker import definitions_of, service_accounts
from shared.operations.corpus import reader
from shared.operations.departments import account_of, provisioned
from shared.operations.home import Home

DEMO_DEPARTMENTS = ("CSR", "SUP", "TEC")
"""Departments whose queues and accounts a demo finds ready on the broker."""

_WEB_PORT, _METRICS_PORT = 8000, 9000
_DEFINITIONS = "/definitions"
_ARCHIVES = "/archives"


class WrongMode(Exception):
    """No such mode, or the installation was made for another one; the message says what to do."""


def prepare(home: Home, handed: Path, environ: Mapping[str, str]) -> None:
    """Make what is missing and hand it out; safe to repeat. WrongMode says why it may not.

    environ may name DEMANDFLOW_MODE (production, demo, test), DEMANDFLOW_ORIGIN (the address users see),
    NOTIFIER_SMTP_URL, NOTIFIER_MAIL_FROM, NOTIFIER_WEBHOOK_ALLOW and TRIAGE_MODEL_DIR.
    """
    mode = environ.get("DEMANDFLOW_MODE") or "production"
    _check_mode(home, mode)
    homes.init_keys(home)
    _keep_settings_with_secrets(home)
    if mode == "demo":
        _start_clock(home)
        for code in DEMO_DEPARTMENTS:
            account_of(home, code)
    for service in SERVICES:
        password = _password(home, f"postgres_{service}")
        (handed / "database" / f"postgres_{service}").write_text(password)
        homes.write_environment(home, service, _settings(home, service, mode, password, environ))
        _hand_out(home, service, handed / service)
    (handed / "database" / "postgres_password").write_text(_password(home, "postgres"))
    departments = provisioned(home)
    accounts = [*service_accounts(home.broker_passwords()), *(account_of(home, code) for code in departments)]
    (handed / "broker" / "definitions.json").write_text(json.dumps(definitions_of(accounts, departments)))


def _check_mode(home: Home, mode: str) -> None:
    if mode != "production" and mode not in REHEARSAL_MODES:
        raise WrongMode(f"DEMANDFLOW_MODE is production, demo or test, not {mode}")
    before = home.environment("intake")["DEMANDFLOW_MODE"] if home.exists else mode
    if before != mode:
        raise WrongMode(
            f"this installation was made with DEMANDFLOW_MODE={before}, not {mode}: its data stays so; "
            "set it as before, or take another project name (COMPOSE_PROJECT_NAME), "
            "or remove all data with `docker compose down -v`"
        )


def _keep_settings_with_secrets(home: Home) -> None:
    """Settings hold passwords: they lie among the secrets, where only those see them who are handed their own."""
    (home.secrets / "env").mkdir(exist_ok=True, mode=0o700)
    if not (home.path / "env").is_symlink():
        (home.path / "env").symlink_to(Path("secrets") / "env")


def _start_clock(home: Home) -> None:
    clock = home.path / "clock"
    if not clock.exists():
        clock.write_text(format_time(reader.load().opens))


def _settings(home: Home, service: str, mode: str, password: str, environ: Mapping[str, str]) -> dict[str, str]:
    origin = environ.get("DEMANDFLOW_ORIGIN") or "http://127.0.0.1:8080"
    addresses = {f"{other.upper()}_URL": f"http://{other}-web:{_WEB_PORT}/{other}" for other in SERVICES}
    name = service.upper()
    found = (
        homes.identity_settings(home, service, mode=mode)
        | addresses
        | {
            f"{name}_DATABASE_URL": f"postgresql://{service}:{password}@postgres:5432/{service}",
            f"{name}_BROKER_URL": f"amqp://{service}:{home.secret(f'broker_{service}')}@rabbitmq:5672/%2F",
            f"{name}_PORT": str(_WEB_PORT),
            f"{name}_WORKER_METRICS_PORT": str(_METRICS_PORT),
            f"{name}_PUBLIC_URL": f"{origin}/{service}",
            "DEMANDFLOW_PUBLIC_URLS": " ".join(f"{origin}/{other}" for other in SERVICES),
            "DEMANDFLOW_JWKS_URL": f"{addresses['TRIAGE_URL']}/.well-known/jwks.json",
            "DEMANDFLOW_BROKER_DEFINITIONS": _DEFINITIONS,
            "DEMANDFLOW_BIND": "0.0.0.0",  # noqa: S104 - inside the containers' own network
        }
    )
    if mode == "demo":
        found["DEMANDFLOW_CLOCK_FILE"] = str(home.path / "clock")
    if service == "notifier":
        found["NOTIFIER_SMTP_URL"] = environ.get("NOTIFIER_SMTP_URL") or "smtp://mail:1025"
        found["NOTIFIER_MAIL_FROM"] = environ.get("NOTIFIER_MAIL_FROM") or "demandflow@example.org"
        found["NOTIFIER_WEBHOOK_ALLOW"] = environ.get("NOTIFIER_WEBHOOK_ALLOW", "")
    if service == "triage":
        found["TRIAGE_MODEL_DIR"] = environ.get("TRIAGE_MODEL_DIR", "")
    if service == "reporting":
        found["REPORTING_ARCHIVE_DIR"] = _ARCHIVES
    return found


def _hand_out(home: Home, service: str, directory: Path) -> None:
    """Give a service its settings, and of the secrets those that its settings name."""
    (directory / "env").mkdir(exist_ok=True, mode=0o700)
    wanted = [home.path / "env" / f"{service}.env"]
    wanted += [
        Path(value)
        for name, value in home.environment(service).items()
        if name.endswith("_FILE") and Path(value).parent == home.secrets
    ]
    for source in wanted:
        target = directory / source.name if source.parent == home.secrets else directory / "env" / source.name
        draft = target.with_name(target.name + ".tmp")
        shutil.copy(source, draft)  # with its mode: readable by the owner alone
        draft.replace(target)


def _password(home: Home, name: str) -> str:
    if not (home.secrets / name).exists():
        home.write_secret(name, secrets.token_urlsafe(24))
    return home.secret(name)


if __name__ == "__main__":
    try:
        prepare(Home(Path(sys.argv[1])), Path(sys.argv[2]), os.environ)
    except WrongMode as error:
        sys.exit(str(error))
