"""Triage's staff: what somebody is called in full, at the moment of use, on the record there."""

from urllib.parse import quote

from services.reporting.gateways.ask import ask


class StaffNames:
    """Asks triage with reporting's own token."""

    def __init__(self, triage_url: str, signing_key: str) -> None:
        self._url, self._key = triage_url, signing_key

    def open(self, staff_id: str) -> str | None:
        """The full name, None where triage knows nobody of that id; Unreachable."""
        found = ask("triage", f"{self._url}/api/v1/staff/{quote(staff_id, safe='')}/name", self._key)
        return None if found is None else str(found["name"])
