"""Whether a text says enough. Pure."""

import unicodedata
from collections.abc import Sequence

MOST_TEXT = 20_000


def is_vague(
    text: str, *, phrases: Sequence[str], filler: Sequence[str] = (), shortest: int = 4, enough_left: int = 8
) -> bool:
    """Whether a text says one of `phrases` and too little besides, or hardly anything at all."""
    said = plain(text)
    if _letters(said) < shortest:
        return True
    left = said
    for phrase in phrases:
        left = left.replace(phrase, "")
    if left == said:
        return False
    for word in filler:
        left = left.replace(word, "")
    return _letters(left) < enough_left


def plain(text: str) -> str:
    """Text as rules compare it: one width of letters, lower case, bounded."""
    return unicodedata.normalize("NFKC", text[:MOST_TEXT]).casefold()


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
