"""Reporting's verbs, and its answers to operators."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import click

from services.reporting import wiring
from services.reporting.gateways import documents, sheets
from services.reporting.jobs.seal_archives import Registry, seal
from services.reporting.store import archives, demands, dossiers
from services.reporting.usecases.check_archive import Checked, check_archive
from services.reporting.usecases.count_handling import Books
from services.reporting.usecases.fill_form import blank_form, policy_of
from services.reporting.usecases.fill_form import fill_form as filled_form
from services.reporting.usecases.issue_report import due_now as due_reports
from services.reporting.usecases.issue_report import issue_report
from services.reporting.usecases.keep_archives import due_now as due_archives
from services.reporting.usecases.keep_archives import policy_in_force, request_archive
from shared import logging
from shared.clock import business_now
from shared.config import ConfigError
from shared.db import Database
from shared.messaging import facts as messaging
from shared.refused import Refused

_BY = "operator:cli"
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def archive() -> None:
    """Packages of closed demands."""


@archive.command("seal")
@click.option("--policy", required=True)
@click.option("--period", help="YYYY-MM; without it the newest month that is due, else the one under way.")
@_JSON
def seal_archive(policy: str, period: str | None, as_json: bool) -> None:
    """Make the package of a policy's month now; a month that has one keeps it."""
    logging.configure("reporting", stream=sys.stderr)
    registry = wiring.open_registry(os.environ)
    try:
        with registry.database.write() as session:
            row, _ = request_archive(session, policy, period, by=_BY, books=registry.books, now=business_now())
        told = _sealed(registry, row.id)
    except Refused as error:
        raise click.ClickException(_said(error)) from None
    finally:
        registry.database.dispose()
    click.echo(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))


def _sealed(registry: Registry, archive_id: str) -> dict[str, Any]:
    """Make packages of the policy in their order until this one is made."""
    while True:
        with registry.database.read() as session:
            row = archives.find(session, archive_id)
            waiting = archives.requested(session)
        if row is None or row.state == "sealed":
            break
        first = next(one for one in waiting if one.policy == row.policy)
        if not seal(registry, first) and not _is_sealed(registry, first.id):
            raise click.ClickException(
                "intake or triage could not be asked for names; nothing is lost, it is tried again"
            )
    return {name: getattr(row, name) for name in ("id", "policy", "period", "state", "count", "manifest_sha256")}


def _is_sealed(registry: Registry, archive_id: str) -> bool:
    with registry.database.read() as session:
        row = archives.find(session, archive_id)
    return row is not None and row.state == "sealed"


@archive.command("verify")
@click.argument("package")
@_JSON
def verify_archive(package: str, as_json: bool) -> None:
    """Check a package, given as a directory, a zip file, or an id; a path needs neither home nor database.

    Every checksum, files too few or too many, and the chain to packages beside it. Exits 1 on any fault.
    """
    path = Path(package)
    checked = check_archive(path) if path.exists() else _by_id(package)
    if as_json:
        click.echo(json.dumps({**asdict(checked), "intact": not checked.faults}))
    else:
        for line in checked.faults:
            click.echo(line)
        click.echo(f"{checked.archive_id}: {checked.files} files, {len(checked.faults)} faults")
    if checked.faults:
        raise SystemExit(1)


def _by_id(archive_id: str) -> Checked:
    try:
        registry = wiring.open_registry(os.environ)
    except ConfigError:
        raise click.ClickException("there is no such path, and no home in which to look for an id") from None
    try:
        with registry.database.read() as session:
            row = archives.find(session, archive_id)
    finally:
        registry.database.dispose()
    if row is None or row.state != "sealed":
        raise click.ClickException("there is no such package, neither as a path nor as an id")
    return check_archive(registry.root / row.id, sealed_sha256=row.manifest_sha256)


@click.group()
def report() -> None:
    """Reports of the policies."""


