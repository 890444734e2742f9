"""Ask another service with reporting's own token."""

from collections.abc import Mapping
from typing import Any

import requests

from shared.auth import sign_service_token

_SECONDS = 5


class Unreachable(Exception):
    """The service did not answer, or not now. service: its name."""

    def __init__(self, service: str, why: str) -> None:
        super().__init__(why)
        self.service = service


def call(
    service: str, url: str, signing_key: str, params: Mapping[str, str] | None = None, *, seconds: int = _SECONDS
) -> requests.Response:
    """What a service answers, whatever it is; Unreachable."""
    if not url.startswith("http") or not signing_key:
        raise Unreachable(service, "not configured")
    token = sign_service_token(signing_key, "reporting", service)
    try:
        return requests.get(url, params=params, headers={"Authorization": f"Bearer {token}"}, timeout=seconds)
    except requests.RequestException as error:
        raise Unreachable(service, type(error).__name__) from None


def good(service: str, answer: requests.Response) -> requests.Response:
    """An answer with what was asked for; Unreachable."""
    if answer.status_code != 200:
        raise Unreachable(service, f"status {answer.status_code}")
    return answer


def ask(service: str, url: str, signing_key: str, **params: str) -> dict[str, Any] | None:
    """The JSON object at an address of a service, None where there is nothing; Unreachable."""
    answer = call(service, url, signing_key, params)
    if answer.status_code == 404:
        return None
    try:
        found: dict[str, Any] = good(service, answer).json()
    except requests.RequestException as error:
        raise Unreachable(service, type(error).__name__) from None
    return found
