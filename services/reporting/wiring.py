"""Reporting put together: configuration in, application and worker out."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask

from services.reporting import config as settings
from services.reporting.api import analytics, archives, demands, forms, reports
from services.reporting.api.services import Services
from services.reporting.gateways.staff_names import StaffNames
from services.reporting.gateways.vault import Vault
from services.reporting.handlers import HANDLERS
from services.reporting.jobs.issue_reports import issue_reports
from services.reporting.jobs.seal_archives import Registry, seal_archives
from services.reporting.usecases.count_handling import Books
from shared import migrate
from shared.auth import Authenticator
from shared.calendars import loader as calendars
from shared.db import Database
from shared.http.app import create_service_app
from shared.http.health import broker_reachable
from shared.keyset import KeySet
from shared.policies import loader as policies
from shared.versions.books import CalendarBook, PolicyBook
from shared.versions.seed import seed_database

if TYPE_CHECKING:
    from shared.messaging.worker import WorkerSpec

SERVICE = "reporting"
_EVERY_SECONDS = 0.5
"""Once an hour would do for a calendar, but looking costs little and a rehearsal's clock jumps."""


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The web application. environ: os.environ unless given."""
    config = settings.read(os.environ if environ is None else environ)
    registry = _registry(config)
    services = Services(registry.database, registry.books, registry.vault, registry.staff, config.archive_dir)
    return create_service_app(
        SERVICE,
        database=services.database,
        auth=Authenticator(SERVICE, keys=KeySet(config.jwks_file, url=config.jwks_url)),
        blueprints=[one.blueprint(services) for one in (analytics, demands, archives, reports, forms)],
        openapi_title="Demandflow reporting",
        ready_checks=[broker_reachable(config.broker_url)] if config.broker_url else [],
    )


def create_worker(only: str | None = None, environ: Mapping[str, str] | None = None) -> "WorkerSpec":
    """The worker: consumer, relay and clock, or one of them."""
    from shared.messaging.worker import Job, WorkerSpec  # a web process loads no consumer

    config = settings.read(os.environ if environ is None else environ, worker=True)
    registry = _registry(config)
    return WorkerSpec(
        service=SERVICE,
        database=registry.database,
        broker_url=config.broker_url,
        handlers=HANDLERS,
        ctx=registry.books,
        jobs=(
            Job("archives", _EVERY_SECONDS, lambda: seal_archives(registry)),
            Job("reports", _EVERY_SECONDS, lambda: issue_reports(registry.database, registry.books)),
        ),
        metrics_port=config.metrics_port,
        only=only,
    )


def open_books(database: Database) -> Books:
    """The policies and calendars that this installation knows."""
    return Books(PolicyBook(database), CalendarBook(database))


def released_books() -> Books:
    """The policies and calendars released with this software, for tools that need no installation."""
    return Books(policies.installed(), calendars.installed())


def open_registry(environ: Mapping[str, str]) -> Registry:
    """What archiving needs, for tools; ConfigError."""
    return _registry(settings.read(environ))


def database_url(environ: Mapping[str, str]) -> str:
    """Where reporting's database is; ConfigError."""
    return settings.database_url(environ)


def open_database(environ: Mapping[str, str]) -> Database:
    """Reporting's database, for tools; ConfigError."""
    return Database(settings.database_url(environ))


def upgrade(environ: Mapping[str, str]) -> None:
    """Bring the database to the newest revision, with the released policies and calendars; safe to repeat."""
    url = settings.database_url(environ)
    migrate.upgrade(SERVICE, url)
    seed_database(url)


def _registry(config: settings.Config) -> Registry:
    vault = Vault(config.intake_url, config.signing_key)
    staff = StaffNames(config.triage_url, config.signing_key)
    database = Database(config.database_url)
    return Registry(database, open_books(database), vault, staff, config.archive_dir)
