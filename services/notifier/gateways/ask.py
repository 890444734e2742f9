"""Asking another service something, with the notifier's own token."""

from collections.abc import Mapping
from typing import Any

import requests

from shared.auth import sign_service_token

_SECONDS = 5


class Unreachable(Exception):
    """The other service did not answer, or not now."""


def call(service: str, url: str, signing_key: str, query: Mapping[str, str | None]) -> requests.Response:
    """What a service answers, whatever it is; Unreachable."""
    token = sign_service_token(signing_key, "notifier", service)
    try:
        return requests.get(
            url, params=query, headers={"Authorization": f"Bearer {token}"}, timeout=_SECONDS, allow_redirects=False
        )
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from None


def ask(service: str, url: str, signing_key: str, query: Mapping[str, str | None]) -> Any | None:
    """The JSON that a service answers, None for 404; Unreachable."""
    answer = call(service, url, signing_key, query)
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise Unreachable(f"status {answer.status_code}")
    return json_of(answer)


def json_of(answer: requests.Response) -> Any:
    """What an answer holds; Unreachable when it is no JSON."""
    try:
        return answer.json()
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from None
