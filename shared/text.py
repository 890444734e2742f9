"""Text as people meant it: one normal form, nothing invisible."""

import re
import unicodedata

_KEPT_CONTROLS = frozenset("\n\t")
_JOINER = "\u200d"
_TAGS = range(0xE0020, 0xE0080)  # flags of regions are written with them
_VARIANTS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
"""Han characters that the normal form would turn into others: a name is written with the one it is written with."""
_MAX_MARKS = 4  # combining marks on one letter; no living script needs more, piles of them break pages


def clean_text(value: str) -> str:
    """NFC, line ends as \\n, without controls, zero-width and bidi characters, with bounded combining marks.

    A joiner stays where it joins pictures, a tag where it makes a flag, and rare Han characters as they are.

    Lone surrogates and NUL are dropped too; where they must be refused instead, the JSON reader has done so.
    """
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    parts = _VARIANTS.split(lines)
    normal = "".join(part if at % 2 else unicodedata.normalize("NFC", part) for at, part in enumerate(parts))
    kept: list[str] = []
    marks = 0
    for char in normal:
        category = unicodedata.category(char)
        joins = bool(kept) and (_is_picture(kept[-1]) if char == _JOINER else _is_flag(char, kept[-1]))
        if category in ("Cc", "Cf", "Cs") and char not in _KEPT_CONTROLS and not joins:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept).strip()


def _is_picture(char: str) -> bool:
    """A pictograph, its colour or its shape: a joiner after one makes one picture of several, a family say."""
    return unicodedata.category(char) in ("So", "Sk") or char == "\ufe0f"


def _is_flag(char: str, before: str) -> bool:
    return ord(char) in _TAGS and (_is_picture(before) or ord(before) in _TAGS)


def unsafe_character(value: str) -> str | None:
    """The code of what no database can hold alike: "nul", "lone-surrogate", or None."""
    if "\x00" in value:
        return "nul"
    return "lone-surrogate" if any("\ud800" <= char <= "\udfff" for char in value) else None
