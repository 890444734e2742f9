"""The processes of notifier: web | worker [--only ...] | migrate | check {web,worker}."""

import os
import sys
from pathlib import Path

import click

from services.notifier import wiring
from shared import logging, migrate
from shared.config import ConfigError

_GUNICORN = Path(__file__).resolve().parents[2] / "deploy" / "gunicorn.conf.py"


@click.group()
def main() -> None:
    """notifier: keeps time and tells people."""
    logging.configure(wiring.SERVICE)


@main.command()
def web() -> None:
    """Serve HTTP on NOTIFIER_PORT."""
    os.environ.setdefault("DEMANDFLOW_SERVICE", wiring.SERVICE)
    application = "services.notifier.wiring:create_app()"
    os.execvp(sys.executable, [sys.executable, "-m", "gunicorn", "-c", str(_GUNICORN), application])  # noqa: S606


@main.command()
@click.option("--only", type=click.Choice(["consumer", "relay", "clock"]), help="Run one part alone.")
def worker(only: str | None) -> None:
    """Consume, relay and keep time."""
    from shared.messaging.worker import run_worker  # a web process loads no consumer

    sys.exit(run_worker(wiring.create_worker(only)))


@main.command("migrate")
def migrate_database() -> None:
    """Bring the database to the newest revision."""
    wiring.upgrade(os.environ)


@main.command()
@click.argument("process", type=click.Choice(["web", "worker"]))
def check(process: str) -> None:
    """Exit 0 when the process could run: configuration holds, database answers, schema is the newest."""
    database = wiring.open_database(os.environ)
    if process == "web":
        wiring.create_app()
    else:
        wiring.create_worker()
    database.ping()
    if migrate.current(database) != migrate.head(wiring.SERVICE):
        raise click.ClickException("schema_not_at_head")
    click.echo("ok")


if __name__ == "__main__":
    try:
        main()
    except ConfigError as error:
        sys.exit(f"notifier: {error}")
