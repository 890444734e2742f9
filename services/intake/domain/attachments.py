"""A file that belongs to a demand, or the place where it lies: what it may be called and hold. Pure."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.file_kinds import fits, kind_of
from shared.refused import Refused, wrong

MOST_BYTES = 25 * 1024 * 1024
MOST_AT_ONCE, MOST_OF_DEMAND, MOST_NAME, MOST_LABEL, MOST_REFERENCE = 10, 50, 200, 80, 300
_JOINERS = frozenset("\u200c\u200d")
_TAGS = range(0xE0020, 0xE0080)  # flags of regions are written with them

Read = Callable[[], bytes]


@dataclass(frozen=True)
class Attachment:
    """What came. read: its bytes, anew each time, so that one file at a time is held; None for a reference.

    size in bytes and sha256 of the plain bytes are None for a reference; media_type is ours for a file.
    """

    name: str
    label: str | None = None
    reference: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    read: Read | None = None

    def given(self) -> dict[str, str | None]:
        """What may name somebody, as it was given: this is sealed."""
        return {"name": self.name, "label": self.label, "reference": self.reference}


@dataclass(frozen=True)
class AttachmentRow:
    """An attachment as it is stored and told; name, label and reference redacted.

    customer_id: whose key seals it.
    """

    id: str
    demand_id: str
    customer_id: str
    name: str
    label: str | None
    reference: str | None
    media_type: str | None
    size: int | None
    sha256: str | None
    at: datetime
    by: str


def file(name: str, read: Read, *, size: int, label: str | None = None, place: str = "/file") -> Attachment:
    """A file that may be taken. size: in bytes, as far as it can be known without reading; place: a JSON pointer.

    Refused 413 attachment-large; 422 attachment-empty, attachment-type (a kind that is not taken, or content that
    differs from its name), attachment-name.
    """
    named = _name(name, place)
    kind = kind_of(named)
    if kind is None:
        raise _refused("attachment-type", "Files of this kind are not taken", place)
    if size > MOST_BYTES:
        raise _refused("attachment-large", "A file has at most 25 MB", place, 413)
    content = read()
    if not content:
        raise _refused("attachment-empty", "The file is empty", place)
    if len(content) > MOST_BYTES:
        raise _refused("attachment-large", "A file has at most 25 MB", place, 413)
    if not fits(kind, content):
        raise _refused("attachment-type", "The content is not what the name says", place)
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(named, label, None, kind.media_type, len(content), digest, read)


def reference(
    name: str, where: str, *, label: str | None = None, media_type: str | None = None, place: str = "/reference"
) -> Attachment:
    """The place where something lies that belongs to a demand: a path, a contract's number. Refused as file()."""
    return Attachment(_name(name, place), label, where, media_type)


def check_count(count: int, place: str = "/attachments") -> None:
    """Refused 422 for more than ten at once, before any of them is read."""
    if count > MOST_AT_ONCE:
        raise _refused("attachments-many", f"At most {MOST_AT_ONCE} at once", place)


def redacted_name(name: str, redact: Callable[[str], str]) -> str:
    """The extension of a kind that is taken names nobody, and tells later what the file is."""
    if kind_of(name) is None:
        return redact(name)
    stem, dot, extension = name.rpartition(".")
    return f"{redact(stem)}{dot}{extension}"


def key(one: Attachment) -> Any:
    """What two that came at once share when they are one: the same bytes, or the very same reference."""
    return one.sha256 or (one.name, one.label, one.reference)


def distinct(found: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Without what came twice; the first counts."""
    first: dict[Any, Attachment] = {}
    for one in found:
        first.setdefault(key(one), one)
    return tuple(first.values())


def same(one: Attachment | AttachmentRow, other: AttachmentRow) -> bool:
    """Whether it is there already. one: redacted."""
    if one.sha256 is not None or other.sha256 is not None:
        return one.sha256 == other.sha256
    return (one.name, one.label, one.reference) == (other.name, other.label, other.reference)


def content_of(found: Iterable[Attachment]) -> list[list[Any]]:
    """What makes one request differ from another: for hashes of what is asked for."""
    return [[one.name, one.label, one.reference, one.sha256] for one in found]


def _name(name: str, place: str) -> str:
    """The last part of a path, to the letter: normal forms would change characters of GB18030."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not last or last in (".", "..") or any(_hides(char) for char in last):
        raise _refused("attachment-name", "A name without control characters is needed", place)
    if len(last) > MOST_NAME:
        raise _refused("attachment-name", f"A name has at most {MOST_NAME} characters", place)
    return last


def _hides(char: str) -> bool:
    """A control character, or one that makes a name look like another; joiners and flags make pictures."""
    if char in _JOINERS or ord(char) in _TAGS:
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _refused(code: str, rule: str, place: str, status: int = 422) -> Refused:
    return Refused(code, rule, status, wrong(place, code, rule).errors)
