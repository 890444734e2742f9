"""The code as text and as syntax trees, for tests that look at it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "triage", "notifier", "reporting")


@cache
def modules(*tops: str) -> tuple[tuple[str, ast.Module], ...]:
    """(path from the root, syntax tree) of every module under these directories, migrations left out."""
    found = []
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name:
                found.append((name, ast.parse(path.read_text("utf-8"))))
    return tuple(found)


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """("dotted.name", call) of every call whose function is a plain or dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
