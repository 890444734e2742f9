"""How long a model takes over one text: p50 and p99 in milliseconds, for texts as they come and for the longest.

The model learns from the whole sample first (that needs scikit-learn). Run by hand:

    .venv/bin/python -m benches.classify [--policy C] [--rounds 20]
"""

import json
from statistics import quantiles

import click

from shared.clock import monotonic
from shared.operations.training import examples, train
from shared.policies.learned import MOST_TEXT, Learned
from shared.policies.loader import PACKS, installed

SAMPLE = PACKS.with_name("sample") / "demands.jsonl"


@click.command()
@click.option("--policy", "code", default="C", show_default=True)
@click.option("--rounds", default=20, show_default=True)
def main(code: str, rounds: int) -> None:
    """Measure and print one line of JSON."""
    policy = next(one for one in installed().all() if one.code == code)
    rows = examples(SAMPLE.read_bytes(), policy)
    model = train(code, rows, trained_at="2026-01-01T00:00:00Z").model
    texts = [one.text for one in rows]
    whole = "".join(texts)
    longest = [whole[at : at + MOST_TEXT] for at in range(0, len(whole) - MOST_TEXT, 97)]
    found = {"n_grams": len(model.weights), "as_they_come_ms": _took(model, texts * rounds)}
    click.echo(json.dumps({**found, f"of_{MOST_TEXT}_characters_ms": _took(model, longest)}))


def _took(model: Learned, texts: list[str]) -> dict[str, float]:
    took = []
    for text in texts:
        began = monotonic()
        model.guess(text)
        took.append((monotonic() - began) * 1000)
    cut = quantiles(took, n=100)
    return {"p50": round(cut[49], 3), "p99": round(cut[98], 3)}


if __name__ == "__main__":
    main()
