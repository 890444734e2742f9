"""Names of files that hold a customer's name: nothing in them can leave the directory or mislead a reader. Pure."""

import unicodedata
from collections.abc import Set

MOST_CHARACTERS, MOST_BYTES = 60, 200
_KEPT = frozenset("-_()（）·")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


def file_name(pattern: str, *, customer: str, number: str, unique: str, taken: Set[str]) -> str:
    """A policy's pattern with {customer} and {number} as a safe name without extension.

    The customer's part gives way where it is too long, the number never does. unique: what is added when another
    file is called the same (`taken`, as key() of names); the caller adds the result's key to it.
    """
    number = _safe(number)
    shape = pattern.replace("{number}", number)
    name = _safe(shape.replace("{customer}", _safe(customer)))
    if not _fits(name):
        rest = _safe(shape.replace("{customer}", ""))
        name = _safe(shape.replace("{customer}", _cut(_safe(customer), rest)))
    if name.casefold() in _DEVICES or not name:
        name = f"_{name}"
    if key(name) in taken:
        tail = f"-{unique[-8:]}"
        name = _cut(name, tail) + tail
    return name


def key(name: str) -> str:
    """What two names share when some file system takes them for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def _safe(text: str) -> str:
    """Letters, digits and a few signs; anything else, separators and marks of direction included, is an underscore."""
    normal = unicodedata.normalize("NFC", text)
    shown = "".join(char if _is_kept(char) else "_" for char in normal)
    while "__" in shown:
        shown = shown.replace("__", "_")
    return shown.strip("_-")


def _is_kept(char: str) -> bool:
    return char in _KEPT or unicodedata.category(char)[0] in "LN"


def _fits(name: str) -> bool:
    return len(name) <= MOST_CHARACTERS and len(name.encode()) <= MOST_BYTES


def _cut(text: str, rest: str) -> str:
    """As much of the text as fits beside the rest and one sign between them."""
    characters = MOST_CHARACTERS - len(rest) - 1
    size = MOST_BYTES - len(rest.encode()) - 1
    return text[: max(0, characters)].encode()[: max(0, size)].decode("utf-8", "ignore")
