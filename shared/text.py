"""Text as people meant it: one normal form, nothing invisible."""

import unicodedata

_KEPT_CONTROLS = frozenset("\n\t")
_JOINER = "\u200d"
_MAX_MARKS = 4  # combining marks on one letter; no living script needs more, piles of them break pages


def clean_text(value: str) -> str:
    """NFC, line ends as \\n, without controls, zero-width and bidi characters, with bounded combining marks.

    A joiner stays where it joins pictures.

    Lone surrogates and NUL are dropped too; where they must be refused instead, the JSON reader has done so.
    """
    normal = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept: list[str] = []
    marks = 0
    for char in normal:
        category = unicodedata.category(char)
        joins = char == _JOINER and bool(kept) and _is_picture(kept[-1])
        if category in ("Cc", "Cf", "Cs") and char not in _KEPT_CONTROLS and not joins:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept).strip()


def _is_picture(char: str) -> bool:
    """A pictograph, its colour or its shape: a joiner after one makes one picture of several, a family say."""
    return unicodedata.category(char) in ("So", "Sk") or char == "\ufe0f"


def unsafe_character(value: str) -> str | None:
    """The code of what no database can hold alike: "nul", "lone-surrogate", or None."""
    if "\x00" in value:
        return "nul"
    return "lone-surrogate" if any("\ud800" <= char <= "\udfff" for char in value) else None
