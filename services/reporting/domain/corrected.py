"""A demand as it is known now: what was reported, with what triage put right laid over it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def as_corrected(row: Mapping[str, Any]) -> dict[str, Any]:
    """The projected row with corrected facts; `corrected`: their names.

    Intake and triage tell their parts in any order. So both stand side by side, each with its moment, and what the
    customer added after a correction counts beside it, whichever came here first.
    """
    facts, added = row["corrected"] or {}, row["added"] or []
    shown = {name: value for name, value in row.items() if name != "added"} | {"corrected": sorted(facts)}
    for fact, told in facts.items():
        later = [one for one in added if _moment(one) > _moment(told)]
        group, _, name = fact.rpartition(".")
        if fact == "description":
            shown[fact] = "\n".join([told["value"], *(one["text"] for one in later if one["text"])])
        elif not group:
            shown[fact] = told["value"]
        elif group != "fields" or not any(name in one["fields"] for one in later):
            answers = {key: value for key, value in (shown[group] or {}).items() if key != name}
            shown[group] = answers if told["value"] is None else {**answers, name: told["value"]}
    return shown


def _moment(told: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(told["at"])
