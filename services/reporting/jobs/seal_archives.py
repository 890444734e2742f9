"""Every few seconds: packages whose moment has come are asked for, and those asked for are made, one after the other.

A package is written in a directory of its own, forced to disk and renamed before the database knows of it. A crash in
between leaves a whole package that the next run takes as it stands; two workers at once make one, the slower discards
its own. The rows decide, so that every demand lies in one package.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from services.reporting.domain import filing
from services.reporting.domain.dossier import Dossier, Names
from services.reporting.domain.packing import OWED, Entry, Handled, Manifest, Supplement
from services.reporting.domain.records import ArchiveRow
from services.reporting.gateways import disk
from services.reporting.gateways.ask import Unreachable
from services.reporting.gateways.staff_names import StaffNames
from services.reporting.gateways.vault import Vault
from services.reporting.store import archives, dossiers
from services.reporting.usecases import keep_archives
from services.reporting.usecases.count_handling import Books
from services.reporting.usecases.enclose_files import enclose_files
from services.reporting.usecases.file_demand import FullName, NamedDemand, file_demand, file_supplement, name_demand
from services.reporting.usecases.open_names import full_names
from shared.clock import business_now, format_time
from shared.crashpoint import crashpoint
from shared.db import Database
from shared.logging import get_logger

log = get_logger()
_AT_ONCE = 100
_FILES = "attachments"


@dataclass(frozen=True)
class Registry:
    """What archiving needs; root: the directory in which packages stand."""

    database: Database
    books: Books
    vault: Vault
    staff: StaffNames
    root: Path


def seal_archives(registry: Registry) -> int:
    """Ask for what is due and make what is asked for; returns how many were sealed."""
    now = business_now()
    with registry.database.read() as session:
        due = keep_archives.due_now(session, registry.books, now)
        waiting = archives.requested(session)
    for policy, period in due:
        with registry.database.write() as session:
            keep_archives.request_archive(
                session, policy, period, by=keep_archives.SCHEDULE, books=registry.books, now=now
            )
    if due:
        with registry.database.read() as session:
            waiting = archives.requested(session)
    return sum(seal(registry, row) for row in waiting)


def seal(registry: Registry, archive: ArchiveRow) -> bool:
    """Make one package; False when intake or triage could not be asked for names, or another worker was faster."""
    try:
        raw, manifest = disk.manifest_of(registry.root, archive.id) or _write(registry, archive)
    except Unreachable as error:
        reason = f"{error.service}_unreachable"
        log.warning("archive_postponed", archive_id=archive.id, policy=archive.policy, reason=reason)
        return False
    crashpoint("reporting.package_written")
    digest = hashlib.sha256(raw).hexdigest()
    with registry.database.write() as session:
        mine = keep_archives.note_sealed(session, archive, manifest, digest)
    if mine:
        log.info("archive_sealed", archive_id=archive.id, policy=archive.policy, count=len(manifest.numbers))
    return mine


def _write(registry: Registry, archive: ArchiveRow) -> tuple[bytes, Manifest]:
    with registry.database.read() as session:
        demand_ids = archives.to_file(session, archive)
        later = archives.to_add(session, archive.policy, _archive_files(registry.books, archive.policy))
        previous = archives.manifest_before(session, archive)
        names = dossiers.known_names(session)
    disk.sweep(registry.root)
    draft = disk.Draft(registry.root)
    try:
        package = _Package(registry, archive, draft, names, _names_of(registry.vault))
        _write_demands(package, demand_ids)
        _write_supplements(package, later)
        manifest = _manifest(package, previous)
        crashpoint("reporting.package_half")
        raw = manifest.encode()
        if draft.finish(archive.id, raw):
            return raw, manifest
        standing = disk.manifest_of(registry.root, archive.id)
        assert standing is not None
        return standing
    finally:
        draft.discard()


@dataclass
class _Package:
    """What is written of a package so far. taken: keys of the names in it."""

    registry: Registry
    archive: ArchiveRow
    draft: disk.Draft
    names: Names
    full_name: FullName
    taken: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    attachments: list[Handled] = field(default_factory=list)
    supplements: list[Supplement] = field(default_factory=list)

    def write(self, dossier: Dossier, name: str, content: bytes) -> None:
        """A file that tells of a demand."""
        digest, size = self.draft.write(name, content)
        self.entries.append(Entry(name, digest, size, dossier.demand["number"], dossier.demand["demand_id"]))


def _write_demands(package: _Package, demand_ids: list[str]) -> None:
    registry, staff_name = package.registry, cache(package.registry.staff.open)
    for dossier in _read(registry, demand_ids):
        policy = registry.books.policies.pinned(dossier.demand["policy"], dossier.demand["policy_version"])
        named = name_demand(dossier, policy, full_name=package.full_name, taken=package.taken)
        enclosed: list[Entry] = []
        if _FILES in policy.archive.contents:
            named, enclosed = _enclosed(package, named)
        with_staff = replace(package.names, full=full_names(named.dossier, policy, staff_name))
        for name, content in file_demand(named, policy, with_staff):
            package.write(dossier, name, content)
        package.entries += enclosed


def _write_supplements(package: _Package, later: Mapping[Supplement, set[str]]) -> None:
    """What came after its demand's package, or was owed by it; one that is owed still is named in the manifest."""
    registry, added = package.registry, {one.demand_id: one for one in later}
    for dossier in _read(registry, list(added)):
        one = added[dossier.demand["demand_id"]]
        policy = registry.books.policies.pinned(dossier.demand["policy"], dossier.demand["policy_version"])
        named = name_demand(dossier, policy, full_name=package.full_name, taken=package.taken)
        named, enclosed = _enclosed(package, named, only=later[one])
        if all(row["state"] in OWED for row in named.dossier.attachments):
            continue
        package.write(dossier, *file_supplement(named, package.names, one))
        package.entries += enclosed
        package.supplements.append(one)


