"""Intake's vault: a customer's contact at the moment of use, on the record there."""

from dataclasses import dataclass

import requests

from shared.auth import sign_service_token

_SECONDS = 5


@dataclass(frozen=True)
class Contact:
    """How to reach one customer; parts may be missing."""

    name: str | None
    email: str | None


class Unreachable(Exception):
    """Intake did not answer, or not now."""


class Contacts:
    """Asks intake with the notifier's own token."""

    def __init__(self, intake_url: str, signing_key: str) -> None:
        self._url, self._key = intake_url, signing_key

    def of(self, customer_number: str) -> Contact | None:
        """The contact, or None when the customer is gone; Unreachable."""
        token = sign_service_token(self._key, "notifier", "intake")
        try:
            answer = requests.get(
                f"{self._url}/api/v1/customers/{customer_number}/contact",
                params={"purpose": "notice"},
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
        return Contact(found["name"], found["email"])
