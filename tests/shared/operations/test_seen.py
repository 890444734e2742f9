"""What the demo promises to show is looked for in what the services answer, and missed when it is not there."""

from typing import Any

from shared.operations.corpus.reader import load
from shared.operations.demo import seen


def case(*events: tuple[str, dict[str, Any]], **stands: Any) -> dict[str, Any]:
    entries = [{"event": event, "at": "2024-10-10T03:00:00Z", "data": data} for event, data in events]
    return {"timeline": entries, **stands}


def test_what_no_timeline_tells_is_named() -> None:
    lines = seen.faults({"a": case(("demand.rejected", {"kind": "spam"}))}, {"a": ()})
    assert "not shown: somebody else's demand" in lines and "not shown: a split" in lines
    assert "not shown: spam" not in lines


def test_a_talk_recorded_at_once_is_not_recorded_late() -> None:
    talk = {"occurred_at": "2024-10-10T03:00:00Z", "version": 1}
    lines = seen.faults({"a": case(("demand.communicated", talk))}, {"a": ()})
    assert "not shown: a talk recorded late" in lines
    earlier = {**talk, "occurred_at": "2024-10-09T08:40:00Z"}
    assert "not shown: a talk recorded late" not in seen.faults(
        {"a": case(("demand.communicated", earlier))}, {"a": ()}
    )


def test_a_demand_must_show_what_the_corpus_says_of_it() -> None:
    lacking = case(("demand.assigned", {"instead_of": None}), ("resources.lacking", {}), lacking=None)
    assert "a: does not show lacking" in seen.faults({"a": lacking}, {"a": ("lacking",)}), "assigned before, not after"
    lacking["timeline"].append({"event": "demand.assigned", "at": "", "data": {"instead_of": None}})
    assert "a: does not show lacking" not in seen.faults({"a": lacking}, {"a": ("lacking",)})
    tasks = case(tasks=[{"depends_on": ["T1"], "state": "open"}, {"depends_on": [], "state": "done"}])
    assert "a: does not show tasks" in seen.faults({"a": tasks}, {"a": ("tasks",)})


def test_every_word_that_is_looked_for_is_shown_by_some_demand() -> None:
    assert {word for one in load().demands for word in one.shows} >= set(seen._STANDS)
