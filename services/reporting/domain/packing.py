"""The manifest of a package and what can be wrong with the package by it. Pure.

A package is a directory, or that directory as a zip file, of files and one manifest.json. The manifest names every
file with its SHA-256 and its size, and the manifest of the policy's package before it by its hash: so the packages
of a policy form a chain in which none can be changed, left out or put in later without being noticed. It says too what
became of every attachment, and for which demands of earlier packages it holds more of them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

FORMAT = "demandflow-archive/2"
_READ = frozenset({FORMAT, "demandflow-archive/1"})
"""The first named neither attachments nor supplements."""
MANIFEST = "manifest.json"
_HASH = re.compile(r"[0-9a-f]{64}")


class BadManifest(ValueError):
    """It cannot be read as a manifest of ours; the message says why and holds no values."""


@dataclass(frozen=True)
class Entry:
    """A file of a package; number and demand_id: of the demand it tells of."""

    path: str
    sha256: str
    size: int
    number: str
    demand_id: str


ENCLOSED = "enclosed"
OWED = ("unreadable", "failed")
"""States of an attachment that the next package tries again."""


@dataclass(frozen=True)
class Handled:
    """What became of an attachment. state: ENCLOSED, reference, erased, or one of OWED; path: None without a file."""

    demand_id: str
    number: str
    attachment_id: str
    state: str
    path: str | None


@dataclass(frozen=True)
class Supplement:
    """A demand that lies in an earlier package, by its archive_id and period, and of which this one holds more."""

    demand_id: str
    number: str
    archive_id: str
    period: str


Part = TypeVar("Part", Entry, Handled, Supplement)


@dataclass(frozen=True)
class Manifest:
    """What a package says of itself. previous: hash of the manifest before it, None for a policy's first package.

    Moments are RFC 3339, keep_until a date or None.
    """

    archive_id: str
    policy: str
    policy_version: str
    period: str
    seq: int
    cutoff: str
    created_at: str
    keep_until: str | None
    previous: str | None
    entries: tuple[Entry, ...]
    attachments: tuple[Handled, ...] = ()
    supplements: tuple[Supplement, ...] = ()

    @property
    def numbers(self) -> dict[str, str]:
        """Demand id -> number of the demands that are filed in it; those that it supplements were filed before."""
        before = {one.demand_id for one in self.supplements}
        return {one.demand_id: one.number for one in self.entries if one.demand_id not in before}

    def encode(self) -> bytes:
        """The bytes that are stored and hashed."""
        body = {
            "format": FORMAT,
            "archive_id": self.archive_id,
            "policy": {"code": self.policy, "version": self.policy_version},
            "period": self.period,
            "seq": self.seq,
            "cutoff": self.cutoff,
            "created_at": self.created_at,
            "keep_until": self.keep_until,
            "previous": self.previous,
            "count": len(self.numbers),
            "files": [vars(one) for one in self.entries],
            "attachments": [vars(one) for one in self.attachments],
            "supplements": [vars(one) for one in self.supplements],
        }
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def decode(raw: bytes) -> Manifest:
    """A manifest from its bytes; BadManifest."""
    try:
        body = json.loads(raw)
        if body["format"] not in _READ:
            raise BadManifest("another format")
        entries = _read(Entry, body["files"])
        manifest = Manifest(
            **{name: body[name] for name in ("archive_id", "period", "seq", "cutoff", "created_at", "keep_until")},
            policy=body["policy"]["code"],
            policy_version=body["policy"]["version"],
            previous=body["previous"],
            entries=entries,
            attachments=_read(Handled, body.get("attachments", [])),
            supplements=_read(Supplement, body.get("supplements", [])),
        )
    except BadManifest:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadManifest(f"unreadable ({type(error).__name__})") from None
    paths = {one.path for one in entries}
    enclosed = {one.path for one in manifest.attachments if one.state == ENCLOSED}
    if not all(_is_sound(one) for one in entries) or len(paths) != len(entries) or not enclosed <= paths:
        raise BadManifest("names files that no package of ours holds")
    if body["count"] != len(manifest.numbers):
        raise BadManifest("counts other demands than it names")
    return manifest


def faults(manifest: Manifest, found: Mapping[str, tuple[str, int]]) -> list[str]:
    """What differs, one line each, naming files by position and number: a file's own name may hold a customer's.

    found: name -> (sha256, size) of every file that lies in the package beside its manifest.
    """
    lines = []
    for position, one in enumerate(manifest.entries, 1):
        if one.path not in found:
            lines.append(f"file {position} ({one.number}): missing")
        elif found[one.path] != (one.sha256, one.size):
            lines.append(f"file {position} ({one.number}): changed")
    extra = len(set(found) - {one.path for one in manifest.entries})
    if extra:
        lines.append(f"{extra} file(s) that the manifest does not name")
    return lines


def chain_faults(manifest: Manifest, digest: str, others: Sequence[tuple[str, Manifest]]) -> list[str]:
    """Whether the packages before and after it fit. digest: its own hash; others: (hash, manifest) of those beside it.

    Nothing is wrong when they do not lie there.
    """
    same = [(other, one) for other, one in others if one.policy == manifest.policy]
    before = [other for other, one in same if one.seq == manifest.seq - 1]
    after = [one.previous for _, one in same if one.seq == manifest.seq + 1]
    lines = []
    if before and manifest.previous not in before:
        lines.append("the chain is broken: the package before it is not the one that it names")
    if after and digest not in after:
        lines.append("the chain is broken: the package after it names another one in its place")
    return lines


def _read(kind: type[Part], rows: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    return tuple(kind(**{name: one[name] for name in kind.__dataclass_fields__}) for one in rows)


def _is_sound(one: Any) -> bool:
    texts = all(isinstance(value, str) for value in (one.path, one.sha256, one.number, one.demand_id))
    return (
        texts
        and isinstance(one.size, int)
        and one.size >= 0
        and _HASH.fullmatch(one.sha256) is not None
        and one.path not in ("", ".", "..", MANIFEST)
        and not any(char in one.path for char in "/\\\x00")
    )
