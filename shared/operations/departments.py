"""The broker's side of a department that owns its tools: its queue and its account."""

import json
import os
import secrets
from pathlib import Path

from shared.messaging.broker import lets_in
from shared.operations.broker import Account, definitions_of, department_account
from shared.operations.home import Home

_SECRET = "broker_dept-"  # noqa: S105 - how the files that hold passwords are called


def provision(home: Home, code: str) -> dict[str, str]:
    """Make queue and account if they are missing; {broker_url} with the password.

    In containers the broker is not ours to command: the definitions are written beside the broker's own, and
    `import` says how to load them.
    """
    standing = code in provisioned(home)
    account = account_of(home, code)
    shared_with_broker = os.environ.get("DEMANDFLOW_BROKER_DEFINITIONS")
    if shared_with_broker is None:
        url = home.broker().url(account.name, account.password)
        if not (standing and lets_in(url)):
            home.broker().import_accounts([account], (code,))
        return {"broker_url": url}
    file = Path(shared_with_broker) / f"department-{code}.json"
    file.write_text(json.dumps(definitions_of([account], (code,))))
    return {
        "broker_url": f"amqp://{account.name}:{account.password}@rabbitmq:5672/%2F",
        "import": f"docker compose exec rabbitmq rabbitmqctl import_definitions {file}",
    }


def account_of(home: Home, code: str) -> Account:
    """The department's account on the broker; its password is made when it is missing."""
    name = f"{_SECRET}{code}"
    if not (home.secrets / name).exists():
        home.write_secret(name, secrets.token_urlsafe(24))
    return department_account(code, home.secret(name))


def provisioned(home: Home) -> tuple[str, ...]:
    """The codes of the departments that have an account, sorted."""
    return tuple(sorted(path.name.removeprefix(_SECRET) for path in home.secrets.glob(f"{_SECRET}*")))
