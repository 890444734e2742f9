"""Intake's vault: who a customer is, at the moment of use, on the record there."""

from urllib.parse import quote

import requests

from services.reporting.domain.form_sheet import Person
from shared.auth import sign_service_token

_SECONDS = 5


class Unreachable(Exception):
    """Intake did not answer, or not now."""


class Vault:
    """Asks intake with reporting's own token."""

    def __init__(self, intake_url: str, signing_key: str) -> None:
        self._url, self._key = intake_url, signing_key

    def open(self, customer_number: str, *, purpose: str) -> Person | None:
        """The customer in the clear, None when there is none any more; Unreachable. purpose: "archive" or "form"."""
        if not self._url or not self._key:
            raise Unreachable("not configured")
        token = sign_service_token(self._key, "reporting", "intake")
        try:
            answer = requests.get(
                f"{self._url}/api/v1/customers/{quote(customer_number, safe='')}/contact",
                params={"purpose": purpose},
                headers={"Authorization": f"Bearer {token}"},
                timeout=_SECONDS,
            )
            if answer.status_code == 404:
                return None
            if answer.status_code != 200:
                raise Unreachable(f"status {answer.status_code}")
            found = answer.json()
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__) from None
        return Person(*(found.get(name) for name in ("name", "phone", "email", "im")))
