"""A form of a policy, blank or filled from what is known of a demand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from services.reporting.domain.dossier import Dossier
from services.reporting.domain.form_layout import form_of, page
from services.reporting.domain.form_sheet import Person, Sheet
from services.reporting.gateways import documents
from services.reporting.store import dossiers
from services.reporting.usecases.count_handling import Books
from services.reporting.usecases.keep_archives import policy_in_force
from shared.policies.model import Policy
from shared.refused import Refused


def policy_of(dossier: Dossier, books: Books) -> Policy:
    """The policy that a demand is pinned to; Refused 409 policy-unknown."""
    try:
        return books.policies.pinned(dossier.demand["policy"], dossier.demand["policy_version"])
    except LookupError:
        raise Refused("policy-unknown", "The demand's policy is not known here") from None


def policy_to_print(books: Books, code: str, version: str | None, now: datetime) -> Policy:
    """This version of a policy, without one the version that counts now.

    Refused 404 policy-unknown; 409 version-unknown: it may still be under way to us.
    """
    if version is None:
        return policy_in_force(books, code, now)
    try:
        return books.policies.pinned(code, version)
    except LookupError:
        raise Refused("version-unknown", "This version of the policy is not known here") from None


def fill_form(
    session: Session, dossier: Dossier, code: str, *, policy: Policy, person: Person | None, staff: Mapping[str, str]
) -> bytes:
    """The form as .docx; Refused 404 form-unknown. policy: the demand's.

    person None: the customer's name masked, contacts withheld; staff: id -> full name of those that are not masked.
    """
    names = replace(dossiers.known_names(session), full=staff)
    sheet = Sheet(policy, dossier, names, person)
    return documents.form(page(policy, form_of(policy, code), sheet))


def blank_form(policy: Policy, code: str, language: str = "zh") -> bytes:
    """The form with empty lines as .docx, in Chinese or English (en); Refused 404 form-unknown."""
    return documents.form(page(policy, form_of(policy, code), None, language))
