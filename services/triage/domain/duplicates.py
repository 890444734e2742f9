"""Which demands may be the same as another one, and why. A suggestion for people: nothing is merged by it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
"""How far apart two copies may come in: who waits longer asks about the demand, and cites it. Ours."""

MOST = 10
_NEAR = timedelta(hours=24)
_LONGEST = 2000
_LONGEST_KEY = 100
_SHOWN_FROM = 0.35
_SIMILAR, _SAME, _HIGH = 0.3, 0.8, 0.6
_WINDOW_WEIGHT = 6
_ATOM = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Traits:
    """What two demands are compared by. text: subject and description, redacted."""

    id: str
    number: str
    customer_number: str | None
    order_key: str | None
    text: str
    received_at: datetime


@dataclass(frozen=True)
class Candidate:
    """A demand that may be the same. score: 0 to 1.

    reasons: same_customer, same_order_number, similar_text:<share>, within_hours:<n>; strong: very likely.
    """

    id: str
    number: str
    score: float
    reasons: tuple[str, ...]
    strong: bool


def candidates(one: Traits, others: Iterable[Traits]) -> list[Candidate]:
    """Those that may be the same as one, the likeliest first, at most 10."""
    own = bigrams(one.text)
    found = [_compared(one, own, other) for other in others if other.id != one.id]
    likely = [candidate for candidate in found if candidate.score >= _SHOWN_FROM]
    return sorted(likely, key=lambda candidate: (-candidate.score, candidate.number))[:MOST]


def order_key(order_number: str | None) -> str | None:
    """An order number as it is compared: in one width and case, without spaces; None for none."""
    if order_number is None:
        return None
    return "".join(unicodedata.normalize("NFKC", order_number).casefold().split())[:_LONGEST_KEY] or None


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters and digits of a text's first 2,000 signs, in one width and case."""
    normal = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    signs = "".join(sign for sign in normal if sign.isalnum())
    return frozenset(signs[at : at + 2] for at in range(len(signs) - 1))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's measure of two sets: what both have of all that either has; 0 where one is empty."""
    return len(one & other) / len(one | other) if one and other else 0.0


def telling(text: str) -> tuple[str, ...]:
    """Up to three pieces of a text, one from each third, to look for whole: a copy with two changes still has one.

    Each is about as long as six Chinese signs, which hardly two texts share by chance.
    """
    atoms = _ATOM.findall(unicodedata.normalize("NFKC", text[:_LONGEST]))
    pieces = []
    for third in (0, 1, 2):
        piece, weight = [], 0
        for atom in atoms[len(atoms) * third // 3 :]:
            piece.append(atom)
            weight += 1 if _is_sign(atom) else 2
            if weight >= _WINDOW_WEIGHT:
                pieces.append(_joined(piece))
                break
    return tuple(dict.fromkeys(pieces))


def _compared(one: Traits, own: frozenset[str], other: Traits) -> Candidate:
    customer = one.customer_number is not None and one.customer_number == other.customer_number
    order = one.order_key is not None and one.order_key == other.order_key
    share = similarity(own, bigrams(other.text))
    apart = abs(one.received_at - other.received_at)
    alike, near = share >= _SIMILAR, apart <= _NEAR
    reasons = (
        *(["same_customer"] if customer else []),
        *(["same_order_number"] if order else []),
        *([f"similar_text:{share:.2f}"] if alike else []),
        *([f"within_hours:{int(apart / timedelta(hours=1)) + 1}"] if near else []),
    )
    score = 0.3 * customer + 0.4 * order + 0.5 * (share if alike else 0) + 0.1 * near
    strong = (customer and share >= _SAME) or (order and share >= _HIGH)
    return Candidate(other.id, other.number, round(min(score, 1.0), 2), reasons, strong)


def _is_sign(atom: str) -> bool:
    return len(atom) == 1 and "\u3400" <= atom <= "\u9fff"


def _joined(atoms: list[str]) -> str:
    """As it stood: signs side by side, words apart."""
    joined = ""
    for atom in atoms:
        apart = joined and not (_is_sign(atom) and _is_sign(joined[-1]))
        joined += f" {atom}" if apart else atom
    return joined
