"""Reads released policies from the packs: every document checked against the model and against itself."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_structure_fn

from shared import strict_yaml
from shared.clock import parse_time
from shared.policies import checks, parts
from shared.policies.model import Policy

PACKS = Path(__file__).with_name("packs")
DEPARTMENTS = Path(__file__).with_name("departments.yaml")

_PLAIN: tuple[tuple[type, tuple[type, ...], str], ...] = (
    (str, (str,), "not text; put it in quotes"),
    (bool, (bool,), "neither true nor false"),
    (int, (int,), "no whole number"),
    (float, (int, float), "no number"),
)


class BadPolicy(ValueError):
    """A document is no policy; `faults` lists what is wrong, with places."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Policies:
    """All versions known to an installation."""

    def __init__(self, versions: Iterable[Policy]) -> None:
        self._versions = {(one.code, one.version): one for one in versions}

    def pinned(self, code: str, version: str) -> Policy:
        """The very version a demand was pinned to; LookupError when it has not arrived yet."""
        return self._versions[code, version]

    def effective(self, code: str, moment: datetime) -> Policy:
        """The version that counts at a moment (aware); LookupError."""
        fitting = [one for one in self._versions.values() if one.code == code and one.effective_from <= moment]
        if not fitting:
            raise LookupError(code)
        return max(fitting, key=lambda one: (one.effective_from, one.version))

    def all(self) -> list[Policy]:
        """Every version, by code and version."""
        return [self._versions[key] for key in sorted(self._versions)]


@cache
def installed() -> Policies:
    """The policies released with this software."""
    return Policies(load(path.read_bytes()) for path in sorted(PACKS.glob("*/*.yaml")))


@lru_cache(maxsize=64)
def load(raw: bytes) -> Policy:
    """A policy from its document; BadPolicy naming every fault found."""
    try:
        document = strict_yaml.load(raw.decode("utf-8"))
        if not isinstance(document, dict):
            raise BadPolicy("a policy is a mapping of keys")
        policy = _converter().structure(document, Policy)
    except BaseValidationError as error:
        raise BadPolicy(*cattrs.transform_error(error, "policy", format_exception=_fault)) from None
    except (ValueError, TypeError) as error:
        raise BadPolicy(" ".join(str(error).split())) from None
    found = list(checks.faults(policy, departments()))
    if found:
        raise BadPolicy(*found)
    return replace(policy, sha256=hashlib.sha256(raw).hexdigest())


@cache
def departments() -> dict[str, parts.Text]:
    """The one organisation-wide list: code -> name."""
    rows = strict_yaml.load(DEPARTMENTS.read_text("utf-8"))
    return {code: parts.Text(**name) for code, name in rows.items()}


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(datetime, lambda value, _: parse_time(value))
    for kind, wanted, what in _PLAIN:
        converter.register_structure_hook(kind, _only(kind, wanted, what))
    converter.register_structure_hook_factory(_is_tuple, _list_only)
    converter.register_structure_hook_factory(
        lambda cls: cls is Policy,
        lambda cls: make_dict_structure_fn(
            cls, converter, _cattrs_forbid_extra_keys=True, sha256=cattrs.override(omit=True)
        ),
    )
    return converter


def _only(kind: type, wanted: tuple[type, ...], what: str) -> Callable[[Any, Any], Any]:
    """Takes a value as it is written; what another program would turn into the wanted kind is a slip here."""

    def structure(value: Any, _: Any) -> Any:
        if type(value) not in wanted:
            raise ValueError(f"{value!r} is {what}")
        return kind(value)

    return structure


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _list_only(kind: Any, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    inner = homogenous_tuple_structure_factory(kind, converter)

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is no list")
        return inner(value, kind)

    return structure


def _fault(error: BaseException, kind: type | None) -> str:
    """What cattrs found; in plain words where it has none of its own."""
    if isinstance(error, KeyError):
        return f"required key {error.args[0]!r} missing"
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return str(error)
    if isinstance(error, AttributeError):
        return "no mapping of keys"
    if "not in literal" in str(error).lower():
        return f"{error.args[0].split(' ')[0]} is none of {', '.join(get_args(kind))}"
    return str(cattrs.v.format_exception(error, kind))
