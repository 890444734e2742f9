"""Packages on disk: written beside, forced to disk, then renamed; read as a directory or as a zip file."""

import fcntl
import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from services.reporting.domain.packing import MANIFEST, BadManifest, Manifest, decode
from shared.ids import new_id

Found = dict[str, tuple[str, int]]
_MOST_MANIFEST = 64 * 1024 * 1024
_BLOCK = 1024 * 1024
_DRAFT = ".draft-"
_UNREAD = ("", -1)
"""Stands for a file that the manifest does not name, is no plain file, or breaks while it is read."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, KeyError)


class Draft:
    """A package while it is written: in a directory of its own that nobody else touches."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = root / f"{_DRAFT}{new_id()}"
        with _alone(root):
            self._path.mkdir(mode=0o700)
            self._lock = os.open(self._path, os.O_RDONLY)  # held while it is written: see sweep()
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def write(self, name: str, raw: bytes) -> tuple[str, int]:
        """Write one file; (sha256, size)."""
        descriptor = os.open(self._path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        return hashlib.sha256(raw).hexdigest(), len(raw)

    def finish(self, archive_id: str, manifest: bytes) -> bool:
        """Write the manifest and give the package its name; False when a whole one of that name stands there."""
        self.write(MANIFEST, manifest)
        _sync(self._path)
        try:
            self._path.rename(self._root / archive_id)
        except OSError:
            if not (self._root / archive_id / MANIFEST).is_file():
                raise
            return False
        _sync(self._root)
        return True

    def discard(self) -> None:
        """Remove what was not finished."""
        shutil.rmtree(self._path, ignore_errors=True)
        os.close(self._lock)


def sweep(root: Path) -> None:
    """Remove drafts whose writer has died: they hold names."""
    with _alone(root):
        for path in root.glob(f"{_DRAFT}*"):
            _remove_if_left(path)


def _remove_if_left(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """A draft that has just begun is not locked yet: meanwhile nobody sweeps."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def manifest_of(root: Path, archive_id: str) -> tuple[bytes, Manifest] | None:
    """The manifest of a package that stands under its name already, with its bytes; BadManifest."""
    path = root / archive_id
    return _manifest(path) if (path / MANIFEST).is_file() else None


def read(path: Path) -> tuple[bytes, Manifest, Found]:
    """The manifest, its bytes, and (sha256, size) of every other file of a package; BadManifest.

    Nothing is unpacked, and no file is read further than the manifest says that it goes.
    """
    raw, manifest = _manifest(path)
    sizes = {one.path: one.size for one in manifest.entries}
    return raw, manifest, _read_directory(path, sizes) if path.is_dir() else _read_zip(path, sizes)


def neighbours(path: Path) -> list[tuple[str, Manifest]]:
    """(hash, manifest) of the readable packages that lie beside one."""
    found = []
    for other in sorted(path.resolve().parent.iterdir()):
        if other == path.resolve() or other.name.startswith(".") or not (other.is_dir() or other.suffix == ".zip"):
            continue
        try:
            raw, manifest = _manifest(other)
        except BadManifest:
            continue
        found.append((hashlib.sha256(raw).hexdigest(), manifest))
    return found


def _manifest(path: Path) -> tuple[bytes, Manifest]:
    try:
        if path.is_dir():
            with (path / MANIFEST).open("rb") as file:
                raw = file.read(_MOST_MANIFEST)
        else:
            with zipfile.ZipFile(path) as archive, archive.open(_inside(archive) + MANIFEST) as member:
                raw = member.read(_MOST_MANIFEST)
    except _BROKEN as error:
        raise BadManifest(f"no readable package ({type(error).__name__})") from None
    return raw, decode(raw)


def _read_directory(path: Path, sizes: Mapping[str, int]) -> Found:
    found: Found = {}
    for one in sorted(path.rglob("*")):
        name = one.relative_to(path).as_posix()
        if name == MANIFEST or (one.is_dir() and not one.is_symlink()):
            continue
        found[name] = _UNREAD
        if name in sizes and one.is_file() and not one.is_symlink():
            found[name] = _hash_path(one, sizes[name])
    return found


def _read_zip(path: Path, sizes: Mapping[str, int]) -> Found:
    found: Found = {}
    with zipfile.ZipFile(path) as archive:
        inside = _inside(archive)
        for one in archive.infolist():
            name = one.filename.removeprefix(inside) if one.filename.startswith(inside) else f"../{one.filename}"
            if one.is_dir() or name == MANIFEST:
                continue
            twice = name in found
            found[name] = _UNREAD
            if name in sizes and not twice:
                found[name] = _hash_member(archive, one, sizes[name])
    return found


def _hash_path(path: Path, size: int) -> tuple[str, int]:
    try:
        with path.open("rb") as file:
            return _hash(file, size)
    except OSError:
        return _UNREAD


def _hash_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, size: int) -> tuple[str, int]:
    try:
        with archive.open(member) as file:
            return _hash(file, size)
    except _BROKEN:
        return _UNREAD


def _inside(archive: zipfile.ZipFile) -> str:
    """The one directory in which a zip of a directory has everything, with its slash; or nothing."""
    for name in archive.namelist():
        if name == MANIFEST or name.endswith(f"/{MANIFEST}"):
            return name.removesuffix(MANIFEST)
    return ""


def _hash(file: IO[bytes], most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while size <= most and (block := file.read(min(_BLOCK, most + 1 - size))):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
