"""Intake's vault: who a customer is and what a file holds, at the moment of use, on the record there."""

from urllib.parse import quote

import requests

from services.reporting.domain.form_sheet import Person
from shared.auth import sign_service_token

_SECONDS, _SECONDS_FOR_A_FILE = 5, 60
_GONE = {404: "unreadable", 409: "unreadable", 410: "erased"}


class Unreachable(Exception):
    """Intake did not answer, or not now."""


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
        answer = self._get(f"customers/{quote(customer_number, safe='')}/contact?purpose={purpose}", _SECONDS)
        if answer.status_code == 404:
            return None
        try:
            found = _good(answer).json()
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from None
        return Person(*(found.get(name) for name in ("name", "phone", "email", "im")))

    def file(self, demand_id: str, attachment_id: str) -> bytes:
        """The bytes of a demand's file; Gone, Unreachable."""
        answer = self._get(f"demands/{demand_id}/attachments/{attachment_id}/content", _SECONDS_FOR_A_FILE)
        if answer.status_code in _GONE:
            raise Gone(_GONE[answer.status_code])
        return _good(answer).content

    def _get(self, path: str, seconds: int) -> requests.Response:
        if not self._url or not self._key:
            raise Unreachable("not configured")
        token = sign_service_token(self._key, "reporting", "intake")
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return requests.get(f"{self._url}/api/v1/{path}", headers=headers, timeout=seconds)
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from None


def _good(answer: requests.Response) -> requests.Response:
    if answer.status_code != 200:
        raise Unreachable(f"status {answer.status_code}")
    return answer
