"""Rules of the code that imports cannot show. Each was seen to fail when broken."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, SERVICES, calls, modules

ROOMS = {"__init__.py", "__main__.py", "wiring.py", "cli.py", "config.py", "tables.py", "migrations", "store", "domain"}
WALL_CLOCKS = re.compile(
    r"(^|\.)(datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time|time\.monotonic)$"
)


def test_services_never_commit() -> None:
    found = [
        f"{name}:{call.lineno}"
        for name, tree in modules("services")
        for function, call in calls(tree)
        if function.endswith((".commit", ".rollback"))
    ]
    assert found == []


def test_only_the_clock_reads_the_clock() -> None:
    found = [
        f"{name}:{call.lineno}"
        for name, tree in modules("services", "shared")
        for function, call in calls(tree)
        if WALL_CLOCKS.search(function) and name != "shared/clock.py"
    ]
    assert found == []


def test_nobody_sleeps() -> None:
    found = [
        f"{name}:{call.lineno}"
        for name, tree in modules("services", "shared", "tests")
        for function, call in calls(tree)
        if function in ("time.sleep", "sleep")
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    there = {path.name for path in (ROOT / "services" / service).iterdir()}
    assert there >= ROOMS


def test_packages_re_export_nothing() -> None:
    found = [
        name
        for name, tree in modules("services", "shared")
        if name.endswith("__init__.py") and "/handlers/" not in name and any(not _is_text(node) for node in tree.body)
    ]
    assert found == []


def test_no_policy_is_named_in_code() -> None:
    """`if policy == "A"` would make a policy code."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules("services", "shared")
        if not name.startswith("shared/operations/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant) and side.value in ("A", "B", "C", "D")
    ]
    assert found == []


def test_modules_and_functions_stay_readable() -> None:
    long = []
    for name, tree in modules("services", "shared", "tests"):
        lines = len((ROOT / name).read_text("utf-8").splitlines())
        if lines > (500 if name.startswith("tests/") else 300):
            long.append(f"{name}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                body = (node.end_lineno or node.lineno) - node.lineno + 1
                if body > 60:
                    long.append(f"{name}:{node.lineno} {node.name}: {body} lines")
    assert long == []


def test_every_log_event_is_told_to_operators() -> None:
    told = (ROOT / "docs" / "operators.md").read_text("utf-8")
    events = {
        call.args[0].value
        for _, tree in modules("services", "shared")
        for function, call in calls(tree)
        if function.startswith("log.") and call.args and isinstance(call.args[0], ast.Constant)
    }
    assert [event for event in sorted(events, key=str) if f"`{event}`" not in told] == []


def test_log_lines_use_known_keys() -> None:
    from shared.logging import ALLOWED_KEYS

    unknown = [
        f"{name}:{call.lineno} {keyword.arg}"
        for name, tree in modules("services", "shared")
        for function, call in calls(tree)
        if function.startswith("log.") and call.args
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in ALLOWED_KEYS
    ]
    assert unknown == []


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
