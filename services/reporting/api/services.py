"""What reporting's entries are given by wiring."""

from dataclasses import dataclass
from pathlib import Path

from services.reporting.gateways.staff_names import StaffNames
from services.reporting.gateways.vault import Vault
from services.reporting.usecases.count_handling import Books
from shared.db import Database


@dataclass(frozen=True)
class Services:
    """The read store, the policies and calendars, intake's vault, triage's staff, the directory of packages."""

    database: Database
    books: Books
    vault: Vault
    staff: StaffNames
    archive_dir: Path
