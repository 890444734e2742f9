"""Triage's verbs and its answers to operators."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import click

from services.triage import house_events, wiring
from services.triage.domain.absence import Absence
from services.triage.domain.login import ROLES
from services.triage.jobs.call_meetings import waiting
from services.triage.schemas import simulation
from services.triage.store import cases, work
from services.triage.usecases.case_file import Books
from services.triage.usecases.confirmed_types import confirmed_types
from services.triage.usecases.keep_departments import WantedDepartment, set_department
from services.triage.usecases.keep_staff import WantedStaff, roles_of, set_absence, set_staff
from services.triage.usecases.publish_version import checked_policy, publish_calendar, publish_policy
from services.triage.usecases.simulate_policy import simulate_policy
from shared.calendars.model import Calendar
from shared.clock import business_now, format_time, parse_time
from shared.db import Database
from shared.messaging import facts as messaging
from shared.operations.departments import provision
from shared.operations.home import Home
from shared.policies.model import Policy
from shared.refused import Refused
from shared.versions.books import PolicyBook

_DAY = click.DateTime(["%Y-%m-%d"])
Version = TypeVar("Version", Policy, Calendar)


class Moment(click.ParamType[datetime]):
    """A moment with an offset."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Aware UTC."""
        try:
            return parse_time(value)
        except ValueError:
            self.fail("a moment reads 2024-10-08T09:00+08:00", param, ctx)


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
@click.option("--policy-role", "policy_roles", multiple=True, help="Such as A.committee; repeatable; none: as before.")
@click.option("--disabled", is_flag=True, help="The person may not log in any more.")
@click.option("--json", "as_json", is_flag=True, help="Print {login, password}.")
def add_staff(
    login: str,
    name: str,
    roles: tuple[str, ...],
    department: str | None,
    email: str | None,
    policy_roles: tuple[str, ...],
    disabled: bool,
    as_json: bool,
) -> None:
    """Add somebody or change what the person may do, and print a fresh password, once."""
    database, _ = wiring.open_tools(os.environ)
    wanted = WantedStaff(login, name, roles, department, disabled, email, policy_roles or None)
    try:
        known = roles_of(PolicyBook(database)) if policy_roles else ()
        with database.write() as session:
            password = set_staff(session, wanted, now=business_now(), known_roles=known)
    except Refused as error:
        raise click.ClickException(f"{error.code}: {error.rule}") from None
    finally:
        database.dispose()
    told = {"login": login, "password": password}
    click.echo(json.dumps(told) if as_json else f"{login}\npassword, shown only now: {password}")


@staff.command("away")
@click.argument("login")
@click.option("--from", "begins", type=Moment(), help="Such as 2024-10-08T09:00+08:00; none: now.")
@click.option("--until", "ends", type=Moment(), help="When the person is back.")
@click.option("--deputy", help="The log-in name of who stands in.")
@click.option("--back", is_flag=True, help="The person is here: forget the absence.")
@click.option("--json", "as_json", is_flag=True, help="Print {login, absence {from, until, deputy}, open_demands}.")
def away(
    login: str, begins: datetime | None, ends: datetime | None, deputy: str | None, back: bool, as_json: bool
) -> None:
    """Say when somebody is away and who stands in: notices and assignments go there meanwhile."""
    if back == (ends is not None):
        raise click.UsageError("say either --until or --back")
    database, _ = wiring.open_tools(os.environ)
    now = business_now()
    try:
        wanted = None if ends is None else Absence(ends, begins, deputy)
        with database.write() as session:
            row = set_absence(session, login, wanted, now=now)
            waiting = cases.count_open_of(session, row.id)
    except Refused as error:
        raise click.ClickException(
            f"{error.code}: {error.errors[0]['message'] if error.errors else error.rule}"
        ) from None
    finally:
        database.dispose()
    told = {"login": row.login, "absence": house_events.away_of(row), "open_demands": waiting}
    click.echo(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))


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


@policy.command("simulate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "first", type=_DAY, help="The first day of receipt (YYYY-MM-DD); without it, 31 days.")
@click.option("--to", "last", type=_DAY, help="The last day of receipt; without it, today.")
@click.option("--json", "as_json", is_flag=True, help="Print it as the API answers.")
def simulate_policy_file(file: Path, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Tell what a draft of a policy would have changed about the demands of a span of time; it changes nothing."""
    database, books = wiring.open_reader(os.environ)
    try:
        with database.snapshot() as session:
            draft = checked_policy(session, file.read_bytes())
            found = simulate_policy(
                session,
                draft,
                first=first.date() if first else None,
                last=last.date() if last else None,
                books=books,
                now=business_now(),
            )
    except Refused as error:
        raise _told(error) from None
    finally:
        database.dispose()
    told = simulation.shown(found)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(simulation.lines(told)))


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
        raise _told(error) from None
    finally:
        database.dispose()


def _told(error: Refused) -> click.ClickException:
    faults = "".join(f"\n  {one['code']}: {one['message']}" for one in error.errors)
    return click.ClickException(f"{error.code}: {error.rule}{faults}")


def _tell_published(found: Policy | Calendar, new: bool, as_json: bool, more: Mapping[str, str]) -> None:
    told = {"code": found.code, "version": found.version, "sha256": found.sha256, **more, "new": new}
    state = "published" if new else "was known already: nothing changed"
    from_when = "".join(f", effective from {moment}" for moment in more.values())
    click.echo(json.dumps(told) if as_json else f"{found.code} version {found.version} {state}{from_when}")


@click.group()
def classify() -> None:
    """Types of texts."""


@classify.command("export")
@click.option("--policy", "code", required=True, help="Whose demands.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def export_confirmed(code: str, out: Path) -> None:
    """Write the texts, redacted as all here, whose types somebody stands for, as `classify train` reads them."""
    database = wiring.open_database(os.environ)
    count = 0
    try:
        with database.snapshot() as session, out.open("w", encoding="utf-8") as file:
            for text, label in confirmed_types(session, code):
                file.write(json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n")
                count += 1
    finally:
        database.dispose()
    click.echo(f"{count} texts")


COMMANDS: list[click.Command] = [department, staff, policy, calendar, classify]


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
