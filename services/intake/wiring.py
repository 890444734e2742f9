"""Intake put together: configuration in, application and worker out."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask

from services.intake import config as settings
from services.intake.api import (
    answers,
    attachments,
    batch,
    campaign_letters,
    campaigns,
    changes,
    chats,
    communications,
    contacts,
    customer_merges,
    customer_numbers,
    customer_rights,
    customer_sync,
    customers,
    demands,
    history,
    imports,
    originals,
    tool_answers,
)
from services.intake.domain.rules import Rules
from services.intake.domain.vault import Vault, master_from_text
from services.intake.gateways.policies import InstalledRules
from services.intake.handlers import HANDLERS
from services.intake.store import channels
from services.intake.usecases.services import Services
from services.intake.web import desk, desk_campaigns, desk_customer, desk_demand, forms, rooms, tracking
from shared import migrate
from shared.auth import Authenticator, Principal
from shared.config import ConfigError
from shared.db import Database
from shared.http.app import create_service_app
from shared.http.health import broker_reachable
from shared.http.staff_pages import StaffPages
from shared.keyset import KeySet
from shared.versions.books import CalendarBook, PolicyBook
from shared.versions.seed import seed_database

if TYPE_CHECKING:
    from shared.messaging.worker import WorkerSpec

SERVICE = "intake"
_CHANNEL_ROLES = frozenset({"channel"})


def create_app(environ: Mapping[str, str] | None = None, rules: Rules | None = None) -> Flask:
    """The web application. environ: os.environ unless given; rules: those of its database unless given."""
    config = settings.read(os.environ if environ is None else environ)
    services = _services(config, rules)
    auth = Authenticator(
        SERVICE,
        pepper=config.pepper,
        lookups=(lambda digest: _channel(services.database, digest),),
        keys=KeySet(config.jwks_file, url=config.jwks_url),
    )
    return create_service_app(
        SERVICE,
        database=services.database,
        auth=auth,
        blueprints=[
            demands.blueprint(services),
            batch.blueprint(services),
            contacts.blueprint(services),
            customers.blueprint(services),
            customer_numbers.blueprint(services),
            customer_merges.blueprint(services),
            customer_sync.blueprint(services),
            customer_rights.blueprint(services),
            history.blueprint(services),
            answers.blueprint(services),
            changes.blueprint(services),
            imports.blueprint(services),
            tool_answers.blueprint(services),
            communications.blueprint(services),
            campaigns.blueprint(services),
            campaign_letters.blueprint(services),
            attachments.blueprint(services),
            originals.blueprint(services),
            chats.blueprint(services),
        ],
        openapi_title="Demandflow intake",
        pages=rooms.pages(config.addresses),
        page_blueprints=[
            part.blueprint(services) for part in (forms, tracking, desk, desk_demand, desk_customer, desk_campaigns)
        ],
        staff=StaffPages(
            auth, triage_url=config.triage_url, triage_public=config.addresses.get("triage", config.triage_url)
        ),
        ready_checks=[broker_reachable(config.broker_url)] if config.broker_url else [],
    )


def create_worker(only: str | None = None, environ: Mapping[str, str] | None = None) -> "WorkerSpec":
    """The worker: consumer, relay and clock, or one of them."""
    from shared.messaging.worker import WorkerSpec  # a web process loads no consumer

    config = settings.read(os.environ if environ is None else environ, broker=True)
    services = _services(config, None)
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
    """Intake's database, for tools; ConfigError."""
    return Database(settings.database_url(environ))


def open_tools(environ: Mapping[str, str]) -> tuple[Services, str]:
    """What the API works with, and the pepper, for the verbs that change something; ConfigError."""
    config = settings.read(environ)
    return _services(config, None), config.pepper


def open_services(environ: Mapping[str, str]) -> Services:
    """What the API works with, for a verb that does the same; ConfigError."""
    return _services(settings.read(environ), None)


def upgrade(environ: Mapping[str, str]) -> None:
    """Bring the database to the newest revision, with the released policies and calendars; safe to repeat."""
    url = settings.database_url(environ)
    migrate.upgrade(SERVICE, url)
    seed_database(url)


def _services(config: settings.Config, rules: Rules | None) -> Services:
    try:
        vault = Vault(master_from_text(config.master_key))
    except ValueError:
        raise ConfigError("INTAKE_MASTER_KEY is not 32 bytes in base64") from None
    database = Database(config.database_url)
    return Services(
        database,
        rules or InstalledRules(PolicyBook(database), CalendarBook(database)),
        vault,
        config.max_unsent,
        config.public_url,
        config.privacy_contact,
    )


def _channel(database: Database, digest: str) -> Principal | None:
    with database.read() as session:
        row = channels.by_key_hash(session, digest)
    return None if row is None else Principal("channel", row.id, _CHANNEL_ROLES)
