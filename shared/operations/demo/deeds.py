"""How a step of a story is said over HTTP: to whom, where, and what whoever says it looks up before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from shared.ids import new_id
from shared.operations.corpus.reader import Errand, Step, named
from shared.operations.demo.stage import Stage


@dataclass(frozen=True)
class _Deed:
    """Where it is said; path: under the demand's address, with the ids of parts that are looked up."""

    service: str
    path: str
    method: str = "POST"


_DEEDS = {
    "supplement": _Deed("intake", "supplements"),
    "confirmation": _Deed("intake", "confirmation"),
    "change-confirmation": _Deed("intake", "changes/{change}/confirmation"),
    "withdraw": _Deed("intake", "withdraw"),
    "communication": _Deed("intake", "communications"),
    "correct-communication": _Deed("intake", "communications/{communication}", "PUT"),
    "task-progress": _Deed("triage", "tasks/{task}/progress"),
    "change-request": _Deed("triage", "change-requests"),
    "decide-change": _Deed("triage", "change-requests/{change}/decision"),
}
"""What is not said by its own name to triage."""


def do(stage: Stage, token: str, number: str, step: Step, numbers: Mapping[str, str]) -> requests.Response:
    """Say it; a change or a communication is the latest one, and a signature signs the result as it is shown."""
    deed = _DEEDS.get(step.do) or _Deed("triage", step.do)
    demand, body, headers = f"/demands/{number}", named(step.body, numbers), {"Idempotency-Key": new_id()}
    about: dict[str, Any] = {}
    if "{task}" in deed.path:
        about["task"] = body.pop("task")
    elif "{change}" in deed.path:
        about["change"] = stage.read("triage", demand)["changes"][-1]["id"]
    elif "{communication}" in deed.path:
        latest = stage.read("intake", f"{demand}/communications")["items"][-1]
        about["communication"], headers["If-Match"] = latest["id"], f'"v{latest["version"]}"'
    elif "signature" in body:
        body["result_sha256"] = stage.read("intake", demand)["result_sha256"]
    path = f"{demand}/{deed.path.format(**about)}"
    return stage.call(deed.service, deed.method, path, token=token, json=body, headers=headers)


def run_errand(stage: Stage, token: str, errand: Errand, numbers: Mapping[str, str]) -> requests.Response:
    """Do what is about no demand."""
    body, key = named(errand.body, numbers), {"Idempotency-Key": new_id()}
    return stage.call("triage", errand.method, f"/{errand.path}", token=token, json=body, headers=key)


def part_of(stage: Stage, number: str, part: int) -> str | None:
    """The number of a demand that was made of this one, by a split or to follow it up; None: there is none."""
    related = stage.read("triage", f"/demands/{number}")["relations"]
    made = sorted(
        one["number"]
        for one in related
        if one["direction"] == "from" and one["relation"] in ("split_from", "follow_up")
    )
    return made[part - 1] if len(made) >= part else None
