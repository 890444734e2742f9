"""A channel's side: reports demands with an Idempotency-Key, tries again until told, and keeps the ledger."""

import threading
from typing import Any

import requests

from shared.clock import monotonic
from shared.ids import new_id
from shared.operations.ledger import Entry, Ledger


class Channel:
    """Posts demands to intake; one object per thread."""

    def __init__(self, url: str, key: str, ledger: Ledger) -> None:
        self._url, self._ledger = f"{url}/api/v1/demands", ledger
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"

    def report(self, body: dict[str, Any], patience: float = 30.0, *, key: str | None = None) -> dict[str, Any] | None:
        """The answer of an accepted demand; None when it was refused or patience (seconds) ran out.

        key: the Idempotency-Key, a new one unless given.
        """
        key, deadline, pause = key or new_id(), monotonic() + patience, threading.Event()
        while True:
            answer = self._try(body, key)
            if answer is not None and answer.status_code == 201:
                told: dict[str, Any] = answer.json()
                self._ledger.record(Entry("accepted", key, told["id"], told["number"]))
                return told
            if answer is not None and 400 <= answer.status_code < 500 and answer.status_code not in (409, 429):
                self._ledger.record(Entry("refused", key))
                return None
            if monotonic() > deadline:
                self._ledger.record(Entry("unknown", key))
                return None
            pause.wait(0.2)

    def _try(self, body: dict[str, Any], key: str) -> requests.Response | None:
        try:
            return self._session.post(self._url, json=body, headers={"Idempotency-Key": key}, timeout=10)
        except requests.RequestException:
            return None
