"""What the notifier's handlers are given by wiring."""

from dataclasses import dataclass

from shared.policies.loader import Policies


@dataclass(frozen=True)
class Context:
    """The installed policies, and the domain that Message-IDs end in."""

    policies: Policies
    domain: str
