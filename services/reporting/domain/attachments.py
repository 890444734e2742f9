"""A demand's files and references: in words on a form, and under their names in a package. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})\Z")


def in_words(rows: Sequence[Row]) -> str:
    """A line each: what it is labelled or called, and where it lies when it is no file."""
    return "\n".join(f"{_called(one)}：{one['reference']}" if one["reference"] else _called(one) for one in rows)


def file_of(row: Row, stem: str, position: int) -> str:
    """The name of a file in a package: the demand's, with the file's place and extension.

    Its own name may hold anything and stays in the record, redacted.
    """
    found = _EXTENSION.search(row["name"])
    return f"{stem}-附件{position}{'.' + found[1].lower() if found else ''}"


def _called(row: Row) -> str:
    label, name = row["label"], row["name"]
    return f"{label}（{name}）" if label and label != name else str(name)
