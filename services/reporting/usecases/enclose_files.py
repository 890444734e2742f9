"""The files of one demand for a package: opened in intake one after the other, and written before the next."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from services.reporting.domain.attachments import file_of
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.packing import ENCLOSED, Entry, Handled
from services.reporting.gateways.vault import Gone

Open = Callable[[str, str], bytes]
"""(demand id, attachment id) -> bytes; Gone."""
Write = Callable[[str, bytes], tuple[str, int]]
"""(name, bytes) -> (sha256, size)."""
_REFERENCE = "reference"


def enclose_files(
    dossier: Dossier, stem: str, *, open_file: Open, write: Write, only: Collection[str] | None = None
) -> tuple[Dossier, list[Entry], list[Handled]]:
    """The dossier whose attachments say what became of each {file, state}, what was written, and the same by ids.

    state: enclosed, reference (no file), or as gateways.vault.Gone says; unreadable as well for other bytes than told.
    only: ids of the attachments that are wanted, None: all; a file's place in the demand names it either way.
    """
    rows, entries, handled = [], [], []
    number = dossier.demand["number"]
    for position, one in enumerate(dossier.attachments, 1):
        if only is not None and one["attachment_id"] not in only:
            continue
        name, state = file_of(one, stem, position), _REFERENCE
        if one["sha256"] is not None:
            content, state = _opened(open_file, one)
            if content is not None:
                digest, size = write(name, content)
                entries.append(Entry(name, digest, size, number, one["demand_id"]))
        file = name if state == ENCLOSED else None
        rows.append({**one, "file": file, "state": state})
        handled.append(Handled(one["demand_id"], number, one["attachment_id"], state, file))
    return replace(dossier, attachments=rows), entries, handled


def _opened(open_file: Open, row: Mapping[str, Any]) -> tuple[bytes | None, str]:
    try:
        content = open_file(row["demand_id"], row["attachment_id"])
    except Gone as gone:
        return None, gone.state
    as_told = hashlib.sha256(content).hexdigest() == row["sha256"]
    return (content, ENCLOSED) if as_told else (None, "unreadable")
