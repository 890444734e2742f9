"""What intake's entries are given by wiring."""

from dataclasses import dataclass

from services.intake.domain.rules import Rules
from services.intake.domain.vault import Vault
from shared.db import Database


@dataclass(frozen=True)
class Services:
    """max_unsent: how many events may wait for the broker before demands are answered 503."""

    database: Database
    rules: Rules
    vault: Vault
    max_unsent: int = 200_000
