"""What the notifier's entries are given by wiring."""

from dataclasses import dataclass

from shared.db import Database


@dataclass(frozen=True)
class Services:
    """Only its own database."""

    database: Database
