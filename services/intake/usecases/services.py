"""What intake's entries are given by wiring."""

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain import tokens
from services.intake.domain.rules import Rules
from services.intake.domain.vault import Vault
from shared.db import Database


@dataclass(frozen=True)
class Services:
    """max_unsent: how many events may wait for the broker before demands are answered 503.

    public_url: where customers reach this service; privacy_contact: who answers their questions about personal data.
    """

    database: Database
    rules: Rules
    vault: Vault
    max_unsent: int = 200_000
    public_url: str = "http://127.0.0.1:8001/intake"
    privacy_contact: str = ""

    def form_url(self, channel: str) -> str:
        """Where customers fill in a channel's form."""
        return f"{self.root_url}/f/{channel}"

    def tracking_url(self, demand_id: str, received_at: datetime) -> str:
        """Where the customer follows a demand; the pages stand at the root, beside the prefix."""
        return f"{self.root_url}/t/{tokens.tracking(self.vault.token_key, demand_id, received_at)}"

    def invitation_url(self, campaign: str, customer_id: str, until: datetime) -> str:
        """Where a customer whom a campaign asks fills in its form; the channel bears the campaign's code."""
        return f"{self.form_url(campaign)}?to={tokens.invitation(self.vault.token_key, campaign, customer_id, until)}"

    @property
    def root_url(self) -> str:
        """Where intake's public pages stand: the public address without the service's prefix."""
        return self.public_url.removesuffix("/").removesuffix("/intake")
