"""Triage's settings, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from shared.config import Env


@dataclass(frozen=True)
class Config:
    """All of triage's settings; secrets stay out of its repr."""

    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    pepper: str = field(repr=False)
    signing_key: str = field(repr=False)
    public_url: str
    origins: tuple[str, ...]
    addresses: dict[str, str]
    jwks_file: Path | None
    metrics_port: int
    model_dir: Path | None = None


def read(environ: Mapping[str, str], *, broker: bool = False) -> Config:
    """The settings; ConfigError naming all that is missing. broker: whether the process speaks to the broker."""
    env = Env(environ)
    jwks = env.text("DEMANDFLOW_JWKS_FILE", "")
    models = env.text("TRIAGE_MODEL_DIR", "")
    config = Config(
        database_url=env.text("TRIAGE_DATABASE_URL"),
        broker_url=env.text("TRIAGE_BROKER_URL", None if broker else ""),
        pepper=env.secret("DEMANDFLOW_PEPPER"),
        signing_key=env.secret("TRIAGE_SIGNING_KEY"),
        public_url=env.text("TRIAGE_PUBLIC_URL", "http://127.0.0.1:8002/triage"),
        origins=_origins(env),
        addresses=env.addresses(),
        jwks_file=Path(jwks) if jwks else None,
        metrics_port=env.integer("TRIAGE_WORKER_METRICS_PORT", 0),
        model_dir=Path(models) if models else None,
    )
    env.finish()
    return config


def _origins(env: Env) -> tuple[str, ...]:
    """Where browsers reach the services' pages: a log-in leads back to these alone."""
    public = env.text("TRIAGE_PUBLIC_URL", "http://127.0.0.1:8002/triage")
    urls = (public, *env.addresses().values())
    return tuple(dict.fromkeys("://".join(urlsplit(url)[:2]) for url in urls))


def database_url(environ: Mapping[str, str]) -> str:
    """Only where the database is, for tools that need nothing else; ConfigError."""
    env = Env(environ)
    url = env.text("TRIAGE_DATABASE_URL")
    env.finish()
    return url
