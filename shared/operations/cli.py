"""Verbs of whoever runs an installation: up, down, demo, keys, quiet, audit."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import click

from shared.operations import home as homes
from shared.operations import operators, runner
from shared.operations import quiet as silence
from shared.operations.ask import environments
from shared.operations.broker import BrokerMissing
from shared.operations.classify import classify
from shared.operations.demo import run as demonstration
from shared.operations.demo.stage import DemoFailed
from shared.operations.home import DEFAULT_PORT_BASE, Home
from shared.operations.ledger import Ledger
from shared.operations.reconcile import reconcile

_SETTLE_SECONDS = 60.0
_PORT_BASE = click.option(
    "--port-base", default=DEFAULT_PORT_BASE, show_default=True, help="Port of intake; the others follow."
)


@click.command()
@_PORT_BASE
@click.pass_obj
def up(home: Home, port_base: int) -> None:
    """Start the broker and all services without sample data, and wait until they answer."""
    try:
        runner.up(home, mode="production", port_base=port_base, environ=os.environ)
    except (runner.NotStarted, BrokerMissing) as error:
        raise click.ClickException(str(error)) from None
    demonstration.print_addresses(home)


@click.command()
@click.pass_obj
def down(home: Home) -> None:
    """End everything that up started."""
    try:
        click.echo("stopped" if runner.down(home) else "nothing was running")
    except runner.NotStarted as error:
        raise click.ClickException(str(error)) from None


@click.command()
@_PORT_BASE
@click.option("--running", is_flag=True, help="Play on what runs already in demo mode (containers).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Play only as far as this day of 2024.")
@click.pass_context
def demo(ctx: click.Context, port_base: int, running: bool, until: datetime | None) -> None:
    """Run sample demands through all services and show where they end; wipes only the demo's own home."""
    verbs = ctx.find_root().command
    assert isinstance(verbs, click.Group)
    try:
        if running:
            passed = demonstration.run_on_running(ctx.obj, verbs, until=until)
        else:
            stay = "DEMO_EXIT" not in os.environ
            passed = demonstration.run(ctx.obj, verbs, port_base=port_base, stay=stay, until=until)
    except (runner.NotStarted, BrokerMissing, DemoFailed) as error:
        raise click.ClickException(str(error)) from None
    sys.exit(0 if passed else 1)


@click.group()
def keys() -> None:
    """Secrets of an installation."""


@keys.command("init")
@click.option("--json", "as_json", is_flag=True, help="Print {made: [names]}.")
@click.pass_obj
def init(home: Home, as_json: bool) -> None:
    """Make every secret that is missing; existing ones stay."""
    made = homes.init_keys(home)
    click.echo(json.dumps({"made": made}) if as_json else f"{len(made)} made, the rest was there")


@click.command("quiet")
@click.option("--json", "as_json", is_flag=True, help="Print {quiet, services, behind}.")
@click.pass_obj
def quiet(home: Home, as_json: bool) -> None:
    """Exit 0 when nothing is left to send or to handle."""
    found = silence.look(environments(home))
    click.echo(json.dumps(found) if as_json else ("quiet" if found["quiet"] else "busy"))
    sys.exit(0 if found["quiet"] else 1)


@click.group()
def audit() -> None:
    """Checks of the whole."""


@audit.command("reconcile")
@click.option("--ledger", type=click.Path(path_type=Path), help="What clients and departments recorded themselves.")
@click.option("--json", "as_json", is_flag=True, help="Print {totals, lost, duplicated, reordered, waiting, skipped}.")
@click.pass_obj
def reconcile_all(home: Home, ledger: Path | None, as_json: bool) -> None:
    """Compare the four databases with one another and with a ledger; exit 1 when anything is found.

    Waits up to a minute for quiet first: what is under way is not lost.
    """
    silence.wait(environments(home), _SETTLE_SECONDS)
    report = reconcile(environments(home), Ledger(ledger) if ledger else None)
    found = {name: getattr(report, name) for name in ("lost", "duplicated", "reordered", "waiting", "skipped")}
    if as_json:
        click.echo(json.dumps({"totals": report.totals(), **found}))
    else:
        click.echo("  ".join(f"{name}: {count}" for name, count in report.totals().items()))
        for name, texts in found.items():
            for text in texts[:50]:
                click.echo(f"{name}: {text}")
    sys.exit(0 if report.clean else 1)


COMMANDS: list[click.Command] = [up, down, demo, keys, quiet, audit, classify, *operators.COMMANDS]
