"""What a form is filled from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.reporting.domain.dossier import Dossier, Names
from shared.policies.model import Policy


@dataclass(frozen=True)
class Person:
    """Who the customer is, opened for one form; None: not known. with_contacts False: for archives, the name alone."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    im: str | None = None
    with_contacts: bool = True


@dataclass(frozen=True)
class Sheet:
    """All that a form is filled from; person None: names masked, contacts withheld. row: its place in a list."""

    policy: Policy
    dossier: Dossier
    names: Names
    person: Person | None = None
    row: int = 1

    @property
    def demand(self) -> Mapping[str, Any]:
        """The projected row."""
        return self.dossier.demand

    def local(self, moment: datetime | None) -> str:
        """To the minute, where the policy's people are."""
        if moment is None:
            return ""
        return moment.astimezone(ZoneInfo(self.policy.time_zone)).strftime("%Y-%m-%d %H:%M")
