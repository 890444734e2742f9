"""How people are reached, at the moment of use and on the record: customers by intake's vault, staff by triage."""

from dataclasses import dataclass

from services.notifier.domain.notices import Asked, Reached
from services.notifier.gateways.ask import ask


@dataclass(frozen=True)
class Contact:
    """How to reach one customer; parts may be missing."""

    name: str | None
    email: str | None


@dataclass(frozen=True)
class Colleague:
    """How to reach somebody who works here."""

    staff_id: str
    name: str
    email: str


class Contacts:
    """Intake's vault."""

    def __init__(self, intake_url: str, signing_key: str) -> None:
        self._url, self._key = intake_url, signing_key

    def of(self, customer_number: str) -> Contact | None:
        """The contact, or None when the customer is gone; Unreachable."""
        url = f"{self._url}/api/v1/customers/{customer_number}/contact"
        found = ask("intake", url, self._key, {"purpose": "notice"})
        return None if found is None else Contact(found["name"], found["email"])


class Colleagues:
    """Triage's list of staff."""

    def __init__(self, triage_url: str, signing_key: str) -> None:
        self._url, self._key = triage_url, signing_key

    def of(self, staff_id: str) -> Colleague | None:
        """Somebody who works here and has a mail address; Unreachable."""
        found = ask("triage", f"{self._url}/api/v1/contacts", self._key, {"staff_id": staff_id}) or {"items": []}
        return next((Colleague(one["staff_id"], one["name"], one["email"]) for one in found["items"]), None)

    def reached(self, asked: Asked) -> tuple[Reached, ...]:
        """Who is here to be told, away people's deputies among them; Unreachable."""
        found = ask("triage", f"{self._url}/api/v1/recipients", self._key, vars(asked)) or {"items": []}
        return tuple(Reached(one["staff_id"], one["why"], one["instead_of"]) for one in found["items"])
