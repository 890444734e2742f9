"""What the notifier's entries are given by wiring."""

from dataclasses import dataclass

from services.notifier.gateways.webhooks import Webhooks
from shared.db import Database
from shared.policies.loader import Policies


@dataclass(frozen=True)
class Services:
    """Its own database, the policies whose notices one may subscribe to, and the judge of addresses."""

    database: Database
    policies: Policies
    webhooks: Webhooks
