"""Prepares a home for containers: python -m shared.operations.containers HOME DEFINITIONS."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from shared.messaging.topology import SERVICES
from shared.operations import home as homes
from shared.operations.broker import definitions_of, service_accounts
from shared.operations.home import Home

_WEB_PORT, _METRICS_PORT = 8000, 9000


def prepare(home: Home, shared_with_servers: Path, environ: Mapping[str, str]) -> None:
    """Secrets, one environment file per service, and what broker and database load at their first start.

    environ may name NOTIFIER_SMTP_URL, NOTIFIER_MAIL_FROM and DEMANDFLOW_ORIGIN, the address users see.
    """
    homes.init_keys(home)
    origin = environ.get("DEMANDFLOW_ORIGIN", "http://127.0.0.1:8080")
    addresses = {f"{service.upper()}_URL": f"http://{service}-web:{_WEB_PORT}/{service}" for service in SERVICES}
    for service in SERVICES:
        name, password = service.upper(), _password(home, f"postgres_{service}")
        (shared_with_servers / f"postgres_{service}").write_text(password)
        own = (
            homes.identity_settings(home, service, mode="production")
            | addresses
            | {
                f"{name}_DATABASE_URL": f"postgresql://{service}:{password}@postgres:5432/{service}",
                f"{name}_BROKER_URL": f"amqp://{service}:{home.secret(f'broker_{service}')}@rabbitmq:5672/%2F",
                f"{name}_PORT": str(_WEB_PORT),
                f"{name}_WORKER_METRICS_PORT": str(_METRICS_PORT),
                f"{name}_PUBLIC_URL": f"{origin}/{service}",
                "DEMANDFLOW_JWKS_URL": f"{addresses['TRIAGE_URL']}/.well-known/jwks.json",
                "DEMANDFLOW_BROKER_DEFINITIONS": str(shared_with_servers),
                "DEMANDFLOW_BIND": "0.0.0.0",  # noqa: S104 - inside the containers' own network
            }
        )
        if service == "notifier":
            own["NOTIFIER_SMTP_URL"] = environ.get("NOTIFIER_SMTP_URL", "smtp://mail:1025")
            own["NOTIFIER_MAIL_FROM"] = environ.get("NOTIFIER_MAIL_FROM", "demandflow@example.org")
            own["NOTIFIER_WEBHOOK_ALLOW"] = environ.get("NOTIFIER_WEBHOOK_ALLOW", "")
        homes.write_environment(home, service, own)
    (shared_with_servers / "postgres_password").write_text(_password(home, "postgres"))
    definitions = definitions_of(service_accounts(home.broker_passwords()), ())
    (shared_with_servers / "definitions.json").write_text(json.dumps(definitions))


def _password(home: Home, name: str) -> str:
    if not (home.secrets / name).exists():
        home.write_secret(name, secrets.token_urlsafe(24))
    return home.secret(name)


if __name__ == "__main__":
    prepare(Home(Path(sys.argv[1])), Path(sys.argv[2]), os.environ)
