"""The command `demandflow`: the verbs of every service, of calendars, policies and operations, found at run time."""

import copy
import importlib
import os
from pathlib import Path

import click

from shared.operations.home import ROOT, Home

_MODULES = (
    *(f"services.{service}.cli" for service in ("intake", "triage", "notifier", "reporting")),
    "shared.calendars.cli",
    "shared.policies.cli",
    "shared.operations.cli",
)


class _Verbs(click.Group):
    """Loads the verbs when they are asked for, so that --home can be set before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, sorted."""
        return sorted(self._found())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """One verb."""
        return self._found().get(name)

    def _found(self) -> dict[str, click.Command]:
        found: dict[str, click.Command] = {}
        for module in _MODULES:
            for command in importlib.import_module(module).COMMANDS:
                assert command.name
                there = found.get(command.name)
                found[command.name] = command if there is None else _joined(there, command)
        return found


def _joined(one: click.Command, other: click.Command) -> click.Group:
    """Two modules may give verbs to one group: those of both, each of which one of them has."""
    assert isinstance(one, click.Group) and isinstance(other, click.Group), f"{one.name} is said twice"
    assert not one.commands.keys() & other.commands.keys(), f"{one.name}: a verb is said twice"
    own, more = (other, one) if other.invoke_without_command else (one, other)  # what a group does by itself stays
    joined = copy.copy(own)
    joined.commands = {**own.commands, **more.commands}
    joined.help = own.help or more.help
    return joined


@click.group(cls=_Verbs)
@click.option("--home", envvar="DEMANDFLOW_HOME", default=str(ROOT / "var" / "up"), help="The installation's home.")
@click.pass_context
def main(ctx: click.Context, home: str) -> None:
    """Demandflow: takes every customer demand and brings it to a signed-off end."""
    ctx.obj = Home(Path(home))
    if ctx.obj.exists:
        for service in ("intake", "triage", "notifier", "reporting"):
            for name, value in ctx.obj.environment(service).items():
                os.environ.setdefault(name, value)


if __name__ == "__main__":
    main()
