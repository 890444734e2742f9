"""What triage's entries are given by wiring."""

from dataclasses import dataclass

from shared.db import Database
from shared.keyset import KeySet
from shared.policies.loader import Policies


@dataclass(frozen=True)
class Services:
    """keys: the public keys of all services, which triage shows to everybody."""

    database: Database
    policies: Policies
    keys: KeySet
