"""Files of form tools: CSV in UTF-8 or GB18030, or .xlsx, as rows of texts."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shared.refused import Refused

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 5_000, 200, 16 * 1024 * 1024
_MOST_UNPACKED = 256 * 1024 * 1024
_MOST_LINES = 4 * MOST_ROWS
_XLSX, _OLD_XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, OSError)

Numbered = tuple[int, list[str]]


def rows(raw: bytes) -> list[Numbered]:
    """(place in the file from 1, cells) of each row that is not empty, its header first; texts, moments as ISO.

    Refused 422: no file of these kinds, an encoding that cannot be told; 413: more than 5,000 rows, or unpacked far
    too much.
    """
    if len(raw) > MOST_BYTES:
        raise Refused("answers-too-large", f"A file has at most {MOST_BYTES} bytes", 413)
    if raw.startswith(_OLD_XLS):
        raise _unreadable("Save it as .xlsx or as CSV")
    read = _sheet(raw) if raw.startswith(_XLSX) else _lines(raw)
    found: list[Numbered] = []
    for place, cells in enumerate(read, start=1):
        if any(cell.strip() for cell in cells):
            found.append((place, cells))
        if len(found) > MOST_ROWS + 1 or place > _MOST_LINES:
            raise Refused("answers-too-many", f"A file has at most {MOST_ROWS} answers", 413)
    if not found:
        raise _unreadable("There is nothing in it")
    return found


def _lines(raw: bytes) -> Iterator[list[str]]:
    text = _decoded(raw)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield cells[:MOST_COLUMNS]
    except csv.Error:
        raise _unreadable("Not the rows of a CSV file") from None


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("CSV is in UTF-8 or GB18030")


def _sheet(raw: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
        if unpacked > _MOST_UNPACKED:
            raise Refused("answers-too-large", "Unpacked it is far too large", 413)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        try:
            yield from (_texts(cells) for cells in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True))
        finally:
            book.close()
    except (*_BROKEN, IndexError):
        raise _unreadable("Not a whole .xlsx file") from None


def _texts(cells: Iterable[Any]) -> list[str]:
    return [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """A cell as people read it; a phone number that the program took for a number has no fraction."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _unreadable(rule: str) -> Refused:
    return Refused("file-unreadable", rule, 422)
