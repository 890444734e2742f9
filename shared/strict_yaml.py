"""YAML without surprises: no dates, no `18:00` read as 1080, no `no` read as False, no key twice.

JSON is a subset and is read by the same function. Only null, true/false, decimal integers and
decimal fractions are anything but text.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from shared.text import unsafe_character

_DEEPEST = 50


class StrictYamlError(ValueError):
    """The text is no YAML, or says the same key twice."""


_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, eight times as fast, where PyYAML was built with it."""


class _Loader(_Safe):  # type: ignore[misc]
    """SafeLoader with its own short list of implicit types."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise StrictYamlError(f"line {key.start_mark.line + 1}: key {key.value!r} appears twice")
            seen.add(str(key.value))
        found: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return found

    def construct_scalar(self, node: Any) -> str:
        value = str(super().construct_scalar(node))
        if unsafe_character(value):  # written as an escape: the reader refuses the characters themselves
            raise StrictYamlError(f"line {node.start_mark.line + 1}: characters that cannot be stored")
        return value


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_DIGITS = list("-0123456789")
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), _DIGITS)
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"), _DIGITS)


def load(text: str) -> Any:
    """Plain data (dict, list, str, int, float, bool, None); StrictYamlError when it cannot be read.

    At most 50 levels: libyaml composes by recursion and would end the process on thousands.
    """
    try:
        _check_depth(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer types
    except StrictYamlError:
        raise
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise StrictYamlError(str(error)) from error


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Safe):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise StrictYamlError(f"more than {_DEEPEST} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
