"""Whether a package is as it was sealed, by its own manifest alone or against what the database knows of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from services.reporting.domain.packing import BadManifest, chain_faults, faults
from services.reporting.gateways import disk


@dataclass(frozen=True)
class Checked:
    """faults: one line each, none when it is whole; archive_id None: there is no readable manifest."""

    archive_id: str | None
    manifest_sha256: str | None
    files: int
    faults: tuple[str, ...]


def check_archive(path: Path, *, sealed_sha256: str | None = None) -> Checked:
    """A directory or zip file, every checksum, and the chain to packages that lie beside it; needs no database.

    sealed_sha256: the manifest's hash as it was when the package was sealed, where that is known.
    """
    try:
        raw, manifest, found = disk.read(path)
    except BadManifest as error:
        return Checked(None, None, 0, (f"manifest: {error}",))
    digest = hashlib.sha256(raw).hexdigest()
    lines = faults(manifest, found) + chain_faults(manifest, digest, disk.neighbours(path))
    if sealed_sha256 not in (None, digest):
        lines.insert(0, "manifest: not the one that was sealed")
    return Checked(manifest.archive_id, digest, len(manifest.entries), tuple(lines))