def _archive_files(books: Books, code: str) -> set[str]:
    """The versions of a policy that archive attachments."""
    return {one.version for one in books.policies.all() if one.code == code and _FILES in one.archive.contents}


def _names_of(vault: Vault) -> FullName:
    """Each customer is opened once for a package."""
    known: dict[str, str | None] = {}

    def full_name(number: str) -> str | None:
        if number not in known:
            person = vault.open(number, purpose="archive")
            known[number] = None if person is None else person.name
        return known[number]

    return full_name


def _enclosed(
    package: _Package, named: NamedDemand, only: Collection[str] | None = None
) -> tuple[NamedDemand, list[Entry]]:
    """With its files; one that cannot be had is named in record and manifest as such."""
    open_file = package.registry.vault.file
    dossier, entries, handled = enclose_files(
        named.dossier, named.stem, open_file=open_file, write=package.draft.write, only=only
    )
    package.attachments += handled
    for one in handled:
        if one.state in ("erased", *OWED):
            log.warning(
                "archive_file_left_out", archive_id=package.archive.id, number=one.number,
                attachment_id=one.attachment_id, reason=one.state,
            )  # fmt: skip
    return replace(named, dossier=dossier), entries


def _read(registry: Registry, demand_ids: list[str]) -> Iterator[Dossier]:
    for start in range(0, len(demand_ids), _AT_ONCE):
        with registry.database.read() as session:
            found = dossiers.of(session, demand_ids[start : start + _AT_ONCE])
        yield from found


def _manifest(package: _Package, previous: str | None) -> Manifest:
    registry, archive, now = package.registry, package.archive, business_now()
    policy = keep_archives.policy_in_force(registry.books, archive.policy, now)
    kept = filing.keep_until(policy.retention.years, now, registry.books.calendars.effective(policy.calendar))
    return Manifest(
        archive_id=archive.id,
        policy=policy.code,
        policy_version=policy.version,
        period=archive.period,
        seq=archive.seq,
        cutoff=format_time(archive.cutoff),
        created_at=format_time(now),
        keep_until=None if kept is None else str(kept),
        previous=previous,
        entries=tuple(package.entries),
        attachments=tuple(package.attachments),
        supplements=tuple(package.supplements),
    )
