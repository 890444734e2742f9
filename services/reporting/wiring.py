"""Reporting put together: configuration in, application and worker out."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask

from services.reporting import config as settings
from services.reporting.api import analytics, demands
from services.reporting.api.services import Services
from services.reporting.handlers import HANDLERS
from shared import migrate
from shared.auth import Authenticator
from shared.db import Database
from shared.http.app import create_service_app
from shared.http.health import broker_reachable
from shared.keyset import KeySet
from shared.versions.seed import seed_database

if TYPE_CHECKING:
    from shared.messaging.worker import WorkerSpec

SERVICE = "reporting"


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The web application. environ: os.environ unless given."""
    config = settings.read(os.environ if environ is None else environ)
    services = Services(Database(config.database_url))
    return create_service_app(
        SERVICE,
        database=services.database,
        auth=Authenticator(SERVICE, keys=KeySet(config.jwks_file, url=config.jwks_url)),
        blueprints=[analytics.blueprint(services), demands.blueprint(services)],
        openapi_title="Demandflow reporting",
        ready_checks=[broker_reachable(config.broker_url)] if config.broker_url else [],
    )


def create_worker(only: str | None = None, environ: Mapping[str, str] | None = None) -> "WorkerSpec":
    """The worker: consumer, relay and clock, or one of them."""
    from shared.messaging.worker import WorkerSpec  # a web process loads no consumer

    config = settings.read(os.environ if environ is None else environ, broker=True)
    services = Services(Database(config.database_url))
    return WorkerSpec(
        service=SERVICE,
        database=services.database,
        broker_url=config.broker_url,
        handlers=HANDLERS,
        ctx=services,
        metrics_port=config.metrics_port,
        only=only,
    )


def open_database(environ: Mapping[str, str]) -> Database:
    """Reporting's database, for tools; ConfigError."""
    return Database(settings.database_url(environ))


def upgrade(environ: Mapping[str, str]) -> None:
    """Bring the database to the newest revision, with the released policies and calendars; safe to repeat."""
    url = settings.database_url(environ)
    migrate.upgrade(SERVICE, url)
    seed_database(url)
