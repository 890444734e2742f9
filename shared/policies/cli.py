"""Verbs of policies: whether a file is one, what it says, what differs from another; no installation is needed."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table as Drawn

from shared.calendars.loader import installed as calendars
from shared.clock import business_now, format_time
from shared.policies import compare, describe
from shared.policies.loader import BadPolicy, installed, load
from shared.policies.model import Policy

_WIDTH = 160
_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}


class BadInput(click.ClickException):
    """What was typed cannot be used: one line and exit code 2."""

    exit_code = 2


@click.group()
def policy() -> None:
    """Policies: the rules that demands are run by."""


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print {valid, code, version, sha256, faults, notes}.")
def validate(file: Path, as_json: bool) -> None:
    """Check that a file is a policy: exit code 0, or 1 and every fault on a line of its own."""
    told: dict[str, Any] = {"valid": False, "code": None, "version": None, "sha256": None, "faults": [], "notes": []}
    try:
        found = load(file.read_bytes())
        told |= {"valid": True, "code": found.code, "version": found.version, "sha256": found.sha256}
        told["notes"] = _notes(found)
    except BadPolicy as error:
        told["faults"] = list(error.faults)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        lines = told["faults"] or [f"policy {told['code']} version {told['version']} sha256 {told['sha256']}"]
        click.echo("\n".join([*lines, *(f"note: {one}" for one in told["notes"])]))
    raise SystemExit(0 if told["valid"] else 1)


@policy.command()
@click.argument("name", metavar="CODE|FILE")
@click.option("--version", help="This version instead of the one that counts now.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole policy.")
def show(name: str, version: str | None, as_json: bool) -> None:
    """Show a policy: types and departments, clocks by level, states and what leads from one to the next."""
    found = _find(f"{name}/{version}" if version else name)
    if as_json:
        click.echo(json.dumps(compare.as_document(found) | {"sha256": found.sha256}, ensure_ascii=False))
    else:
        _draw(found)


@policy.command()
@click.argument("name", metavar="CODE|FILE", required=False)
@click.option("--version", help="This version instead of the one that counts now.")
@click.option("--all", "every", is_flag=True, help="The page of all released policies, docs/state-machines.md.")
def draw(name: str | None, version: str | None, every: bool) -> None:
    """Draw a policy's state machine as a Mermaid diagram, in Chinese: what may be done, and where it leads."""
    if every == (name is not None):
        raise BadInput("name a policy, or --all")
    if name is None:
        click.echo(describe.machines(installed().all()), nl=False)
    else:
        click.echo(describe.mermaid(_find(f"{name}/{version}" if version else name)))


@policy.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="Print {old, new, differences: [{path, change, old, new}]}.")
def diff(old: str, new: str, as_json: bool) -> None:
    """Tell what differs between two policies, path by path; each is CODE, CODE/VERSION or a file."""
    before, after = _find(old), _find(new)
    found = compare.differences(before, after)
    if as_json:
        rows = [vars(one) for one in found]
        names = {side: f"{one.code}/{one.version}" for side, one in (("old", before), ("new", after))}
        click.echo(json.dumps({**names, "differences": rows}, ensure_ascii=False))
        return
    for one in found:
        click.echo(_line(one))


COMMANDS: list[click.Command] = [policy]


def _find(name: str) -> Policy:
    """A released policy by CODE (the version that counts now) or CODE/VERSION, else the policy in a file."""
    code, slash, version = name.partition("/")
    try:
        return installed().pinned(code, version) if slash else installed().effective(code, business_now())
    except LookupError:
        pass
    path = Path(name)
    if not path.is_file():
        known = ", ".join(f"{one.code}/{one.version}" for one in installed().all())
        raise BadInput(f"{name!r} is neither a released policy ({known}) nor a file")
    try:
        return load(path.read_bytes())
    except BadPolicy as error:
        raise BadInput(f"{name} is no policy: {error}") from None


def _notes(found: Policy) -> list[str]:
    """What is worth a second look: it may be right where more is installed than this software brings."""
    if found.calendar in {one.code for one in calendars().all()}:
        return []
    return [f"calendar {found.calendar!r} is not released with this software; it must be published before"]


def _draw(found: Policy) -> None:
    click.echo(f"{found.code}/{found.version}  {found.title.zh} / {found.title.en}")
    click.echo(f"from {format_time(found.effective_from)}, calendar {found.calendar}, sha256 {found.sha256}")
    console = Console(width=_WIDTH, highlight=False)
    for table in describe.tables(found):
        drawn = Drawn(title=table.title, title_justify="left", box=None, pad_edge=False)
        for column in table.columns:
            drawn.add_column(column, overflow="fold")
        for row in table.rows:
            drawn.add_row(*row)
        console.print()
        console.print(drawn)


def _line(one: compare.Difference) -> str:
    values = [json.dumps(value, ensure_ascii=False) for value in (one.old, one.new)]
    shown = {"added": values[1], "removed": values[0]}.get(one.change, " -> ".join(values))
    moved = "moved: " if one.change == "moved" else ""
    return f"{_SIGNS[one.change]} {one.path}: {moved}{shown}"
