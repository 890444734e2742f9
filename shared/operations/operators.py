"""Verbs of operators: what is parked, how full the outboxes are, what the broker should hold."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from shared.clock import format_time
from shared.db import Database
from shared.messaging import facts, parking, topology
from shared.messaging.errors import TopologyMismatch
from shared.messaging.topology import SERVICES
from shared.operations import asyncapi
from shared.operations.broker import ADMIN
from shared.operations.home import Home

_SERVICE = click.option("--service", required=True, type=click.Choice(SERVICES), help="Whose messages.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@contextmanager
def _database(home: Home, service: str) -> Iterator[Database]:
    database = Database(home.environment(service)[f"{service.upper()}_DATABASE_URL"])
    try:
        yield database
    finally:
        database.dispose()


@click.group()
def parked() -> None:
    """Messages that could not be handled."""


@parked.command("list")
@_SERVICE
@click.option("--all", "everything", is_flag=True, help="The resolved ones too.")
@_JSON
@click.pass_obj
def list_parked(home: Home, service: str, everything: bool, as_json: bool) -> None:
    """Open parked messages, oldest first."""
    with _database(home, service) as database, database.read() as session:
        rows = parking.list_parked(session, everything=everything)
    for row in rows:
        click.echo(_json(row) if as_json else f"{row['id']}  {row['subject'] or '-'}  {row['reason']}")


@parked.command()
@click.argument("parked_id")
@_SERVICE
@click.pass_obj
def show(home: Home, parked_id: str, service: str) -> None:
    """One parked message with its body and where its handling failed."""
    with _database(home, service) as database, database.read() as session, _told():
        click.echo(_json(parking.show(session, parked_id)))


@parked.command()
@click.argument("parked_id")
@_SERVICE
@click.pass_obj
def redrive(home: Home, parked_id: str, service: str) -> None:
    """Hand a parked event to the worker again."""
    with _database(home, service) as database, _told(), database.write() as session:
        parking.redrive(session, parked_id, getpass.getuser())


@parked.command()
@click.argument("parked_id")
@_SERVICE
@click.option("--reason", required=True, help="Why it may be passed over; kept with the row.")
@click.pass_obj
def skip(home: Home, parked_id: str, service: str, reason: str) -> None:
    """Give a parked message up; its stream goes on behind it."""
    with _database(home, service) as database, _told(), database.write() as session:
        parking.skip(session, parked_id, getpass.getuser(), reason)


@click.group()
def outbox() -> None:
    """Events on their way out."""


@outbox.command()
@_JSON
@click.pass_obj
def status(home: Home, as_json: bool) -> None:
    """What waits in each service."""
    found: dict[str, Any] = {}
    for service in SERVICES:
        with _database(home, service) as database, database.read() as session:
            found[service] = facts.counts(session)
    if as_json:
        click.echo(_json(found))
        return
    for service, counts in found.items():
        click.echo(f"{service}: " + "  ".join(f"{name} {count}" for name, count in counts.items()))


@click.group("topology")
def topology_verbs() -> None:
    """What the broker holds."""


@topology_verbs.command()
@click.option("--department", "departments", multiple=True, help="A department with a queue; repeatable.")
def definitions(departments: tuple[str, ...]) -> None:
    """Print exchanges, queues and bindings as the broker's definitions file (no users, no secrets)."""
    click.echo(json.dumps(topology.definitions(departments), indent=1))


@topology_verbs.command("asyncapi")
def print_asyncapi() -> None:
    """Print every message of the broker with its schema, as AsyncAPI."""
    click.echo(json.dumps(asyncapi.document(), ensure_ascii=False, indent=1))


@topology_verbs.command("apply")
@click.option("--url", help="The set-up account's address; the home's own broker unless given.")
@click.option("--department", "departments", multiple=True, help="A department with a queue; repeatable.")
@click.pass_obj
def apply_all(home: Home, url: str | None, departments: tuple[str, ...]) -> None:
    """Declare everything with the set-up account; refuses when something stands with other arguments."""
    try:
        topology.apply(url or home.broker().url(ADMIN, home.broker_passwords()[ADMIN]), departments)
    except TopologyMismatch as error:
        raise click.ClickException(str(error)) from None
    click.echo("declared")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except parking.NotParked as error:
        raise click.ClickException(f"not parked, or not so: {error}") from None


def _json(value: Any) -> str:
    return json.dumps(
        value,
        ensure_ascii=False,
        default=lambda one: format_time(one) if isinstance(one, datetime) else str(one),
    )


COMMANDS: list[click.Command] = [parked, outbox, topology_verbs]
