"""Whatever the order between sources, and however often a message comes, the read store ends the same."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.envelope import Event
from tests.reporting.conftest import dump, open_reporting, story

STORIES = [story("1"), story("2", customer="YQ2")]
STREAMS = [list(events) for one in STORIES for events in one.values()]


def _mixed(seed: int, repeats: int) -> list[Event]:
    """All streams merged at random, each in its own order, with copies thrown in later."""
    chance = random.Random(seed)
    waiting = [list(stream) for stream in STREAMS]
    mixed: list[Event] = []
    while any(waiting):
        mixed.append(chance.choice([stream for stream in waiting if stream]).pop(0))
    for _ in range(repeats):
        copied = chance.randrange(len(mixed))
        mixed.insert(chance.randrange(copied, len(mixed)) + 1, mixed[copied])
    return mixed


def _result(events: list[Event]) -> object:
    with TemporaryDirectory() as directory:
        reporting = open_reporting(f"sqlite:///{directory}/r.sqlite", Path(directory))
        reporting.take(*events)
        found = dump(reporting.database)
        reporting.database.dispose()
    return found


STRAIGHT = _result([event for stream in STREAMS for event in stream])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), repeats=st.integers(0, 10))
def test_any_interleaving_gives_the_same_rows(seed: int, repeats: int) -> None:
    assert _result(_mixed(seed, repeats)) == STRAIGHT


def test_the_straight_order_fills_every_table() -> None:
    assert {name: len(rows) for name, rows in STRAIGHT.items() if rows} == {  # type: ignore[attr-defined]
        "demands": 2, "customers": 2, "deadlines": 2,
    }  # fmt: skip
