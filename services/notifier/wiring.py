"""The notifier put together: configuration in, application and worker out."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask

from services.notifier import config as settings
from services.notifier.api import deadlines, letters, notices, subscriptions
from services.notifier.api.services import Services
from services.notifier.domain.addresses import read_allowed
from services.notifier.gateways.campaigns import Forms, Invitations
from services.notifier.gateways.contacts import Colleagues, Contacts
from services.notifier.gateways.mail import Mailer
from services.notifier.gateways.webhooks import Webhooks
from services.notifier.handlers import HANDLERS
from services.notifier.jobs.attempts import Office
from services.notifier.jobs.ring_timers import ring_timers
from services.notifier.jobs.send_notices import sender
from services.notifier.usecases.tell import Planner
from shared import migrate
from shared.auth import Authenticator
from shared.db import Database
from shared.http.app import create_service_app
from shared.http.health import broker_reachable
from shared.keyset import KeySet
from shared.versions.books import PolicyBook
from shared.versions.seed import seed_database

if TYPE_CHECKING:
    from shared.messaging.worker import WorkerSpec

SERVICE = "notifier"
_EVERY_SECONDS = 0.1


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The web application. environ: os.environ unless given."""
    config = settings.read(os.environ if environ is None else environ)
    webhooks = Webhooks(read_allowed(config.webhook_allow))
    database = Database(config.database_url)
    services = Services(database, PolicyBook(database), webhooks)
    return create_service_app(
        SERVICE,
        database=services.database,
        auth=Authenticator(SERVICE, keys=KeySet(config.jwks_file, url=config.jwks_url)),
        blueprints=[room.blueprint(services) for room in (deadlines, notices, letters, subscriptions)],
        openapi_title="Demandflow notifier",
        ready_checks=[broker_reachable(config.broker_url)] if config.broker_url else [],
    )


def create_worker(only: str | None = None, environ: Mapping[str, str] | None = None) -> "WorkerSpec":
    """The worker: consumer, relay, clock and sender, or one of them."""
    from shared.messaging.worker import Job, WorkerSpec  # a web process loads no consumer

    config = settings.read(os.environ if environ is None else environ, worker=True)
    database = Database(config.database_url)
    planner = Planner(PolicyBook(database), config.mail_from.rpartition("@")[2])
    office = Office(
        database=database,
        planner=planner,
        customers=Contacts(config.intake_url, config.signing_key),
        staff=Colleagues(config.triage_url, config.signing_key),
        mail=Mailer(config.smtp_url, config.mail_from),
        webhooks=Webhooks(read_allowed(config.webhook_allow)),
        invitations=Invitations(config.intake_url, config.signing_key),
        forms=Forms(config.reporting_url, config.signing_key),
    )
    return WorkerSpec(
        service=SERVICE,
        database=database,
        broker_url=config.broker_url,
        handlers=HANDLERS,
        ctx=planner,
        jobs=(Job("timers", _EVERY_SECONDS, lambda: ring_timers(database, planner)),),
        parts={"sender": sender(office)},
        metrics_port=config.metrics_port,
        only=only,
    )


def open_database(environ: Mapping[str, str]) -> Database:
    """The notifier's database, for tools; ConfigError."""
    return Database(settings.database_url(environ))


def upgrade(environ: Mapping[str, str]) -> None:
    """Bring the database to the newest revision, with the released policies and calendars; safe to repeat."""
    url = settings.database_url(environ)
    migrate.upgrade(SERVICE, url)
    seed_database(url)
