"""The notifier's settings, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.config import Env


@dataclass(frozen=True)
class Config:
    """All of the notifier's settings; secrets stay out of its repr."""

    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    signing_key: str = field(repr=False)
    smtp_url: str = field(repr=False)
    mail_from: str
    intake_url: str
    triage_url: str
    reporting_url: str
    webhook_allow: str
    jwks_file: Path | None
    jwks_url: str
    metrics_port: int


def read(environ: Mapping[str, str], *, worker: bool = False) -> Config:
    """The settings; ConfigError naming all that is missing. worker: broker, mail and the other services too."""
    env = Env(environ)
    jwks = env.text("DEMANDFLOW_JWKS_FILE", "")
    absent = None if worker else ""
    config = Config(
        database_url=env.text("NOTIFIER_DATABASE_URL"),
        broker_url=env.text("NOTIFIER_BROKER_URL", absent),
        signing_key=env.secret("NOTIFIER_SIGNING_KEY", absent),
        smtp_url=env.secret("NOTIFIER_SMTP_URL", absent),
        mail_from=env.text("NOTIFIER_MAIL_FROM", absent),
        intake_url=env.text("INTAKE_URL", absent),
        triage_url=env.text("TRIAGE_URL", absent),
        reporting_url=env.text("REPORTING_URL", absent),
        webhook_allow=env.text("NOTIFIER_WEBHOOK_ALLOW", ""),
        jwks_file=Path(jwks) if jwks else None,
        jwks_url=env.text("DEMANDFLOW_JWKS_URL", ""),
        metrics_port=env.integer("NOTIFIER_WORKER_METRICS_PORT", 0),
    )
    env.finish()
    return config


def database_url(environ: Mapping[str, str]) -> str:
    """Only where the database is, for tools that need nothing else; ConfigError."""
    env = Env(environ)
    url = env.text("NOTIFIER_DATABASE_URL")
    env.finish()
    return url
