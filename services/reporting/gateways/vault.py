"""Intake's vault: who a customer is and what a file holds, at the moment of use, on the record there."""

from urllib.parse import quote

from services.reporting.domain.form_sheet import Person
from services.reporting.gateways.ask import Unreachable, ask, call, good

_SECONDS_FOR_A_FILE = 60
_TRIES = 3
_GONE = {404: "unreadable", 409: "unreadable", 410: "erased"}
_ABOUT_US = frozenset({401, 403, 429})
"""Answers that say nothing of the file."""


class Gone(Exception):
    """A file cannot be had. state: erased, its customer was; unreadable, intake has it no more or damaged; failed,
    intake answers, but never with this file."""

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
        """The bytes of a demand's file, tried three times; Gone.

        Unreachable: intake as a whole is not ready, or refuses us.
        """
        address = f"{self._url}/api/v1/demands/{demand_id}/attachments/{attachment_id}/content"
        for _ in range(_TRIES):
            try:
                answer = call("intake", address, self._key, seconds=_SECONDS_FOR_A_FILE)
            except Unreachable:
                answer = None
            if answer is not None and answer.status_code in _GONE:
                raise Gone(_GONE[answer.status_code])
            if answer is not None and answer.status_code in (200, *_ABOUT_US):
                return good("intake", answer).content
            good("intake", call("intake", f"{self._url}/readyz", self._key))
        raise Gone("failed")
