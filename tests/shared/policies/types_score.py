"""How well types are told in the labelled sample: by words alone, by a model alone, by both.

`python -m tests.shared.policies.types_score` prints the table of docs/classifier.md; `errors` behind it adds what both
get wrong. A quarter of the sample, by the hash of the text, is never learned from: the figures are of that part.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.operations.training import Example, examples, train
from shared.policies.facts import Facts
from shared.policies.interpret import classify
from shared.policies.learned import Learned
from shared.policies.model import Policy
from tests.architecture.sources import ROOT
from tests.shared.policies.kit import policy

SAMPLE = ROOT / "shared" / "policies" / "sample" / "demands.jsonl"
CODES = ("A", "B", "C", "D")
Way = Callable[[str], str | None]


@dataclass(frozen=True)
class Score:
    """Of texts that have a type: right ones of all, macro F1, abstentions; of all decided ones (typeless too) wrong."""

    accuracy: float
    macro_f1: float
    abstained: float
    wrong: float


def unseen(text: str) -> bool:
    """A fixed quarter."""
    return hashlib.sha256(text.encode()).digest()[0] % 4 == 0


def parts(rules: Policy) -> tuple[list[Example], list[Example]]:
    """(what may be learned from, what may not)."""
    rows = examples(SAMPLE.read_bytes(), rules)
    return [one for one in rows if not unseen(one.text)], [one for one in rows if unseen(one.text)]


def ways(rules: Policy, model: Learned) -> dict[str, Way]:
    """By name, what each makes of a text."""

    def words(text: str) -> str | None:
        found = classify(rules, Facts(text)).type
        return found.code if found else None

    def alone(text: str) -> str | None:
        guess = model.guess(text)
        sure = guess is not None and guess.share >= model.threshold
        return guess.type or None if guess is not None and sure else None

    def both(text: str) -> str | None:
        found = classify(rules, Facts(text), model).type
        return found.code if found else None

    return {"words": words, "model": alone, "both": both}


def score(rows: Sequence[Example], way: Way) -> Score:
    """Hold a way against labels."""
    found = [(one.label, way(one.text)) for one in rows]
    typed = [(label, said) for label, said in found if label is not None]
    decided = [(label, said) for label, said in found if said is not None]
    f1 = []
    for label in sorted({label for label, _ in typed}):
        hit = sum(1 for pair in found if pair == (label, label))
        spread = sum(1 for _, said in found if said == label) + sum(1 for one, _ in found if one == label)
        f1.append(2 * hit / spread)
    return Score(
        accuracy=sum(label == said for label, said in typed) / len(typed),
        macro_f1=sum(f1) / len(f1),
        abstained=sum(said is None for _, said in typed) / len(typed),
        wrong=sum(label != said for label, said in decided) / max(1, len(decided)),
    )


def learned(code: str) -> tuple[Policy, Learned, list[Example]]:
    """A policy, the model of the part that may be learned from, and the other part."""
    rules = policy(code)
    seen, rest = parts(rules)
    return rules, train(code, seen, trained_at="2026-01-01T00:00:00Z").model, rest


def main() -> None:
    """Print the table."""
    lines = ["| policy | way | accuracy | macro F1 | abstained | wrong of decided |", "|---|---|---|---|---|---|"]
    errors = []
    for code in CODES:
        rules, model, rest = learned(code)
        found = ways(rules, model)
        for name, way in found.items():
            one = score(rest, way)
            figures = (one.accuracy, one.macro_f1, one.abstained, one.wrong)
            lines.append(f"| {code} | {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")
        errors += [
            f"{code} {one.label} != {found['both'](one.text)}: {one.text}"
            for one in rest
            if found["both"](one.text) not in (one.label, None)
        ]
        print(code, "threshold", model.threshold, "n-grams", len(model.weights), "unseen", len(rest))  # noqa: T201
    print("\n".join(lines + (errors if "errors" in sys.argv else [])))  # noqa: T201


if __name__ == "__main__":
    main()
