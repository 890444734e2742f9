"""A model that learned from confirmed types, and what it makes of a text: plain arithmetic, no library. Pure.

A text's n-grams of characters are counted (1 + ln n), weighed by how rare they are (idf) and brought to length one;
each type adds up its weights over them; softmax makes shares of the sums. `shared/operations/training.py` makes models.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import mul
from pathlib import Path
from typing import Any

from shared.policies.clarity import plain

FORMAT = 1
NO_TYPE = ""
"""What a model calls a text that is of none of its policy's types."""
MOST_TEXT = 2_000
"""Characters of a text that are looked at."""
_LEAST_KNOWN = 4
_MOST_NAMED = 3
_MOST_WEIGHED = 12


class BadModel(ValueError):
    """A document is no model that this release can use; the text says why."""


@dataclass(frozen=True)
class Guess:
    """A type or NO_TYPE, its share of all (0 to 1), and the n-grams that spoke for it most, the strongest first."""

    type: str
    share: float
    grams: tuple[str, ...]


@dataclass(frozen=True)
class Learned:
    """A model for one policy. weights: n-gram -> idf and one weight per type, in the order of `types`.

    threshold: the least share that decides; lengths: (shortest, longest) n-gram; sha256: of the lines it learned from.
    """

    policy: str
    types: tuple[str, ...]
    lengths: tuple[int, int]
    threshold: float
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    trained_at: str
    sha256: str

    def guess(self, text: str) -> Guess | None:
        """The likeliest type, however small its share; None when fewer than four n-grams of the text are known."""
        counts = _counts(text, self.lengths)
        known = sorted(counts.keys() & self.weights.keys())  # in a fixed order, so that sums are the same everywhere
        if len(known) < _LEAST_KNOWN:
            return None
        idf, *columns = zip(*[self.weights[gram] for gram in known], strict=True)
        values = [one * (1 + math.log(counts[gram])) for one, gram in zip(idf, known, strict=True)]
        length = math.sqrt(sum(map(mul, values, values)))
        sums = [bias + sum(map(mul, values, column)) / length for bias, column in zip(self.bias, columns, strict=True)]
        most = max(sums)
        shares = [math.exp(one - most) for one in sums]
        best = shares.index(max(shares))
        spoke = nlargest(_MOST_WEIGHED, zip(map(mul, values, columns[best]), known, strict=True))
        return Guess(self.types[best], shares[best] / sum(shares), _apart([gram for by, gram in spoke if by > 0]))


def grams(text: str, lengths: tuple[int, int]) -> list[str]:
    """The n-grams of a text's first 2,000 characters in plain form, each as often as it stands there. Pure."""
    return list(_counts(text, lengths).elements())


def _counts(text: str, lengths: tuple[int, int]) -> Counter[str]:
    """White space is one blank."""
    said = " ".join(plain(text[:MOST_TEXT]).split())
    found: Counter[str] = Counter()
    for n in range(lengths[0], lengths[1] + 1):
        found.update(map("".join, zip(*(said[at:] for at in range(n)), strict=False)))
    return found


def load(raw: bytes) -> Learned:
    """A model from its document; BadModel."""
    try:
        found = json.loads(raw)
        if found["format"] != FORMAT:
            raise BadModel(f"format {found['format']!r} is none that this release reads")
        types, bias = tuple(map(str, found["types"])), tuple(map(float, found["bias"]))
        weights = {gram: tuple(map(float, row)) for gram, row in found["weights"].items()}
        model = Learned(
            policy=str(found["policy"]), types=types, lengths=_lengths(found["lengths"]),
            threshold=float(found["threshold"]), bias=bias, weights=weights,
            trained_at=str(found["trained_at"]), sha256=str(found["sha256"]),
        )  # fmt: skip
    except BadModel:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadModel(f"this is no model: {type(error).__name__}") from None
    if not types or len(bias) != len(types) or any(len(row) != len(types) + 1 for row in weights.values()):
        raise BadModel("every n-gram has its idf and one weight for each type")
    return model


def in_directory(directory: Path) -> dict[str, Learned]:
    """Policy code -> its model, of the files <code>.json of a directory; BadModel naming the file."""
    found = {}
    for path in sorted(directory.glob("*.json")):
        try:
            model = load(path.read_bytes())
        except BadModel as error:
            raise BadModel(f"{path}: {error}") from None
        found[model.policy] = model
    if not found:
        raise BadModel(f"{directory} holds no model")
    return found


def dump(model: Learned) -> bytes:
    """The document of a model, the same for the same model: JSON, keys sorted."""
    document: dict[str, Any] = {
        "format": FORMAT, "policy": model.policy, "types": model.types, "lengths": model.lengths,
        "threshold": model.threshold, "bias": model.bias, "trained_at": model.trained_at, "sha256": model.sha256,
        "weights": dict(model.weights),
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _lengths(found: Sequence[int]) -> tuple[int, int]:
    shortest, longest = found
    if not 1 <= shortest <= longest <= 8:
        raise BadModel("n-grams are of 1 to 8 characters")
    return shortest, longest


def _apart(named: Sequence[str]) -> tuple[str, ...]:
    """The first few that are not parts of one another."""
    found: list[str] = []
    for gram in named:
        if gram.strip() and not any(gram in one or one in gram for one in found):
            found.append(gram)
        if len(found) == _MOST_NAMED:
            break
    return tuple(found)
