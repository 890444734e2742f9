"""The installed policies and calendars as intake uses them."""

from datetime import datetime

from shared.calendars.loader import Calendars
from shared.calendars.model import Calendar
from shared.policies.loader import Policies
from shared.policies.model import Policy


class InstalledRules:
    """Rules over a set of policies and the calendars they name."""

    def __init__(self, policies: Policies, calendars: Calendars) -> None:
        self._policies, self._calendars = policies, calendars

    def effective(self, code: str, moment: datetime) -> Policy:
        """The version that counts at a moment; LookupError."""
        return self._policies.effective(code, moment)

    def in_force(self, moment: datetime) -> list[Policy]:
        """Of every policy the version that counts at a moment, by code."""
        codes = sorted({one.code for one in self._policies.all() if one.effective_from <= moment})
        return [self._policies.effective(code, moment) for code in codes]

    def pinned(self, code: str, version: str) -> Policy:
        """The very version a demand is run by; LookupError."""
        return self._policies.pinned(code, version)

    def calendar(self, code: str) -> Calendar:
        """The newest version of a calendar; LookupError."""
        return self._calendars.effective(code)
