"""Files that came with a form: large ones lie in temporary files, so they are read one at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. name: as the sender calls it; size in bytes; read: its bytes, anew each time."""

    name: str
    size: int
    read: Callable[[], bytes]


def uploads(field: str) -> list[Upload]:
    """The files of one field of the form; one that was left empty has none."""
    return [_upload(one) for one in request.files.getlist(field) if one.filename]


def _upload(one: FileStorage) -> Upload:
    def read() -> bytes:
        one.stream.seek(0)
        return one.stream.read()

    return Upload(one.filename or "", one.stream.seek(0, 2), read)
