"""How much of the labelled sample the finder finds.

`python -m tests.shared.privacy.score` prints the table of docs/finders.md; `seen` behind it adds that part's faults.
A find counts when its kind and its exact text are those of the label.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from shared.privacy.finder import find

SAMPLE = Path(__file__).with_name("sample.jsonl")
PARTS = ("seen", "unseen")
RESIDUAL = "name_in_prose"
"""Labelled to count what we leave; the finder has no such kind."""


@dataclass(frozen=True)
class Score:
    """Of one kind in one part of the sample: labels, finds, and finds that are labels."""

    labels: int
    finds: int
    right: int

    @property
    def precision(self) -> float:
        """The share of finds that are right; 1 without finds."""
        return self.right / self.finds if self.finds else 1.0

    @property
    def recall(self) -> float:
        """The share of labels that were found; 1 without labels."""
        return self.right / self.labels if self.labels else 1.0


def texts(part: str) -> list[tuple[str, Counter[tuple[str, str]]]]:
    """(text, labels as counted (kind, span text)) of one part."""
    rows = [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]
    return [
        (row["text"], Counter((span["kind"], span["text"]) for span in row["spans"]))
        for row in rows
        if row["part"] == part
    ]


def found(text: str) -> Counter[tuple[str, str]]:
    """What the finder finds, as counted (kind, span text)."""
    return Counter((span.kind, text[span.start : span.end]) for span in find(text))


def scores(part: str) -> dict[str, Score]:
    """By kind."""
    labels: Counter[str] = Counter()
    finds: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for text, wanted in texts(part):
        got = found(text)
        for counted, spans in ((labels, wanted), (finds, got), (right, wanted & got)):
            for (kind, _), number in spans.items():
                counted[kind] += number
    return {kind: Score(labels[kind], finds[kind], right[kind]) for kind in sorted(labels | finds)}


def table() -> str:
    """The markdown table of both parts."""
    rows = ["| kind | part | labels | finds | precision | recall |", "|---|---|---|---|---|---|"]
    for kind in sorted(scores("seen") | scores("unseen")):
        for part in PARTS:
            one = scores(part).get(kind, Score(0, 0, 0))
            rows.append(f"| {kind} | {part} | {one.labels} | {one.finds} | {one.precision:.3f} | {one.recall:.3f} |")
    return "\n".join(rows)


def misses(part: str) -> str:
    """What was not found (-) and what should not have been (+), a text each."""
    lines = []
    for text, wanted in texts(part):
        got = found(text)
        wrong = [*(f"-{span}" for span in wanted - got if span[0] != RESIDUAL), *(f"+{span}" for span in got - wanted)]
        if wrong:
            lines.append(f"{text}: {' '.join(wrong)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
    for name in sys.argv[1:]:
        sys.stdout.write(f"\n{name}\n{misses(name)}\n")
