"""What a customer says to a change of the plan."""

from dataclasses import dataclass

CUSTOMER = "customer"
"""As policies name who must agree."""


@dataclass(frozen=True)
class ChangeAnswer:
    """agrees: yes or no; name: whoever says so for the customer."""

    agrees: bool
    name: str | None = None
    opinion: str | None = None
