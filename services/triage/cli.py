"""Triage's verbs and its answers to operators."""

import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import click

from services.triage import wiring
from services.triage.domain.login import ROLES
from services.triage.jobs.call_meetings import waiting
from services.triage.store import cases, work
from services.triage.usecases.case_file import Books
from services.triage.usecases.keep_departments import WantedDepartment, set_department
from services.triage.usecases.keep_staff import WantedStaff, set_staff
from services.triage.usecases.publish_version import publish_calendar, publish_policy
from shared.calendars.model import Calendar
from shared.clock import business_now, format_time
from shared.db import Database
from shared.messaging import facts as messaging
from shared.operations.departments import provision
from shared.operations.home import Home
from shared.policies.model import Policy
from shared.refused import Refused

Version = TypeVar("Version", Policy, Calendar)


@click.group()
def department() -> None:
    """Departments that work on demands."""


@department.command("add")
@click.argument("code")
@click.option("--queue", is_flag=True, help="It owns its tools: work goes into its queue, not to the workbench.")
@click.option("--name-zh", help="Its Chinese name.")
@click.option("--name-en", help="Its English name.")
@click.option("--json", "as_json", is_flag=True, help="Print {code, delivery, key, broker_url with --queue}.")
@click.pass_obj
def add(home: Home, code: str, queue: bool, name_zh: str | None, name_en: str | None, as_json: bool) -> None:
    """Add a department or change its delivery, and print a fresh key for its tool, once.

    With --queue its queue and its account on the broker are made too.
    """
    database, pepper = wiring.open_tools(os.environ)
    wanted = WantedDepartment(code, "queue" if queue else "workbench", name_zh, name_en)
    try:
        with database.write() as session:
            key = set_department(session, wanted, pepper=pepper, now=business_now())
    except Refused as error:
        raise click.ClickException(f"{error.code}: {error.rule}") from None
    finally:
        database.dispose()
    told = {"code": code, "delivery": wanted.delivery, "key": key}
    if queue:
        told |= provision(home, code)
    click.echo(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))


@click.group()
def staff() -> None:
    """People who work here."""


@staff.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As it is shown, masked, to others.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Repeatable.")
@click.option("--department", help="Whose demands the person works on; none: all.")
@click.option("--email", help="Where notices reach the person; not given: as before.")
@click.option("--disabled", is_flag=True, help="The person may not log in any more.")
@click.option("--json", "as_json", is_flag=True, help="Print {login, password}.")
def add_staff(
    login: str,
    name: str,
    roles: tuple[str, ...],
    department: str | None,
    email: str | None,
    disabled: bool,
    as_json: bool,
) -> None:
    """Add somebody or change what the person may do, and print a fresh password, once."""
    database, _ = wiring.open_tools(os.environ)
    try:
        with database.write() as session:
            wanted = WantedStaff(login, name, roles, department, disabled, email)
            password = set_staff(session, wanted, now=business_now())
    except Refused as error:
        raise click.ClickException(f"{error.code}: {error.rule}") from None
    finally:
        database.dispose()
    told = {"login": login, "password": password}
    click.echo(json.dumps(told) if as_json else f"{login}\npassword, shown only now: {password}")


@click.group()
def policy() -> None:
    """The rules that demands are run by."""


@policy.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print {code, version, sha256, effective_from, new}.")
def publish_policy_file(file: Path, as_json: bool) -> None:
    """Publish a version of a policy to all services; it counts ten minutes from now at the earliest."""
    found, new = _publish(file, publish_policy)
    _tell_published(found, new, as_json, {"effective_from": format_time(found.effective_from)})


@click.group()
def calendar() -> None:
    """Working days and office hours."""


@calendar.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print {code, version, sha256, new}.")
def publish_calendar_file(file: Path, as_json: bool) -> None:
    """Publish a version of a calendar to all services; it must be newer than all known ones."""
    found, new = _publish(file, publish_calendar)
    _tell_published(found, new, as_json, {})


def _publish(file: Path, use: Callable[..., tuple[Version, bool]]) -> tuple[Version, bool]:
    database, _ = wiring.open_tools(os.environ)
    try:
        with database.write() as session:
            return use(session, file.read_bytes(), now=business_now())
    except Refused as error:
        faults = "".join(f"\n  {one['message']}" for one in error.errors)
        raise click.ClickException(f"{error.code}: {error.rule}{faults}") from None
    finally:
        database.dispose()


def _tell_published(found: Policy | Calendar, new: bool, as_json: bool, more: Mapping[str, str]) -> None:
    told = {"code": found.code, "version": found.version, "sha256": found.sha256, **more, "new": new}
    state = "published" if new else "was known already: nothing changed"
    from_when = "".join(f", effective from {moment}" for moment in more.values())
    click.echo(json.dumps(told) if as_json else f"{found.code} version {found.version} {state}{from_when}")


COMMANDS: list[click.Command] = [department, staff, policy, calendar]


def facts(environ: Mapping[str, str]) -> dict[str, Any]:
    """Positions of triage's streams (shared.messaging.facts), cases: count, placed: {id: (department, delivery)}."""
    database = wiring.open_database(environ)
    try:
        with database.read() as session:
            own = {"cases": cases.count(session), "placed": work.placed(session)}
        return {**messaging.facts(database), **own}
    finally:
        database.dispose()


def quiet(environ: Mapping[str, str]) -> dict[str, Any]:
    """Whether nothing is left to send, to handle or to call; adds {due_meetings}."""
    database, books = _standing(wiring.database_url(environ))
    waits = waiting(database, books)
    found = messaging.quiet(database)
    return {**found, "due_meetings": waits, "quiet": found["quiet"] and not waits}


@cache
def _standing(url: str) -> tuple[Database, Books]:
    """A database and the documents it knows, read once: whoever waits for quiet asks many times."""
    database = Database(url)
    return database, wiring.open_books(database)
