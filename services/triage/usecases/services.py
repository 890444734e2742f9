"""What triage's entries are given by wiring."""

from dataclasses import dataclass, field

from services.triage.usecases.case_file import Books
from shared.db import Database
from shared.keyset import KeySet


@dataclass(frozen=True)
class Services:
    """keys: the public keys of all services, which triage shows to everybody; signing_key: triage's own, for tokens.

    public_url decides whether the log-in's cookie travels over https only.
    """

    database: Database
    books: Books
    keys: KeySet
    signing_key: str = field(repr=False)
    public_url: str
