"""Text as office documents take it. Pure."""

import re

MOST_IN_CELL = 32_767
"""Excel's limit; what is longer would be cut without a word."""
_CUT = "…[已截断 truncated]"
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_MOST_IN_TITLE = 31


def clean(text: str) -> str:
    """Without what XML cannot hold: control characters, lone surrogates."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n"))


def cell(text: str) -> str:
    """Clean, and cut with a mark where a cell ends."""
    whole = clean(text)
    return whole if _units(whole) <= MOST_IN_CELL else _first_units(whole, MOST_IN_CELL - len(_CUT)) + _CUT


def sheet_title(text: str) -> str:
    """A title that a sheet may have: at most 31 characters, without the signs that formulas use."""
    return _FORBIDDEN_IN_TITLE.sub("_", clean(text)).strip("' ")[:_MOST_IN_TITLE] or "_"


def _units(text: str) -> int:
    """Length as Excel counts: a character beyond the basic plane counts twice."""
    return len(text) + sum(char > "\uffff" for char in text)


def _first_units(text: str, most: int) -> str:
    kept, used = [], 0
    for char in text:
        used += 2 if char > "\uffff" else 1
        if used > most:
            break
        kept.append(char)
    return "".join(kept)
