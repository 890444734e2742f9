"""Ask another service with reporting's own token."""

from typing import Any

import requests

from shared.auth import sign_service_token

_SECONDS = 5


class Unreachable(Exception):
    """The service did not answer, or not now. service: its name."""

    def __init__(self, service: str, why: str) -> None:
        super().__init__(why)
        self.service = service


def ask(service: str, url: str, signing_key: str, **params: str) -> dict[str, Any] | None:
    """The JSON object at an address of a service, None where there is nothing; Unreachable."""
    if not url.startswith("http") or not signing_key:
        raise Unreachable(service, "not configured")
    token = sign_service_token(signing_key, "reporting", service)
    try:
        answer = requests.get(url, params=params, headers={"Authorization": f"Bearer {token}"}, timeout=_SECONDS)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise Unreachable(service, f"status {answer.status_code}")
        found: dict[str, Any] = answer.json()
    except requests.RequestException as error:
        raise Unreachable(service, type(error).__name__) from None
    return found
