"""The manifest of a package and what can be wrong with the package by it. Pure.

A package is a directory, or that directory as a zip file, of files and one manifest.json. The manifest names every
file with its SHA-256 and its size, and the manifest of the policy's package before it by its hash: so the packages
of a policy form a chain in which none can be changed, left out or put in later without being noticed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "demandflow-archive/1"
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

    @property
    def numbers(self) -> dict[str, str]:
        """Demand id -> number of the demands in it."""
        return {one.demand_id: one.number for one in self.entries}

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
        }
        return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def decode(raw: bytes) -> Manifest:
    """A manifest from its bytes; BadManifest."""
    try:
        body = json.loads(raw)
        if body["format"] != FORMAT:
            raise BadManifest("another format")
        entries = tuple(
            Entry(*(one[name] for name in ("path", "sha256", "size", "number", "demand_id"))) for one in body["files"]
        )
        manifest = Manifest(
            **{name: body[name] for name in ("archive_id", "period", "seq", "cutoff", "created_at", "keep_until")},
            policy=body["policy"]["code"],
            policy_version=body["policy"]["version"],
            previous=body["previous"],
            entries=entries,
        )
    except BadManifest:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadManifest(f"unreadable ({type(error).__name__})") from None
    if not all(_is_sound(one) for one in entries) or len({one.path for one in entries}) != len(entries):
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
