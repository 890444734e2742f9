"""The home of an installation: ports, secrets, one environment file per service, data and logs."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from shared.keyset import generate_signing_key, public_jwk
from shared.messaging.topology import SERVICES
from shared.operations.broker import ADMIN, BrokerPorts, PrivateBroker, free_ports

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORT_BASE = 8001
_METRICS_OFFSET = 10


@dataclass(frozen=True)
class Settings:
    """What was chosen when the home was made. mode: production, demo or test; ports: name -> port."""

    mode: str
    port_base: int
    ports: dict[str, int] = field(default_factory=dict)

    def web_port(self, service: str) -> int:
        """Where a service's web process listens."""
        return self.port_base + SERVICES.index(service)

    def metrics_port(self, service: str) -> int:
        """Where a service's worker shows its metrics."""
        return self.web_port(service) + _METRICS_OFFSET


class Home:
    """A directory that holds all of one installation but its code."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.secrets = self.path / "secrets"
        self.logs = self.path / "logs"
        self.data = self.path / "data"

    @property
    def exists(self) -> bool:
        """Whether every service has its settings."""
        return all((self.path / "env" / f"{service}.env").is_file() for service in SERVICES)

    @property
    def settings(self) -> Settings:
        """What was chosen; FileNotFoundError before prepare()."""
        return Settings(**json.loads((self.path / "settings.json").read_text("utf-8")))

    def environment(self, service: str) -> dict[str, str]:
        """A service's settings, as its processes get them."""
        lines = (self.path / "env" / f"{service}.env").read_text("utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def secret(self, name: str) -> str:
        """The content of one secret file."""
        return (self.secrets / name).read_text("utf-8").strip()

    def write_secret(self, name: str, text: str) -> None:
        """Keep one secret, readable by the owner alone."""
        _write_secret(self.secrets / name, text + "\n")

    def broker(self) -> PrivateBroker:
        """The private node of this home."""
        ports = self.settings.ports
        return PrivateBroker(self.path / "rabbitmq", BrokerPorts(ports["amqp"], ports["distribution"], ports["epmd"]))

    def broker_passwords(self) -> dict[str, str]:
        """Account -> password of the set-up and the services."""
        return {name: self.secret(f"broker_{name}") for name in (ADMIN, *SERVICES)}

    def web_url(self, service: str) -> str:
        """Where a service answers, with its prefix."""
        return f"http://127.0.0.1:{self.settings.web_port(service)}/{service}"


def prepare(home: Home, *, mode: str, port_base: int, environ: Mapping[str, str]) -> Settings:
    """Make secrets, ports and environment files; what exists is kept, so that it is safe to repeat.

    environ may name `<SERVICE>_DATABASE_URL`, NOTIFIER_SMTP_URL, NOTIFIER_MAIL_FROM, NOTIFIER_WEBHOOK_ALLOW,
    TRIAGE_MODEL_DIR and DEMANDFLOW_CLOCK_FILE.
    """
    for directory in (home.path, home.data, home.logs, home.path / "env"):
        directory.mkdir(parents=True, exist_ok=True)
    init_keys(home)
    if (home.path / "settings.json").is_file():
        ports = home.settings.ports
    else:
        names = ("amqp", "distribution", "epmd", "smtp")
        ports = dict(zip(names, free_ports(len(names)), strict=True))
    settings = Settings(mode, port_base, ports)
    (home.path / "settings.json").write_text(json.dumps(asdict(settings), indent=1))
    for service in SERVICES:
        write_environment(home, service, _environment(home, service, environ))
    return settings


def init_keys(home: Home) -> list[str]:
    """Make every secret that is missing; returns the names of those that were made."""
    home.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    wanted = {
        "pepper": lambda: secrets.token_urlsafe(32),
        "intake_master_key": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
        **{f"{service}_signing_key": generate_signing_key for service in SERVICES},
        **{f"broker_{name}": lambda: secrets.token_urlsafe(24) for name in (ADMIN, *SERVICES)},
    }
    made = [name for name in wanted if not (home.secrets / name).exists()]
    for name in made:
        home.write_secret(name, wanted[name]())
    keys = [public_jwk(home.secret(f"{service}_signing_key"), service) for service in SERVICES]
    (home.path / "jwks.json").write_text(json.dumps({"keys": keys}, indent=1))
    return made


def write_environment(home: Home, service: str, settings: Mapping[str, str]) -> None:
    """Keep a service's settings where Home.environment() finds them."""
    (home.path / "env").mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={value}" for name, value in settings.items()]
    _write_secret(home.path / "env" / f"{service}.env", "\n".join(lines) + "\n")


def identity_settings(home: Home, service: str, *, mode: str) -> dict[str, str]:
    """Who the service is and which secrets it may read; the same natively and in containers."""
    found = {
        "DEMANDFLOW_HOME": str(home.path),
        "DEMANDFLOW_MODE": mode,
        "DEMANDFLOW_JWKS_FILE": str(home.path / "jwks.json"),
        f"{service.upper()}_SIGNING_KEY_FILE": str(home.secrets / f"{service}_signing_key"),
    }
    if service in ("intake", "triage"):  # they know who holds which API key
        found["DEMANDFLOW_PEPPER_FILE"] = str(home.secrets / "pepper")
    if service == "intake":
        found["INTAKE_MASTER_KEY_FILE"] = str(home.secrets / "intake_master_key")
    return found


def _environment(home: Home, service: str, environ: Mapping[str, str]) -> dict[str, str]:
    settings, name = home.settings, service.upper()
    password = home.secret(f"broker_{service}")
    found = identity_settings(home, service, mode=settings.mode) | {
        f"{name}_DATABASE_URL": environ.get(f"{name}_DATABASE_URL", f"sqlite:///{home.data / service}.sqlite"),
        f"{name}_BROKER_URL": home.broker().url(service, password),
        f"{name}_PORT": str(settings.web_port(service)),
        f"{name}_WORKER_METRICS_PORT": str(settings.metrics_port(service)),
        f"{name}_PUBLIC_URL": environ.get(f"{name}_PUBLIC_URL", home.web_url(service)),
    }
    found |= {f"{other.upper()}_URL": home.web_url(other) for other in SERVICES}
    found["DEMANDFLOW_PUBLIC_URLS"] = " ".join(
        environ.get(f"{other.upper()}_PUBLIC_URL", home.web_url(other)) for other in SERVICES
    )
    found["DEMANDFLOW_JWKS_URL"] = f"{home.web_url('triage')}/.well-known/jwks.json"
    if service == "notifier":
        found["NOTIFIER_SMTP_URL"] = environ.get("NOTIFIER_SMTP_URL", f"smtp://127.0.0.1:{settings.ports['smtp']}")
        found["NOTIFIER_MAIL_FROM"] = environ.get("NOTIFIER_MAIL_FROM", "demandflow@example.org")
        found["NOTIFIER_WEBHOOK_ALLOW"] = environ.get("NOTIFIER_WEBHOOK_ALLOW", "")
    if service == "triage":
        found["TRIAGE_MODEL_DIR"] = environ.get("TRIAGE_MODEL_DIR", "")
    if "DEMANDFLOW_CLOCK_FILE" in environ:
        found["DEMANDFLOW_CLOCK_FILE"] = environ["DEMANDFLOW_CLOCK_FILE"]
    return found


def _write_secret(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
