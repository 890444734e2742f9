"""A model that learned from confirmed types, and what it makes of a text: plain arithmetic, no library. Pure.

A text's n-grams of characters are counted (1 + ln n), weighed by how rare they are (idf) and brought to length one;
each type adds up its weights over them; softmax makes shares of the sums. `shared/operations/training.py` makes models.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.policies.clarity import plain

FORMAT = 1
MOST_TEXT = 2_000
"""Characters of a text that are looked at."""
MOST_NAMED = 3


class BadModel(ValueError):
    """A document is no model that this release can use; the text says why."""


@dataclass(frozen=True)
class Guess:
    """A type, its share of all types (0 to 1), and the n-grams that spoke for it most, the strongest first."""

    type: str
    share: float
    grams: tuple[str, ...]


@dataclass(frozen=True)
class Learned:
    """A model for one policy. weights: n-gram -> (idf, one weight per type, in the order of `types`).

    threshold: the least share that decides; lengths: (shortest, longest) n-gram; sha256: of the lines it learned from.
    """

    policy: str
    types: tuple[str, ...]
    lengths: tuple[int, int]
    threshold: float
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, tuple[float, ...]]]
    trained_at: str
    sha256: str

    def guess(self, text: str) -> Guess | None:
        """The likeliest type, however small its share; None when no n-gram of the text is known."""
        counts = Counter(grams(text, self.lengths))
        known = [(gram, 1 + math.log(n), *self.weights[gram]) for gram, n in counts.items() if gram in self.weights]
        length = math.sqrt(sum((n * idf) ** 2 for _, n, idf, _ in known))
        if not length:
            return None
        sums = list(self.bias)
        for _, n, idf, weights in known:
            value = n * idf / length
            for place, weight in enumerate(weights):
                sums[place] += value * weight
        most = max(sums)
        shares = [math.exp(one - most) for one in sums]
        best = shares.index(max(shares))
        spoke = sorted(known, key=lambda one: (-one[1] * one[2] * one[3][best], one[0]))
        named = [gram for gram, *_, weights in spoke if weights[best] > 0]
        return Guess(self.types[best], shares[best] / sum(shares), _apart(named))


def grams(text: str, lengths: tuple[int, int]) -> list[str]:
    """The n-grams of a text's first 2,000 characters in plain form; white space is one blank. Pure."""
    said = " ".join(plain(text[:MOST_TEXT]).split())
    return [said[at : at + n] for n in range(lengths[0], lengths[1] + 1) for at in range(len(said) - n + 1)]


def load(raw: bytes) -> Learned:
    """A model from its document; BadModel."""
    try:
        found = json.loads(raw)
        if found["format"] != FORMAT:
            raise BadModel(f"format {found['format']!r} is none that this release reads")
        types, bias = tuple(map(str, found["types"])), tuple(map(float, found["bias"]))
        weights = {gram: (float(idf), tuple(map(float, row))) for gram, (idf, *row) in found["weights"].items()}
        model = Learned(
            policy=str(found["policy"]), types=types, lengths=_lengths(found["lengths"]),
            threshold=float(found["threshold"]), bias=bias, weights=weights,
            trained_at=str(found["trained_at"]), sha256=str(found["sha256"]),
        )  # fmt: skip
    except BadModel:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadModel(f"this is no model: {type(error).__name__}") from None
    if not types or any(len(row) != len(types) for row in (bias, *(row for _, row in weights.values()))):
        raise BadModel("every n-gram has one weight for each type")
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
        "weights": {gram: [idf, *row] for gram, (idf, row) in model.weights.items()},
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
        if len(found) == MOST_NAMED:
            break
    return tuple(found)
