"""docs/policy-authors.md names every key and word of a policy, and its examples are what they say."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import yaml

from shared.policies import duties, forms, parts
from shared.policies.loader import load
from shared.policies.model import Policy

PAGE = Path(__file__).parents[3].joinpath("docs", "policy-authors.md").read_text("utf-8")
NAMED = set(re.findall(r"[\w.-]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def _parts(kind: Any, seen: set[Any]) -> Iterator[type]:
    """The dataclasses that a policy is made of."""
    if is_dataclass(kind) and isinstance(kind, type) and kind not in seen:
        seen.add(kind)
        yield kind
        for hint in get_type_hints(kind).values():
            yield from _parts(hint, seen)
    for inner in get_args(kind):
        yield from _parts(inner, seen)


def _choices(kind: Any) -> Iterator[str]:
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    else:
        for inner in get_args(kind):
            yield from _choices(inner)


KINDS = list(_parts(Policy, set()))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_key_is_explained(kind: type) -> None:
    keys = {one.name for one in fields(kind)} - {"sha256"}  # type: ignore[arg-type]
    assert keys - NAMED - {"zh", "en"} == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_choice_is_explained(kind: type) -> None:
    choices = {choice for hint in get_type_hints(kind).values() for choice in _choices(hint)}
    assert choices - NAMED == set()


@pytest.mark.parametrize(
    "words",
    [parts.ACTIONS, parts.REPORTED, forms.RECORDED, duties.STARTS, duties.MET_BY, duties.NOTIFIED, duties.PLACEHOLDERS],
)
def test_every_word_is_explained(words: frozenset[str]) -> None:
    assert words - NAMED == set()


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_can_be_read(example: str) -> None:
    assert yaml.safe_load(example)


def test_the_smallest_policy_is_one_and_all_its_keys_must_be_there() -> None:
    text = next(example for example in EXAMPLES if example.startswith("code: S"))
    assert load(text.encode()).code == "S"
    required = {one.name for one in fields(Policy) if _must_be_given(one)}
    assert set(yaml.safe_load(text)) == required


def _must_be_given(one: Any) -> bool:
    return one.default is MISSING and one.default_factory is MISSING
