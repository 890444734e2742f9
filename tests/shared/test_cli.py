"""The command `demandflow` gathers its verbs from many modules."""

import sys
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

import shared.cli


def _module(group: str, verb: str) -> ModuleType:
    module = ModuleType(f"verbs_{group}_{verb}")

    @click.command(verb)
    def command() -> None:
        click.echo(f"{verb} was called")

    module.COMMANDS = [click.Group(group, commands={verb: command}, help="Things.")]  # type: ignore[attr-defined]
    return module


@pytest.fixture
def gather(monkeypatch: pytest.MonkeyPatch) -> object:
    def install(*modules: ModuleType) -> None:
        for one in modules:
            monkeypatch.setitem(sys.modules, one.__name__, one)
        monkeypatch.setattr(shared.cli, "_MODULES", tuple(one.__name__ for one in modules))

    return install


def test_two_modules_give_verbs_to_one_group(gather: object) -> None:
    gather(_module("things", "make"), _module("things", "mend"), _module("others", "make"))  # type: ignore[operator]
    for verb in ("make", "mend"):
        assert CliRunner().invoke(shared.cli.main, ["things", verb]).output == f"{verb} was called\n"
    assert CliRunner().invoke(shared.cli.main, ["others", "mend"]).exit_code == 2
    told = CliRunner().invoke(shared.cli.main, ["things", "--help"]).output
    assert "Things." in told and "make" in told and "mend" in told


def test_one_verb_is_not_said_twice(gather: object) -> None:
    gather(_module("things", "make"), _module("things", "make"))  # type: ignore[operator]
    with pytest.raises(AssertionError, match="said twice"):
        CliRunner().invoke(shared.cli.main, ["things", "make"], catch_exceptions=False)


def test_every_verb_explains_itself() -> None:
    told = CliRunner().invoke(shared.cli.main, ["--help"])
    assert told.exit_code == 0
    for verb in ("up", "policy", "calendar", "department"):
        assert f"\n  {verb} " in told.output
