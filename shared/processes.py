"""The processes of a service, the same for all four: web, worker, migrate, check."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import click
from flask import Flask

from shared import logging, migrate
from shared.config import ConfigError
from shared.db import Database
from shared.liveness import answers

if TYPE_CHECKING:
    from shared.messaging.worker import WorkerSpec

_GUNICORN = migrate.ROOT / "deploy" / "gunicorn.conf.py"


class Wiring(Protocol):
    """What a service's module `wiring` offers."""

    SERVICE: str

    def create_app(self) -> Flask:
        """The web application."""

    def create_worker(self, only: str | None = None) -> "WorkerSpec":
        """The worker: consumer, relay and clock, or one of them."""

    def open_database(self, environ: Mapping[str, str]) -> Database:
        """The service's database."""

    def upgrade(self, environ: Mapping[str, str]) -> None:
        """Bring the database to the newest revision."""


def run(wiring: Wiring) -> None:
    """Run the process that the command line names; exits with a list of what the environment lacks."""
    try:
        commands(wiring)()
    except ConfigError as error:
        sys.exit(f"{wiring.SERVICE}: {error}")


def commands(wiring: Wiring) -> click.Group:
    """The verbs of `python -m services.<name>`."""

    @click.group()
    def main() -> None:
        """One process of one service."""
        logging.configure(wiring.SERVICE)

    @main.command()
    def web() -> None:
        """Serve HTTP on <SERVICE>_PORT."""
        os.environ.setdefault("DEMANDFLOW_SERVICE", wiring.SERVICE)
        application = f"services.{wiring.SERVICE}.wiring:create_app()"
        os.execvp(sys.executable, [sys.executable, "-m", "gunicorn", "-c", str(_GUNICORN), application])  # noqa: S606

    @main.command()
    @click.option("--only", type=click.Choice(["consumer", "relay", "clock", "sender"]), help="Run one part alone.")
    def worker(only: str | None) -> None:
        """Consume, relay and keep time; the notifier's also sends."""
        from shared.messaging.worker import run_worker  # a web process loads no consumer

        sys.exit(run_worker(wiring.create_worker(only)))

    @main.command("migrate")
    def migrate_database() -> None:
        """Bring the database to the newest revision."""
        wiring.upgrade(os.environ)

    @main.command()
    @click.argument("process", type=click.Choice(["web", "worker"]))
    def check(process: str) -> None:
        """Exit 0 when the process does its work: configuration, database, newest schema, an answer on its port."""
        _check(wiring, process)
        click.echo("ok")

    return main


def _check(wiring: Wiring, process: str) -> None:
    database = wiring.open_database(os.environ)
    if process == "web":
        wiring.create_app()
    else:
        wiring.create_worker()
    database.ping()
    if migrate.current(database) != migrate.head(wiring.SERVICE):
        raise click.ClickException("schema_not_at_head")
    if not answers(wiring.SERVICE, process, os.environ):
        raise click.ClickException("no_answer")
