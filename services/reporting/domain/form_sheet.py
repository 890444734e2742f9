"""What a form is filled from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reporting.domain.communications import local
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
    """All that a form is filled from; person None: names masked, contacts withheld. row: its place in a list.

    What a row is about, None for the demand itself: talk: a communication; entry: a task or an entry of the log, as
    texts by the names of its values.
    """

    policy: Policy
    dossier: Dossier
    names: Names
    person: Person | None = None
    row: int = 1
    entry: Mapping[str, str] | None = None
    talk: Mapping[str, Any] | None = None

    @property
    def demand(self) -> Mapping[str, Any]:
        """The projected row."""
        return self.dossier.demand

    def local(self, moment: datetime | None) -> str:
        """To the minute, where the policy's people are."""
        return local(self.policy, moment)
