"""The finder keeps what it reached on the labelled sample; docs/finders.md shows the figures."""

from pathlib import Path

import pytest

from tests.shared.privacy.score import PARTS, RESIDUAL, scores, table, texts

LEAST_PRECISION = 0.97
LEAST_RECALL = {"im": 0.8, "name": 0.9}
"""By kind, in the part that was not looked at; every other kind 0.95."""


def test_the_sample_is_large_and_varied() -> None:
    rows = [row for part in PARTS for row in texts(part)]
    assert sum(1 for _, spans in rows if spans) >= 120
    assert sum(1 for _, spans in rows if not spans) >= 80


@pytest.mark.parametrize("part", PARTS)
def test_few_finds_are_wrong_and_few_labels_are_missed(part: str) -> None:
    for kind, score in scores(part).items():
        if kind != RESIDUAL:
            assert score.precision >= LEAST_PRECISION, kind
            assert score.recall >= LEAST_RECALL.get(kind, 0.95), kind


def test_the_document_shows_these_figures() -> None:
    assert table() in Path("docs/finders.md").read_text("utf-8")
