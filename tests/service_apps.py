"""Real services on fresh databases, for tests that look at their HTTP side without starting processes."""

import base64
import importlib
import json
from pathlib import Path

from flask import Flask

from shared.keyset import generate_signing_key, public_jwk

SERVICES = ("intake", "triage", "notifier", "reporting")
PEPPER = "a pepper for tests, long enough"


def environment(home: Path) -> dict[str, str]:
    """The settings of all four services under one directory, with SQLite and no broker."""
    found = {
        "DEMANDFLOW_HOME": str(home),
        "DEMANDFLOW_MODE": "test",
        "DEMANDFLOW_PEPPER": PEPPER,
        "DEMANDFLOW_JWKS_FILE": str(home / "jwks.json"),
        "INTAKE_MASTER_KEY": base64.b64encode(b"k" * 32).decode(),
        "NOTIFIER_SMTP_URL": "smtp://127.0.0.1:1",
        "NOTIFIER_MAIL_FROM": "notices@example.org",
    }
    public = []
    for service in SERVICES:
        name, key = service.upper(), generate_signing_key()
        public.append(public_jwk(key, service))
        found |= {
            f"{name}_DATABASE_URL": f"sqlite:///{home / service}.sqlite",
            f"{name}_BROKER_URL": "amqp://guest:guest@127.0.0.1:1/",
            f"{name}_URL": f"http://127.0.0.1:1/{service}",
            f"{name}_PUBLIC_URL": f"http://127.0.0.1:1/{service}",
            f"{name}_SIGNING_KEY": key,
        }
    (home / "jwks.json").write_text(json.dumps({"keys": public}))
    return found


def create_app(service: str, environ: dict[str, str]) -> Flask:
    """A service's application over its migrated database; the environment must be in os.environ already."""
    wiring = importlib.import_module(f"services.{service}.wiring")
    wiring.upgrade(environ)
    app: Flask = wiring.create_app()
    return app
