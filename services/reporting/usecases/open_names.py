"""Open the full names of staff that a policy's forms and records show."""

from collections.abc import Callable

from services.reporting.domain.dossier import Dossier
from shared.policies.model import Policy

OpenName = Callable[[str], str | None]
"""Staff id -> full name, None for somebody whom triage does not know; may raise what its gateway raises."""


def full_names(dossier: Dossier, policy: Policy, open_name: OpenName) -> dict[str, str]:
    """Staff id -> full name of who took and who handles a demand; none where the policy shows owners masked."""
    if policy.privacy.owner != "full":
        return {}
    return {staff_id: name for staff_id in dossier.people() if (name := open_name(staff_id))}
