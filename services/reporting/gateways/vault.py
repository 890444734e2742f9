"""Intake's vault: who a customer is, at the moment of use, on the record there."""

from urllib.parse import quote

from services.reporting.domain.form_sheet import Person
from services.reporting.gateways.ask import ask


class Vault:
    """Asks intake with reporting's own token."""

    def __init__(self, intake_url: str, signing_key: str) -> None:
        self._url, self._key = intake_url, signing_key

    def open(self, customer_number: str, *, purpose: str) -> Person | None:
        """The customer in the clear, None when there is none any more; Unreachable. purpose: "archive" or "form"."""
        address = f"{self._url}/api/v1/customers/{quote(customer_number, safe='')}/contact"
        found = ask("intake", address, self._key, purpose=purpose)
        if found is None:
            return None
        return Person(found.get("name"), found.get("phone"), found.get("email"), found.get("im"))
