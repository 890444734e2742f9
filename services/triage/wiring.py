"""Triage put together: configuration in, application and worker out."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from services.triage import config as settings
from services.triage.api import (
    actions,
    agenda,
    calendars,
    contacts,
    demands,
    departments,
    duplicates,
    keys,
    meetings,
    policies,
    session,
    staff,
)
from services.triage.handlers import HANDLERS
from services.triage.handlers.commands import command_handler
from services.triage.jobs.call_meetings import call_meetings
from services.triage.jobs.recount_deadlines import recount_deadlines
from services.triage.store.departments import code_by_key_hash
from services.triage.usecases.case_file import Books
from services.triage.usecases.keep_departments import seed_departments
from services.triage.usecases.services import Services
from services.triage.web import login, rooms
from shared import migrate
from shared.auth import Authenticator, Principal
from shared.clock import business_now
from shared.db import Database
from shared.http.app import create_service_app
from shared.http.health import broker_reachable
from shared.keyset import KeySet
from shared.policies import learned, loader
from shared.versions.books import CalendarBook, PolicyBook
from shared.versions.seed import seed_database

if TYPE_CHECKING:
    from shared.messaging.worker import WorkerSpec

SERVICE = "triage"
_DEPARTMENT_ROLES = frozenset({"department"})


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The web application. environ: os.environ unless given."""
    config = settings.read(os.environ if environ is None else environ)
    services = _services(config)
    auth = Authenticator(
        SERVICE,
        pepper=config.pepper,
        lookups=(lambda digest: _department(services.database, digest),),
        keys=services.keys,
    )
    return create_service_app(
        SERVICE,
        database=services.database,
        auth=auth,
        blueprints=[
            part.blueprint(services)
            for part in (
                demands,
                duplicates,
                actions,
                agenda,
                meetings,
                contacts,
                departments,
                staff,
                keys,
                session,
                policies,
                calendars,
            )
        ],
        openapi_title="Demandflow triage",
        pages=rooms.pages(config.addresses),
        page_blueprints=[login.blueprint(services, config.origins, config.addresses)],
        ready_checks=[broker_reachable(config.broker_url)] if config.broker_url else [],
    )


def create_worker(only: str | None = None, environ: Mapping[str, str] | None = None) -> "WorkerSpec":
    """The worker: consumer, relay and clock, or one of them."""
    from shared.messaging.worker import Job, WorkerSpec  # a web process loads no consumer

    config = settings.read(os.environ if environ is None else environ, broker=True)
    services = _services(config)
    return WorkerSpec(
        service=SERVICE,
        database=services.database,
        broker_url=config.broker_url,
        handlers=HANDLERS,
        ctx=services,
        command_handler=command_handler,
        jobs=(
            Job("recount", 60.0, lambda: recount_deadlines(services.database, services.books)),
            Job("meetings", 1.0, lambda: call_meetings(services.database, services.books)),
        ),
        metrics_port=config.metrics_port,
        only=only,
    )


def open_database(environ: Mapping[str, str]) -> Database:
    """Triage's database, for tools; ConfigError."""
    return Database(settings.database_url(environ))


def open_reader(environ: Mapping[str, str]) -> tuple[Database, Books]:
    """Database and books for the verbs that only look; ConfigError, BadModel."""
    config = settings.read(environ)
    database = Database(config.database_url)
    return database, open_books(database, config.model_dir)


def database_url(environ: Mapping[str, str]) -> str:
    """Where triage's database is; ConfigError."""
    return settings.database_url(environ)


def open_tools(environ: Mapping[str, str]) -> tuple[Database, str]:
    """Database and pepper for the verbs that change something; ConfigError."""
    config = settings.read(environ)
    return Database(config.database_url), config.pepper


def open_books(database: Database, model_dir: Path | None = None) -> Books:
    """Policies and calendars of a database, and the models of a directory; BadModel for a file that is none."""
    found = {} if model_dir is None else learned.in_directory(model_dir)
    return Books(PolicyBook(database), CalendarBook(database), found)


def upgrade(environ: Mapping[str, str]) -> None:
    """Bring the database to the newest revision, with released policies, calendars and departments; safe to repeat."""
    url = settings.database_url(environ)
    migrate.upgrade(SERVICE, url)
    seed_database(url)
    database = Database(url)
    try:
        with database.write() as session:
            seed_departments(session, loader.departments(), now=business_now())
    finally:
        database.dispose()


def _services(config: settings.Config) -> Services:
    database = Database(config.database_url)
    return Services(
        database=database,
        books=open_books(database, config.model_dir),
        keys=KeySet(config.jwks_file),
        signing_key=config.signing_key,
        public_url=config.public_url,
    )


def _department(database: Database, digest: str) -> Principal | None:
    with database.read() as session:
        code = code_by_key_hash(session, digest)
    return None if code is None else Principal("department", code, _DEPARTMENT_ROLES, code)
