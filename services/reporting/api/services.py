"""What reporting's entries are given by wiring."""

from dataclasses import dataclass

from shared.db import Database


@dataclass(frozen=True)
class Services:
    """The read store."""

    database: Database
