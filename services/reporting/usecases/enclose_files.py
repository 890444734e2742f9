"""The files of one demand for a package: opened in intake one after the other, and written before the next."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.reporting.domain.attachments import file_of
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.packing import Entry
from services.reporting.gateways.vault import Gone

Open = Callable[[str, str], bytes]
"""(demand id, attachment id) -> bytes; Gone."""
Write = Callable[[str, bytes], tuple[str, int]]
"""(name, bytes) -> (sha256, size)."""
ENCLOSED, REFERENCE = "enclosed", "reference"


def enclose_files(dossier: Dossier, stem: str, *, open_file: Open, write: Write) -> tuple[Dossier, list[Entry]]:
    """The dossier whose attachments say what became of each {file, state}, and what was written.

    state: enclosed, reference (no file), erased (its customer was), unreadable (intake has it no more, or not as told).
    """
    rows, entries = [], []
    for position, one in enumerate(dossier.attachments, 1):
        name, state = file_of(one, stem, position), REFERENCE
        if one["sha256"] is not None:
            content, state = _opened(open_file, one)
            if content is not None:
                digest, size = write(name, content)
                entries.append(Entry(name, digest, size, dossier.demand["number"], one["demand_id"]))
        rows.append({**one, "file": name if state == ENCLOSED else None, "state": state})
    return replace(dossier, attachments=rows), entries


def _opened(open_file: Open, row: Mapping[str, Any]) -> tuple[bytes | None, str]:
    try:
        content = open_file(row["demand_id"], row["attachment_id"])
    except Gone as gone:
        return None, gone.state
    as_told = hashlib.sha256(content).hexdigest() == row["sha256"]
    return (content, ENCLOSED) if as_told else (None, "unreadable")
