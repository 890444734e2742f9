"""Intake's verbs and its answers to operators."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError

from services.intake import wiring
from services.intake.api import answer_sheets, importing
from services.intake.domain import web_form
from services.intake.gateways import answer_files
from services.intake.schemas.imports import ImportSchema
from services.intake.store import demands, imports, numbers, spawned
from services.intake.usecases.add_channel import NewChannel, add_channel
from shared.clock import business_now
from shared.http.body import BATCH_LIMIT, parse_json
from shared.http.problems import Problem, problem_of
from shared.messaging import facts as messaging
from shared.policies.model import Policy
from shared.refused import Refused

_BY = "operator:cli"
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
    "crm",
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
@click.option("--form", help="A form of the policy: customers fill it in at /f/CODE.")
@click.option("--json", "as_json", is_flag=True, help="Print {code, key, form_url with --form}.")
def add(
    code: str, policy: str, allowed: tuple[str, ...], kind: str, department: str, form: str | None, as_json: bool
) -> None:
    """Add a channel and print its key, once."""
    services, pepper = wiring.open_tools(os.environ)
    now = business_now()
    for name in (policy, *allowed):
        try:
            found = services.rules.effective(name, now)
        except LookupError:
            raise click.ClickException(f"there is no policy {name}") from None
        if name == policy and form is not None and form not in _forms(found):
            raise click.ClickException(f"policy {policy} has no such form for customers; it has {_forms(found)}")
    wanted = NewChannel(code, policy, kind, allowed, department, form)
    try:
        with services.database.write() as session:
            key = add_channel(session, wanted, pepper=pepper, now=now)
    except Refused as error:
        raise click.ClickException(f"{error.code}: {error.rule}") from None
    finally:
        services.database.dispose()
    told = {"code": code, "key": key} | ({"form_url": services.form_url(code)} if form else {})
    lines = [code, f"key, shown only now: {key}"] + ([f"form: {told['form_url']}"] if form else [])
    click.echo(json.dumps(told) if as_json else "\n".join(lines))


def _forms(policy: Policy) -> list[str]:
    return [one.code for one in policy.forms if web_form.asks_something(policy, one)]


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", help="Whose rows they are, where FILE does not say.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of the rows.")
@click.option("--json", "as_json", is_flag=True, help="Print what POST /intake/api/v1/imports answers.")
def import_file(file: Path, policy: str | None, dry_run: bool, as_json: bool) -> None:
    """Take in rows of the past from a JSON file: {policy, channel, rows} or the list of rows alone.

    The same row again is known and changes nothing. Ends with 1 when a row was refused.
    """
    services = wiring.open_services(os.environ)
    try:
        prepared = importing.prepare(services, _import_body(file, policy), business_now())
        outcomes = prepared.rehearsed() if dry_run else importing.bring_in(services, prepared)
        job = prepared.job(outcomes, _BY)
        if not dry_run:
            with services.database.write() as session:
                imports.add(session, job)
    except (Problem, Refused, ValidationError) as error:
        raise click.ClickException(_problem(error)) from None
    finally:
        services.database.dispose()
    told = importing.shown(job, kept=not dry_run)
    click.echo(json.dumps(told) if as_json else "\n".join(_import_lines(told, dry_run)))
    if told["refused"]:
        raise SystemExit(1)


def _problem(error: Problem | Refused | ValidationError) -> str:
    problem = problem_of(error)
    places = "".join(f"\n  {one['pointer']} {one['code']}: {one['message']}" for one in problem.errors)
    return f"{problem.code}: {problem.title}{places}"


def _import_body(file: Path, policy: str | None) -> dict[str, Any]:
    if file.stat().st_size > BATCH_LIMIT:
        raise click.ClickException(f"the file is larger than {BATCH_LIMIT} bytes")
    read = parse_json(file.read_bytes())
    body = {"rows": read} if isinstance(read, list) else read
    if policy is not None and isinstance(body, dict):
        body = {"policy": policy, **body}
        if body["policy"] != policy:
            raise click.ClickException("the file is of another policy")
    loaded: dict[str, Any] = ImportSchema().load(body)
    return loaded


def _import_lines(told: Mapping[str, Any], dry_run: bool) -> list[str]:
    counts = ", ".join(f"{told[name]} {name}" for name in ("accepted", "known", "refused"))
    lines = [f"{counts}; nothing is kept" if dry_run else counts]
    for one in told["rows"]:
        places = [f"{row['pointer']} {row['code']}" for row in one.get("problem", {}).get("errors", ())]
        lines.append(" ".join([f"row {one['row']}:", one["outcome"], *filter(None, [one.get("number"), *places])]))
    return lines


@click.command("import-answers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", "code", required=True, help="The channel that the answers came in by.")
@click.option("--form", help="The form of the channel's policy that was asked; without it the channel's own.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of the rows.")
@click.option("--json", "as_json", is_flag=True, help="Print what POST /intake/api/v1/answers answers.")
def import_answers(file: Path, code: str, form: str | None, dry_run: bool, as_json: bool) -> None:
    """Take in the answers of a form tool (腾讯问卷, 金数据) from the CSV or .xlsx file that it exports.

    Columns are matched to the questions of the form. The same row again is known and changes nothing. Ends with 1 when
    a row was refused. The answers must then be deleted in the tool.
    """
    services = wiring.open_services(os.environ)
    try:
        found = answer_files.rows(file.read_bytes()) if file.stat().st_size <= answer_files.MOST_BYTES else None
        if found is None:
            raise click.ClickException(f"the file is larger than {answer_files.MOST_BYTES} bytes")
        prepared = answer_sheets.prepare(services, found, code, form, business_now())
        outcomes = answer_sheets.rehearse(services, prepared) if dry_run else answer_sheets.bring_in(services, prepared)
    except (Problem, Refused) as error:
        raise click.ClickException(_problem(error)) from None
    finally:
        services.database.dispose()
    told = prepared.shown(outcomes)
    lines = [*_import_lines(told, dry_run), *(f"ignored column: {one}" for one in told["ignored"]), told["warning"]]
    click.echo(json.dumps(told) if as_json else "\n".join(lines))
    if told["refused"]:
        raise SystemExit(1)


COMMANDS: list[click.Command] = [channel, import_file, import_answers]


def facts(environ: Mapping[str, str]) -> dict[str, Any]:
    """Positions of intake's streams (shared.messaging.facts), accepted: demand ids, numbers: {taken, used, gaps}.

    spawned: how many of the accepted were made of others, so that no channel was told of them.
    gaps: scope -> ranges of sequences that were taken and never used (store.numbers.gaps).
    """
    database = wiring.open_database(environ)
    try:
        with database.read() as session:
            accepted = demands.ids(session)
            taken = numbers.taken(session, "demand/")
            gaps = numbers.gaps(session)
            made = spawned.count(session)
        counted = {"taken": taken, "used": len(accepted), "gaps": gaps}
        return {**messaging.facts(database), "accepted": accepted, "spawned": made, "numbers": counted}
    finally:
        database.dispose()


def quiet(environ: Mapping[str, str]) -> dict[str, Any]:
    """Whether nothing is left to send or to handle; see shared.messaging.facts.quiet."""
    database = wiring.open_database(environ)
    try:
        return messaging.quiet(database)
    finally:
        database.dispose()
