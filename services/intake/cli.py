"""Intake's verbs and its answers to operators."""

import json
import os
from collections.abc import Mapping
from typing import Any

import click

from services.intake import wiring
from services.intake.store import demands, numbers
from services.intake.usecases.add_channel import NewChannel, add_channel
from shared.clock import business_now
from shared.messaging import facts as messaging
from shared.refused import Refused

_KINDS = [
    "phone",
    "email",
    "chat",
    "visit",
    "web",
    "im",
    "app",
    "partner",
    "outreach",
    "paper",
    "form",
    "event",
]


@click.group()
def channel() -> None:
    """Ways demands come in."""


@channel.command("add")
@click.argument("code")
@click.option("--policy", required=True, help="The policy of demands that name none.")
@click.option("--allow", "allowed", multiple=True, help="Another policy the channel may name; repeatable.")
@click.option("--kind", default="web", type=click.Choice(_KINDS), show_default=True)
@click.option("--department", default="CSR", show_default=True, help="The receiving department.")
@click.option("--json", "as_json", is_flag=True, help="Print {code, key}.")
def add(code: str, policy: str, allowed: tuple[str, ...], kind: str, department: str, as_json: bool) -> None:
    """Add a channel and print its key, once."""
    database, pepper, rules = wiring.open_tools(os.environ)
    now = business_now()
    for name in (policy, *allowed):
        try:
            rules.effective(name, now)
        except LookupError:
            raise click.ClickException(f"there is no policy {name}") from None
    wanted = NewChannel(code, policy, kind, allowed, department)
    try:
        with database.write() as session:
            key = add_channel(session, wanted, pepper=pepper, now=now)
    except Refused as error:
        raise click.ClickException(f"{error.code}: {error.rule}") from None
    finally:
        database.dispose()
    click.echo(json.dumps({"code": code, "key": key}) if as_json else f"{code}\nkey, shown only now: {key}")


COMMANDS: list[click.Command] = [channel]


def facts(environ: Mapping[str, str]) -> dict[str, Any]:
    """Positions of intake's streams (shared.messaging.facts), accepted: demand ids, numbers: {taken, used, gaps}.

    gaps: scope -> ranges of sequences that were taken and never used (store.numbers.gaps).
    """
    database = wiring.open_database(environ)
    try:
        with database.read() as session:
            accepted = demands.ids(session)
            taken = numbers.taken(session, "demand/")
            gaps = numbers.gaps(session)
        counted = {"taken": taken, "used": len(accepted), "gaps": gaps}
        return {**messaging.facts(database), "accepted": accepted, "numbers": counted}
    finally:
        database.dispose()


def quiet(environ: Mapping[str, str]) -> dict[str, Any]:
    """Whether nothing is left to send or to handle; see shared.messaging.facts.quiet."""
    database = wiring.open_database(environ)
    try:
        return messaging.quiet(database)
    finally:
        database.dispose()
