"""The broker's side of a department that owns its tools: its queue and its account."""

import secrets

from shared.operations.broker import department_account
from shared.operations.home import Home


def provision(home: Home, code: str) -> str:
    """Make queue and account on the home's private node if they are missing; returns the address with password."""
    name = f"broker_dept-{code}"
    if not (home.secrets / name).exists():
        home.write_secret(name, secrets.token_urlsafe(24))
    password = home.secret(name)
    home.broker().import_accounts([department_account(code, password)], (code,))
    return home.broker().url(f"dept-{code}", password)
