"""`demandflow classify`: what a policy's rules make of texts, without an installation. Texts in, JSON lines out."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from shared.clock import format_time, system_now
from shared.operations import training
from shared.policies import interpret, learned
from shared.policies.facts import Facts
from shared.policies.learned import Learned
from shared.policies.loader import installed
from shared.policies.model import Policy
from shared.privacy import finder

_LONGEST = 20_000
_DIRECTORY = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("classify", invoke_without_command=True)
@click.option("--policy", "code", help="By which policy.")
@click.option("--model", "directory", type=_DIRECTORY, help="Where models are; one decides what words do not.")
@click.pass_context
def classify(ctx: click.Context, code: str | None, directory: Path | None) -> None:
    """Read texts, or JSON objects with a demand's fields, one a line; print one JSON object for each.

    {type, type_candidates, urgency, priority, vague, missing, personal_data [{kind, start, end}], reasons}; type and
    urgency are codes of the policy, null where the rules cannot decide or nobody declared one.
    """
    if ctx.invoked_subcommand is not None:
        return
    if code is None:
        raise click.UsageError("Missing option '--policy'.")
    policy, model = _policy(code), None
    if directory is not None:
        model = _models(directory).get(code)
        if model is None:
            raise click.ClickException(f"{directory} holds no model for policy {code}")
    for line in _lines():
        click.echo(json.dumps(judged(policy, line, model), ensure_ascii=False))


@classify.command("train")
@click.option("--policy", "code", required=True, help="Whose types the labels are.")
@click.option("--data", required=True, type=_FILE, help="Lines of {text, label} or {text, labels: {policy: label}}.")
@click.option("--out", required=True, type=_DIRECTORY, help="Where <policy>.json is written.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print {policy, file, sha256, threshold, n_grams, texts, left_out}."
)
def train_model(code: str, data: Path, out: Path, as_json: bool) -> None:
    """Learn a policy's types from texts whose types people confirmed; needs scikit-learn, as only this verb does."""
    policy = _policy(code)
    try:
        rows = training.examples(data.read_bytes(), policy)
        found = training.train(code, rows, trained_at=format_time(system_now()))
    except training.CannotTrain as error:
        raise click.ClickException(str(error)) from None
    out.mkdir(parents=True, exist_ok=True)
    file, model = out / f"{code}.json", found.model
    draft = out / f".{code}.json.draft"
    draft.write_bytes(learned.dump(model))
    draft.replace(file)  # whoever reads it meanwhile has the old one or the new one
    told = {"policy": code, "file": str(file), "sha256": model.sha256, "threshold": model.threshold}
    told |= {"n_grams": len(model.weights), "texts": found.texts, "left_out": list(found.left_out)}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(f"{k}: {v}" for k, v in told.items()))


def judged(policy: Policy, demand: Mapping[str, Any], model: Learned | None = None) -> dict[str, Any]:
    """What the rules make of one demand, given as the fields of a demand's body; model: where words decide no type."""
    facts = facts_of(policy, demand)
    classified = interpret.classify(policy, facts, model)
    decided = replace(facts, type=classified.type.code if classified.type else None)
    routed = interpret.route(policy, decided)
    prioritised = interpret.prioritise(policy, replace(decided, joint=bool(routed.joining)))
    text = str(demand.get("description") or "")
    return {
        "type": decided.type,
        "type_candidates": [{"type": code, "weight": weight} for code, weight in classified.candidates],
        "urgency": facts.urgency,
        "priority": prioritised.level.code,
        "vague": bool(text) and interpret.is_vague(policy, text),
        "missing": list(interpret.missing(policy, facts)),
        "personal_data": [{"kind": one.kind, "start": one.start, "end": one.end} for one in finder.find(text)],
        "reasons": [*classified.reasons, routed.reason, *prioritised.reasons],
    }


def facts_of(policy: Policy, demand: Mapping[str, Any]) -> Facts:
    """The facts of a demand's body; words for type, urgency and mood become codes where the policy knows them."""
    customer, feedback = demand.get("customer") or {}, demand.get("feedback") or {}
    contact = customer.get("contact") or {}
    named = {
        **{name: demand.get(name) for name in demand if name not in ("customer", "feedback", "fields", "impact")},
        **{f"customer.{name}": value for name, value in customer.items() if name != "contact"},
        "customer.contact": contact.get("phone") or contact.get("email") or contact.get("im"),
        **{f"customer.{name}": value for name, value in contact.items()},
        **{f"feedback.{name}": value for name, value in feedback.items()},
        **{f"fields.{name}": value for name, value in (demand.get("fields") or {}).items()},
    }
    kind = customer.get("kind") or ("company" if customer.get("company") else "person")
    return Facts(
        text="\n".join(str(demand[name]) for name in ("subject", "description") if demand.get(name)),
        type=_code(policy.types, demand.get("type")),
        urgency=_code(policy.urgencies, demand.get("urgency")),
        mood=_named(policy.moods, demand.get("mood")),
        customer_kind=kind,
        customer_value=_named(policy.values, customer.get("value")),
        industry=customer.get("industry"),
        product=demand.get("product"),
        feedback_kind=_code(policy.feedback.kinds, feedback.get("kind")),
        impact=demand.get("impact") or {},
        fields=demand.get("fields") or {},
        given=frozenset(name for name, value in named.items() if value not in (None, "")),
        known_customer="number" in customer,
        wishes=demand.get("wishes") or "",
    )


def _policy(code: str) -> Policy:
    try:
        return installed().effective(code, system_now())
    except LookupError:
        raise click.ClickException(f"there is no policy {code}") from None


def _models(directory: Path) -> Mapping[str, Learned]:
    try:
        return learned.in_directory(directory)
    except learned.BadModel as error:
        raise click.ClickException(str(error)) from None


def _code(items: Any, word: Any) -> str | None:
    for item in items:
        if word is not None and word in (item.code, item.label.zh, item.label.en, *item.aliases):
            return str(item.code)
    return None


def _named(items: Mapping[str, Any], word: Any) -> str | None:
    return next((code for code, label in items.items() if word in (code, label.zh, label.en)), None)


def _lines() -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            line = raw.decode("utf-8").strip()
            found = json.loads(line) if line.startswith("{") else {"description": line}
        except (ValueError, RecursionError):
            raise click.ClickException(f"line {number} is neither text in UTF-8 nor a JSON object") from None
        if line:
            yield {**found, "description": str(found.get("description") or found.get("text") or "")[:_LONGEST]}
