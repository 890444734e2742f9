"""Names that are found without being readable: keyed hashes of their words and of pairs of neighbouring signs."""

from services.intake.domain.contact import keyed
from shared import search

_MOST_PARTS, _HASH = 60, 32


def parts(key: bytes, *names: str | None) -> frozenset[str]:
    """Hashes of what these names are made of; a name that holds all of another one's is found by it.

    A single sign counts only where a name has no more than one: it would find half of all customers.
    """
    found = [part for name in names if name for part in _words(name)]
    return frozenset(keyed(key, part)[:_HASH] for part in list(dict.fromkeys(found))[:_MOST_PARTS])


def _words(name: str) -> list[str]:
    words = search.tokens(name).split()
    return [one for one in words if len(one) > 1] or words
