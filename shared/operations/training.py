"""Makes a model from texts whose types people confirmed; the only code that needs scikit-learn, and imports it late.

Features are those of `shared.policies.learned`: character n-grams, tf-idf. The classifier is logistic regression, each
type weighing the same however many texts it has. An n-gram that fewer than two texts hold, or that holds a digit, is
left out: a model names its n-grams, and must not name somebody's number.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.policies.learned import NO_TYPE, Learned, grams
from shared.policies.model import Policy

LENGTHS = (1, 2)
LEAST = 5
"""Texts that a type needs to be learned."""
PRECISION = 0.8
"""Of what the model decides, how much must be right: decides the threshold."""
_THRESHOLDS = tuple(n / 100 for n in range(30, 96, 5))
_DIGITS = 4
_INSTALL = "training needs scikit-learn: pip install --require-hashes -r requirements-train.lock"


class CannotTrain(Exception):
    """No model can be made; the text says why and what to do."""


@dataclass(frozen=True)
class Example:
    """A text and its confirmed type; None: of no type that the policy has."""

    text: str
    label: str | None


@dataclass(frozen=True)
class Trained:
    """A model, how many texts it learned each type from, and the types that had too few."""

    model: Learned
    texts: dict[str, int]
    left_out: tuple[str, ...]


def examples(raw: bytes, policy: Policy) -> list[Example]:
    """From lines of {text, label} or {text, labels: {policy code: label}}; CannotTrain naming the line.

    Lines of {labels} that say nothing about this policy, and empty ones, are passed over.
    """
    known, found = {one.code for one in policy.types}, []
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            labels = row["labels"] if "labels" in row else {policy.code: row["label"]}
            if policy.code not in labels:
                continue
            label, text = labels[policy.code], row["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise CannotTrain(f"line {number}: not {{text, label}}, nor {{text, labels}}") from None
        if not isinstance(text, str) or not (label is None or label in known):
            raise CannotTrain(
                f"line {number}: {label!r} is no type of policy {policy.code}: {', '.join(sorted(known))}"
            )
        found.append(Example(text, label))
    return found


def train(policy: str, rows: Sequence[Example], *, trained_at: str) -> Trained:
    """A model for a policy. CannotTrain without scikit-learn, or when fewer than two types have enough texts."""
    counts = Counter(one.label or NO_TYPE for one in rows)
    types = sorted(label for label, n in counts.items() if n >= LEAST)
    if len(set(types) - {NO_TYPE}) < 2:
        raise CannotTrain(f"two types with at least {LEAST} texts each are needed")
    left_out = tuple(sorted(set(counts) - set(types)))
    taught = [(one.text, one.label or NO_TYPE) for one in rows if (one.label or NO_TYPE) in types]
    fitted, threshold = _fitted([text for text, _ in taught], [label for _, label in taught])
    model = Learned(
        policy=policy, types=tuple(types), lengths=LENGTHS, threshold=threshold, bias=fitted.bias,
        weights=dict(fitted.weights()), trained_at=trained_at, sha256=_hash(rows),
    )  # fmt: skip
    return Trained(model, {label: counts[label] for label in types}, left_out)


@dataclass(frozen=True)
class _Fitted:
    """scikit-learn's vectoriser and classifier, with one row of weights for each type."""

    features: Any
    classifier: Any

    @property
    def bias(self) -> tuple[float, ...]:
        """One per type."""
        found = [float(one) for one in self.classifier.intercept_]
        return tuple(round(one, _DIGITS) for one in ([0.0, *found] if len(found) == 1 else found))

    def weights(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """n-gram -> idf and one weight per type."""
        rows = self.classifier.coef_
        for gram, place in self.features.vocabulary_.items():
            column = [float(one) for one in rows[:, place]]
            column = [0.0, *column] if len(column) == 1 else column  # two types share one row: softmax of 0 and it
            idf = round(float(self.features.idf_[place]), _DIGITS)
            yield gram, (idf, *(round(one, _DIGITS) for one in column))


def _fitted(texts: Sequence[str], labels: Sequence[str]) -> tuple[_Fitted, float]:
    """What was learned from all texts, and the threshold found on fifths of them that the rest knew nothing of."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
    except ImportError:
        raise CannotTrain(_INSTALL) from None
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer=_named_grams, sublinear_tf=True, min_df=2),
        LogisticRegression(C=10.0, class_weight="balanced", max_iter=2_000),
    )
    folds = StratifiedKFold(n_splits=LEAST, shuffle=True, random_state=0)
    shares = cross_val_predict(pipeline, texts, labels, cv=folds, method="predict_proba")
    pipeline.fit(texts, labels)
    names = list(pipeline.classes_)
    judged = [(float(max(row)), names[row.argmax()], label) for row, label in zip(shares, labels, strict=True)]
    decided = [(share, said == label) for share, said, label in judged if said != NO_TYPE]
    return _Fitted(pipeline[0], pipeline[1]), _threshold(decided)


def _named_grams(text: str) -> list[str]:
    return [gram for gram in grams(text, LENGTHS) if not any(char.isdigit() for char in gram)]


def _threshold(judged: Sequence[tuple[float, bool]]) -> float:
    """The least share from which on enough is right; the highest one where that never is so."""
    for least in _THRESHOLDS:
        decided = [right for share, right in judged if share >= least]
        if decided and sum(decided) / len(decided) >= PRECISION:
            return least
    return _THRESHOLDS[-1]


def _hash(rows: Sequence[Example]) -> str:
    lines = sorted(json.dumps([one.text, one.label], ensure_ascii=False) for one in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
