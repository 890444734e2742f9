"""Intake's settings, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.config import Env


@dataclass(frozen=True)
class Config:
    """All of intake's settings; secrets stay out of its repr."""

    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    pepper: str = field(repr=False)
    master_key: str = field(repr=False)
    jwks_file: Path | None
    jwks_url: str
    public_url: str
    privacy_contact: str
    metrics_port: int
    max_unsent: int
    triage_url: str
    addresses: dict[str, str]


def read(environ: Mapping[str, str], *, broker: bool = False) -> Config:
    """The settings; ConfigError naming all that is missing. broker: whether the process speaks to the broker."""
    env = Env(environ)
    jwks = env.text("DEMANDFLOW_JWKS_FILE", "")
    config = Config(
        database_url=env.text("INTAKE_DATABASE_URL"),
        broker_url=env.text("INTAKE_BROKER_URL", None if broker else ""),
        pepper=env.secret("DEMANDFLOW_PEPPER"),
        master_key=env.secret("INTAKE_MASTER_KEY"),
        jwks_file=Path(jwks) if jwks else None,
        jwks_url=env.text("DEMANDFLOW_JWKS_URL", ""),
        public_url=env.text("INTAKE_PUBLIC_URL", "http://127.0.0.1:8001/intake"),
        privacy_contact=env.text("INTAKE_PRIVACY_CONTACT", ""),
        metrics_port=env.integer("INTAKE_WORKER_METRICS_PORT", 0),
        max_unsent=env.integer("INTAKE_MAX_UNSENT", 200_000),
        triage_url=env.text("TRIAGE_URL", "http://127.0.0.1:8002/triage"),
        addresses=env.addresses(),
    )
    env.finish()
    return config


def database_url(environ: Mapping[str, str]) -> str:
    """Only where the database is, for tools that need nothing else; ConfigError."""
    env = Env(environ)
    url = env.text("INTAKE_DATABASE_URL")
    env.finish()
    return url