@report.command("make")
@click.option("--policy", required=True)
@click.option("--report", "code", help="The policy's report by code; without it its first.")
@click.option("--period", help="2024-W41, 2024-10 or 2024Q4; without it the one that ended last.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write it: a name in .xlsx or .docx.")
@_JSON
def make_report(policy: str, code: str | None, period: str | None, out: Path | None, as_json: bool) -> None:
    """Make the report of a policy's period; one that is kept already comes as it stood."""
    if out is not None and out.suffix not in _DRAWN:
        raise click.ClickException("--out ends in .xlsx or .docx")
    database = wiring.open_database(os.environ)
    try:
        with database.write() as session:
            row, _ = issue_report(session, policy, code, period, books=wiring.open_books(database), now=business_now())
    except Refused as error:
        raise click.ClickException(_said(error)) from None
    finally:
        database.dispose()
    if out is not None:
        out.write_bytes(_DRAWN[out.suffix](dict(row.content)))
    told = {name: getattr(row, name) for name in ("id", "policy", "code", "period", "edition", "figures_sha256")}
    click.echo(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))


_DRAWN = {".xlsx": sheets.report, ".docx": documents.report}


@click.group()
def form() -> None:
    """Forms of the policies, blank and filled in."""


@form.command("blank")
@click.option("--policy", required=True)
@click.option("--form", "code", required=True, help="The form by its code in the policy.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The .docx to write.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def write_blank(policy: str, code: str, out: Path, language: str) -> None:
    """Write a form to be filled in by hand."""
    try:
        in_force = policy_in_force(wiring.released_books(), policy, business_now())
        out.write_bytes(blank_form(in_force, code, language))
    except Refused as error:
        raise click.ClickException(_said(error)) from None
    click.echo(str(out))


@form.command("fill")
@click.argument("number")
@click.option("--form", "code", required=True, help="The form by its code in the demand's policy.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The .docx to write.")
def fill_form(number: str, code: str, out: Path) -> None:
    """Write a form filled from what is known of a demand, names of customers and staff masked."""
    database = wiring.open_database(os.environ)
    try:
        with database.read() as session:
            dossier = dossiers.find(session, number)
            if dossier is None:
                raise click.ClickException("there is no such demand")
            policy = policy_of(dossier, wiring.open_books(database))
            out.write_bytes(filled_form(session, dossier, code, policy=policy, person=None, staff={}))
    except Refused as error:
        raise click.ClickException(_said(error)) from None
    finally:
        database.dispose()
    click.echo(str(out))


COMMANDS: list[click.Command] = [archive, report, form]


def facts(environ: Mapping[str, str]) -> dict[str, Any]:
    """Positions at other services' streams (shared.messaging.facts), projected, effects.

    projected: ids of the demands of which both intake and triage have spoken;
    effects: {kind of event: how often it was counted}, where each event is counted once.
    """
    database = wiring.open_database(environ)
    try:
        with database.read() as session:
            projected, totals = demands.projected(session), demands.totals(session)
        effects = {
            "deadline.breached": totals["breached"],
            "notice.sent": totals["notices_sent"],
            "notice.failed": totals["notices_failed"],
        }
        own = {"projected": projected, "effects": effects}
        return {**messaging.facts(database), **own}
    finally:
        database.dispose()


def quiet(environ: Mapping[str, str]) -> dict[str, Any]:
    """Whether nothing is left to send, to handle, to file or to report; adds {due_archives, due_reports}."""
    database, books = _standing(wiring.database_url(environ))
    now = business_now()
    with database.read() as session:
        waiting = len(archives.requested(session)) + len(due_archives(session, books, now))
        own = {"due_archives": waiting, "due_reports": len(due_reports(session, books, now))}
    found = messaging.quiet(database)
    return {**found, **own, "quiet": found["quiet"] and not any(own.values())}


@cache
def _standing(url: str) -> tuple[Database, Books]:
    """A database and the documents it knows, read once: whoever waits for quiet asks many times."""
    database = Database(url)
    return database, wiring.open_books(database)


def _said(error: Refused) -> str:
    told = "; ".join(one["message"] for one in error.errors)
    return f"{error.code}: {told or error.rule}"
