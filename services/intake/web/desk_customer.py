"""/desk/customers/<number>: what is known of a customer, what they agreed to, and who else they may be."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain.customer_numbers import NumberKey
from services.intake.domain.records import CustomerRow
from services.intake.schemas.customer import ChangeSchema
from services.intake.schemas.customer_records import NumberSchema
from services.intake.store import consents, customer_numbers, customers
from services.intake.usecases import merge_customers, note_numbers
from services.intake.usecases.brief import brief
from services.intake.usecases.change_customer import Change, change_customer
from services.intake.usecases.export_customer import document
from services.intake.usecases.find_customers import duplicates
from services.intake.usecases.open_contact import open_contact
from services.intake.usecases.services import Services
from services.intake.web import filled
from services.intake.web.filled import NotTaken, Wrong
from shared import context
from shared.clock import business_now, system_now
from shared.http.body import takes
from shared.http.downloads import download
from shared.http.principal import current_principal
from shared.http.problems import Problem, errors_of
from shared.logging import get_logger
from shared.policies.parts import Text
from shared.refused import Refused, wrong
from shared.web.pages import render

log = get_logger()
FACTS = ("company_name", "industry", "tier", "value", "source")
CONTACT = ("phone", "email", "im")
_LEADS = frozenset({"lead", "manager"})


def blueprint(services: Services) -> Blueprint:
    """The page of a customer over one set of services."""
    blp = Blueprint("desk_customer", __name__)

    @blp.route("/desk/customers/<string:number>", methods=["GET"])
    def show_desk_customer(number: str) -> Response:
        """All that may be read without opening the contact."""
        return _page(services, number)

    @blp.route("/desk/customers/<string:number>/<string:verb>", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def change_desk_customer(number: str, verb: str) -> Response:
        """Change facts, note or forget a number, take back consents, merge, unmerge."""
        if verb not in _VERBS:
            raise Problem(404, "not-found", "There is nothing here")
        if verb in _OF_LEADS and not _LEADS & current_principal().roles:
            raise Problem(403, "role-missing", "This role may not do that")
        return _done(services, number, verb)

    @blp.route("/desk/customers/<string:number>/contact", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def open_customer_contact(number: str) -> Response:
        """How to reach the customer, opened for a call; who opened it is kept."""
        reader = current_principal().scope
        with services.database.write() as session:
            found = open_contact(
                session, number, purpose="call", reader=reader, request_id=context.current().request_id,
                vault=services.vault, now=system_now(),
            )  # fmt: skip
        log.info("contact_opened", customer_number=number, actor=reader, reason="call")
        return _page(services, number, contact=found or {})

    @blp.route("/desk/customers/<string:number>/export.json", methods=["POST"])
    @takes("application/x-www-form-urlencoded")
    def save_customer_export(number: str) -> Response:
        """Everything held of the customer, for whoever asked for their own data (PIPL art. 45)."""
        return _export(services, number)

    return blp


def _page(
    services: Services,
    number: str,
    *,
    part: str | None = None,
    refused: Wrong | None = None,
    typed: Mapping[str, Any] | None = None,
    contact: Mapping[str, str | None] | None = None,
) -> Response:
    with services.database.read() as session:
        row = _there(customers.by_number(session, number))
        told = brief(session, row, policy=None, subject=None, rules=services.rules, now=business_now())
        numbers = customer_numbers.of_family(session, row.id)
        agreed = consents.of_customer(session, row.id)
        alike = [] if row.merged_into else duplicates(session, row, services.vault)
    return render(
        "desk_customer.html",
        422 if refused else 200,
        here=f"/desk/customers/{number}",
        row=row,
        told=told,
        numbers=numbers,
        agreed=agreed,
        alike=alike,
        facts=FACTS,
        choices=_choices(services),
        contact_parts=CONTACT,
        contact=contact,
        part=part,
        errors=refused.errors if refused else {},
        typed=typed or {},
        done=request.args.get("done"),
        leads=bool(_LEADS & current_principal().roles),
    )


def _choices(services: Services) -> dict[str, list[tuple[str, Text]]]:
    """What the policies in force know as values, tiers and sources of customers: (code, its word)."""
    policies = services.rules.in_force(business_now())
    sources = [field.choices for one in policies for field in one.fields if field.code == "source"]
    found = {
        "value": [pair for one in policies for pair in one.values.items()],
        "tier": [(tier.code, tier.label) for one in policies for tier in one.tiers],
        "source": [(choice.code, choice.label) for choices in sources for choice in choices],
    }
    return {name: list(dict(pairs).items()) for name, pairs in found.items()}


def _done(services: Services, number: str, verb: str) -> Response:
    typed: dict[str, str] = {}
    try:
        typed = {name: texts[0] for name, texts in filled.typed(()).items()}
        with services.database.write() as session:
            _VERBS[verb](services, session, number, typed)
    except NotTaken as refusal:
        return _page(services, number, part=verb, refused=refusal.wrong)
    except ValidationError as error:
        errors = filled.beside(errors_of(error.messages))
        return _page(services, number, part=verb, refused=Wrong(errors), typed=typed)
    except Refused as refusal:
        errors = filled.beside(refusal.errors) or {"": refusal.code}
        return _page(services, number, part=verb, refused=Wrong(errors), typed=typed)
    log.info(_VERBS_LOGGED[verb], customer_number=number, actor=current_principal().scope)
    return redirect(f"{request.script_root}/desk/customers/{number}?done={verb}", 303)  # type: ignore[return-value]


def _change(services: Services, session: Session, number: str, typed: Mapping[str, str]) -> None:
    """What is left empty of the contact stays: it is not shown, so nobody can see it to keep it."""
    row = customers.locked(session, _there(customers.by_number(session, number)).id)
    if typed.get("version") != str(row.version):
        raise Refused("changed-meanwhile", "Somebody else changed this customer")
    body: dict[str, Any] = {name: typed.get(name) or None for name in FACTS}
    body["preferred_channel"] = typed.get("preferred_channel") or None
    parts = {name: typed[name] for name in CONTACT if typed.get(name, "").strip()}
    loaded = ChangeSchema().load(body | ({"contact": parts} if parts else {}))
    contact = dict(loaded.pop("contact", None) or {})
    if typed.get("name", "").strip():
        contact["name"] = ChangeSchema(only=["name"]).load({"name": typed["name"]})["name"]
    by, checked = current_principal().scope, "verified" in typed
    # A contact that is given anew has been checked in the same breath.
    change = Change(loaded, contact, by, verified=True if checked else False if row.verified_at else None)
    change_customer(session, row, change, vault=services.vault, now=business_now())


def _add_number(_services: Services, session: Session, number: str, typed: Mapping[str, str]) -> None:
    row = customers.locked(session, _there(customers.by_number(session, number)).id)
    if row.merged_into is not None:
        raise Refused("customer-merged", "Another customer goes on for this one: change that one")
    note_numbers.note(session, row.id, [_key(typed)], by=current_principal().scope, now=business_now())


def _drop_number(_services: Services, session: Session, number: str, typed: Mapping[str, str]) -> None:
    row = customers.locked(session, _there(customers.by_number(session, number)).id)
    note_numbers.forget(session, row.id, _key(typed))


def _key(typed: Mapping[str, str]) -> NumberKey:
    key: NumberKey = NumberSchema().load(
        {name: typed[name] for name in ("kind", "system", "number") if typed.get(name)}
    )
    return key


def _withdraw(_services: Services, session: Session, number: str, _typed: Mapping[str, str]) -> None:
    row = customers.locked(session, _there(customers.by_number(session, number)).id)
    consents.withdraw(session, row.id, None, business_now())


def _merge(services: Services, session: Session, number: str, typed: Mapping[str, str]) -> None:
    if not typed.get("into"):
        raise wrong("/into", "required", "Name the customer that goes on for both")
    row, into = merge_customers.locked_pair(session, number, typed["into"])
    by = current_principal().scope
    merge_customers.merge(session, row, into, by=by, vault=services.vault, now=business_now())


def _unmerge(services: Services, session: Session, number: str, _typed: Mapping[str, str]) -> None:
    into = _there(customers.by_number(session, number)).merged_into
    if into is None:
        raise Refused("not-merged", "This customer is not merged")
    row, survivor = merge_customers.locked_pair(session, number, into)
    merge_customers.unmerge(session, row, survivor, vault=services.vault, now=business_now())


def _export(services: Services, number: str) -> Response:
    """The newest 200 demands with all that belongs to them; the rest comes by the API, page by page."""
    reader = current_principal().scope
    with services.database.write() as session:
        row = _there(customers.by_number(session, number))
        found, _ = document(session, row, after=None, vault=services.vault)
        customers.note_reading(
            session, number=number, purpose="export", reader=reader, now=system_now(),
            request_id=context.current().request_id,
        )  # fmt: skip
    log.info("customer_exported", customer_number=number, actor=reader)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    return download(text.encode(), name=f"{number}.json", media_type="application/json")


def _there(row: CustomerRow | None) -> CustomerRow:
    if row is None:
        raise Problem(404, "not-found", "There is nothing here")
    return row


_VERBS: dict[str, Callable[[Services, Session, str, Mapping[str, str]], None]] = {
    "change": _change,
    "add-number": _add_number,
    "drop-number": _drop_number,
    "withdraw-consent": _withdraw,
    "merge": _merge,
    "unmerge": _unmerge,
}
_OF_LEADS = frozenset({"merge", "unmerge"})
_VERBS_LOGGED = {
    "change": "customer_changed",
    "add-number": "customer_number_added",
    "drop-number": "customer_number_removed",
    "withdraw-consent": "consent_withdrawn",
    "merge": "customer_merged",
    "unmerge": "customer_unmerged",
}
