"""What is promised about messages: one shape in the code, in the AsyncAPI document and in the examples."""

import json

import jsonschema
import pytest

from shared.contracts.catalogue import CATALOGUE, is_known
from shared.contracts.events import PUBLISHED, check
from shared.operations.asyncapi import document
from tests.architecture.sources import ROOT

EXAMPLES = ROOT / "shared" / "contracts" / "examples"


def test_a_known_event_is_known_at_version_1_only() -> None:
    assert is_known("intake", "demand.received", 1)
    assert not is_known("intake", "demand.received", 2)
    assert not is_known("triage", "demand.received", 1)
    assert not is_known("nobody", "demand.received", 1)
    assert all("." in kind for kinds in CATALOGUE.values() for kind in kinds)


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_every_kind_has_an_example_that_both_descriptions_accept(kind: str) -> None:
    event = json.loads((EXAMPLES / f"{kind}.json").read_text("utf-8"))
    assert check(kind, event["data"]) == {}
    described = document()
    message = described["components"]["messages"][kind]
    assert event["type"] == message["name"]
    jsonschema.validate(event, {**message["payload"], "components": described["components"]})


@pytest.mark.parametrize("kind", sorted(set(PUBLISHED) - {"customer.changed"}))
def test_a_field_too_few_or_too_many_is_a_producers_mistake(kind: str) -> None:
    data = json.loads((EXAMPLES / f"{kind}.json").read_text("utf-8"))["data"]
    assert check(kind, {**data, "surprise": 1})
    assert any(check(kind, {name: value for name, value in data.items() if name != left_out}) for left_out in data)


def test_customers_of_before_said_less_and_work_says_no_more() -> None:
    data = json.loads((EXAMPLES / "customer.changed.json").read_text("utf-8"))["data"]
    later = {"source", "preferred_channel", "merged_into"}
    assert check("customer.changed", {name: value for name, value in data.items() if name not in later}) == {}
    assert check("customer.changed", data | {"preferred_channel": "fax"}) and check("customer.changed", data | {"x": 1})
    work = json.loads((EXAMPLES / "work.offered.json").read_text("utf-8"))["data"]
    assert check("work.offered", work | {"customer": {**work["customer"], "source": "exhibition"}})


def test_examples_name_nobody_real() -> None:
    for path in EXAMPLES.glob("*.json"):
        text = path.read_text("utf-8")
        assert "@" not in text.replace("@context", ""), path.name
