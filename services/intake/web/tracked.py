"""The tracking page of a demand: what it shows, and which forms stand on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from services.intake.domain import tokens, tracking
from services.intake.domain.tracking import Ways
from services.intake.store import answers, attachments, changes, consents, demands
from services.intake.usecases.services import Services
from services.intake.web.chosen import file_rows
from shared.clock import business_now, system_now
from shared.http.problems import Problem
from shared.policies.model import Policy
from shared.web.language import language
from shared.web.pages import render

_MOST_MERGES = 20


@dataclass(frozen=True)
class Wrong:
    """What could not be taken: in which part of the page, and why; place: the row of files it is about."""

    part: str
    code: str
    status: int = 422
    place: str = ""


def demand_of(services: Services, token: str) -> dict[str, Any]:
    """The demand a link leads to, with `answered`, `changes`, `attachments`, `goes_on` and `consent`.

    goes_on: the one it was merged into, or None; consent: (given, taken back) of what its customer agreed to here, or
    None.
    Problem 404 for a link that nobody made, 410 for one that has expired.
    """
    try:
        demand_id = tokens.demand_of(services.vault.token_key, token, business_now())
    except tokens.ExpiredToken:
        raise Problem(410, "link-expired", "This link has expired") from None
    except tokens.BadToken:
        raise Problem(404, "not-found", "There is nothing here") from None
    with services.database.read() as session:
        row = demands.find(session, demand_id)
        if row is None:
            raise Problem(404, "not-found", "There is nothing here")
        late = row["status"] == "closed"
        row["answered"] = answers.is_answered(session, row["id"], row["cycle"], late=late)
        row["changes"] = changes.of_demand(session, row["id"])
        found = attachments.of_demand(session, row["id"])
        # Others whose demands were merged into this one may have sent files as well: those are not for this customer.
        row["attachments"] = [one for one in found if one.customer_id == row["customer_id"]]
        row["goes_on"] = _goes_on(session, row)
        row["consent"] = consents.latest_of_demand(session, row["id"])
    return row


def _goes_on(session: Session, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where a merged demand went in the end; see usecases.redirect for rings and demands that were taken back."""
    seen, found = {row["number"]}, row
    while found["merged_into"] and found["withdrawn_at"] is None and len(seen) < _MOST_MERGES:
        after = demands.find(session, found["merged_into"])
        if after is None or after["number"] in seen:
            return None
        seen.add(after["number"])
        found = after
    return None if found is row else dict(found)


def page(services: Services, demand: Mapping[str, Any], token: str, *, wrong: Wrong | None = None) -> Response:
    """The page; wrong: what could not be taken, shown in its part with all that was typed."""
    policy = services.rules.pinned(demand["policy"], demand["policy_version"])
    return render(
        "tracking.html",
        wrong.status if wrong else 200,
        here=f"/t/{token}",
        demand=demand,
        policy=policy,
        token=token,
        form=tokens.form(services.vault.token_key, demand["id"], system_now()),
        asked=_asked(policy, demand["waiting_for"]),
        yours=_yours(policy, demand["details"]),
        objections=tracking.objections(policy),
        to_answer=tracking.to_answer(demand["changes"], demand["status"]),
        merged=_merged(services, demand),
        wrong=wrong,
        typed=request.form if wrong else {},
        may=_ways(policy, demand),
        files=file_rows({wrong.place: wrong.code} if wrong else {}),
        new="new" in request.args,
        done=request.args.get("done"),
        address=f"{services.root_url}/t/{token}",
    )


def _ways(policy: Policy, demand: Mapping[str, Any]) -> Ways:
    goes_on = demand["goes_on"]
    if goes_on is None:
        return tracking.ways(policy, demand, answered=demand["answered"])
    ours = goes_on["customer_number"] == demand["customer_number"]
    return Ways(supplement=not ours and goes_on["status"] != "closed" and not goes_on["withdrawn_at"], withdraw=True)


def _merged(services: Services, demand: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a merged demand's customer sees of the one that goes on: {status, number and address only of an own one}.

    Of another customer's demand nothing is shown but where it stands: its words and its result are that customer's.
    """
    goes_on = demand["goes_on"]
    if goes_on is None:
        return None
    if goes_on["customer_number"] != demand["customer_number"]:
        return {"status": goes_on["status"], "number": None, "address": None}
    address = services.tracking_url(goes_on["id"], goes_on["received_at"]).removeprefix(services.root_url)
    return {"status": goes_on["status"], "number": goes_on["number"], "address": f"{request.script_root}{address}"}


def _yours(policy: Policy, details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the customer answered to the policy's own questions, in words: (question, answer)."""
    given, here = details.get("fields", {}), language()
    labels = {one.code: {each.code: each.label.in_language(here) for each in one.choices} for one in policy.fields}
    found = []
    for spec in policy.fields:
        answers_of = given.get(spec.code)
        several = answers_of if isinstance(answers_of, list) else [answers_of]
        texts = [labels[spec.code].get(str(one), str(one)) for one in several if isinstance(one, str | int | float)]
        if texts and not spec.internal and spec.kind != "yes_no":
            found.append((spec.label.in_language(here), "、".join(texts)))
    return found


def _asked(policy: Policy, wanted: Mapping[str, Any] | None) -> list[str]:
    """What the policy asks for each thing that is missing or vague, once."""
    asks = {one.name: one.ask.in_language(language()) for one in policy.quality.required}
    names = [*wanted["missing"], *wanted["vague"]] if wanted else []
    return list(dict.fromkeys(asks[name] for name in names if name in asks))
