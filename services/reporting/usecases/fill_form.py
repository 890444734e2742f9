"""A form of a policy, blank or filled from what is known of a demand."""

from sqlalchemy.orm import Session

from services.reporting.domain.dossier import Dossier
from services.reporting.domain.form_layout import form_of, page
from services.reporting.domain.form_sheet import Person, Sheet
from services.reporting.gateways import documents
from services.reporting.store import dossiers
from services.reporting.usecases.count_handling import Books
from shared.policies.model import Policy
from shared.refused import Refused


def fill_form(session: Session, dossier: Dossier, code: str, *, books: Books, person: Person | None) -> bytes:
    """The form as .docx; person None: names masked, contacts withheld. Refused 404 form-unknown, 409 policy-unknown."""
    try:
        policy = books.policies.pinned(dossier.demand["policy"], dossier.demand["policy_version"])
    except LookupError:
        raise Refused("policy-unknown", "The demand's policy is not known here") from None
    sheet = Sheet(policy, dossier, dossiers.known_names(session), person)
    return documents.form(page(policy, form_of(policy, code), sheet))


def blank_form(policy: Policy, code: str) -> bytes:
    """The form with empty lines as .docx; Refused 404 form-unknown."""
    return documents.form(page(policy, form_of(policy, code), None))
