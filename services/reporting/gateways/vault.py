"""Intake's vault: who a customer is and what a file holds, at the moment of use, on the record there."""

from urllib.parse import quote

from services.reporting.domain.form_sheet import Person
from services.reporting.gateways.ask import ask, call, good

_SECONDS_FOR_A_FILE = 60
_GONE = {404: "unreadable", 409: "unreadable", 410: "erased"}


class Gone(Exception):
    """A file can be opened no more. state: erased, its customer was; unreadable, intake has it no more or damaged."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


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

    def file(self, demand_id: str, attachment_id: str) -> bytes:
        """The bytes of a demand's file; Gone, Unreachable."""
        address = f"{self._url}/api/v1/demands/{demand_id}/attachments/{attachment_id}/content"
        answer = call("intake", address, self._key, seconds=_SECONDS_FOR_A_FILE)
        if answer.status_code in _GONE:
            raise Gone(_GONE[answer.status_code])
        return good("intake", answer).content
