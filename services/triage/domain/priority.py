"""Who confirms a priority: leads at once, a committee when enough of its present members say the same. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.triage.domain.absence import is_away, stand_in
from services.triage.domain.records import Person
from shared.policies.model import Policy
from shared.policies.roles import Role
from shared.refused import Refused

_WITHOUT_ROLE = frozenset({"lead", "manager"})


@dataclass(frozen=True)
class Speaker:
    """Who speaks. id: of staff; roles: of the installation; department None: acts for all."""

    id: str
    roles: frozenset[str]
    department: str | None


@dataclass(frozen=True)
class Vote:
    """What one member of a committee says: a level's code, and the handler named with it, a log-in name."""

    staff_id: str
    priority: str
    handler: str | None
    at: str


def confirmers(policy: Policy) -> list[Role]:
    """The policy's roles of whom one confirms."""
    return [one for one in policy.roles if one.code in policy.priority.confirm_by]


def held(policy: Policy, role: Role) -> str:
    """A policy's role as staff hold it."""
    return f"{policy.code}.{role.code}"


def needed(
    policy: Policy, speaker: Speaker, lead: str, people: Mapping[str, Person], at: datetime
) -> tuple[int, frozenset[str]]:
    """(how many must say the same, who counts) for this speaker; (1, the speaker) where one is enough.

    Policy A: the department lead or the committee. Ours: a lead's deputy speaks for the lead; of a role with a quorum
    those who are away do not count, towards neither side; a manager speaks where neither is here.
    people: leads of the department `lead` and holders of the roles, with deputies.
    Refused 403 may-not-confirm.
    """
    roles = confirmers(policy)
    alone = (1, frozenset({speaker.id}))
    if not roles and speaker.roles & _WITHOUT_ROLE:
        return alone
    if any(one.held_by == "lead" for one in roles) and _leads(speaker, lead, people, at):
        return alone
    present = {one.code: _present(policy, one, people, at) for one in roles}
    for role in roles:
        if speaker.id in present[role.code]:
            return min(role.quorum, len(present[role.code])), present[role.code]
    if "manager" in speaker.roles and not any(present.values()) and not _somebody_leads(roles, lead, people, at):
        return alone
    raise Refused("may-not-confirm", _who_may(policy, roles), 403)


def agreed(votes: Sequence[Vote], level: str, count: frozenset[str]) -> list[Vote]:
    """The votes for a level by those who count."""
    return [one for one in votes if one.priority == level and one.staff_id in count]


def cast(votes: Sequence[Mapping[str, Any]], new: Vote) -> list[Vote]:
    """The votes with a new one, which takes the place of an earlier one of the same person."""
    kept = [Vote(**one) for one in votes]
    return [*(one for one in kept if one.staff_id != new.staff_id), new]


def _leads(speaker: Speaker, lead: str, people: Mapping[str, Person], at: datetime) -> bool:
    if "lead" in speaker.roles and speaker.department in (None, lead):
        return True
    here = (stand_in(one, people, at) for one in _leads_of(lead, people))
    return any(one is not None and one.id == speaker.id for one in here)


def _somebody_leads(roles: Sequence[Role], lead: str, people: Mapping[str, Person], at: datetime) -> bool:
    by_leads = any(one.held_by == "lead" for one in roles)
    return by_leads and any(stand_in(one, people, at) is not None for one in _leads_of(lead, people))


def _leads_of(department: str, people: Mapping[str, Person]) -> list[Person]:
    return [one for one in people.values() if one.department == department and "lead" in one.roles]


def _present(policy: Policy, role: Role, people: Mapping[str, Person], at: datetime) -> frozenset[str]:
    name = held(policy, role)
    return frozenset(one.id for one in people.values() if name in one.policy_roles and not is_away(one, at))


def _who_may(policy: Policy, roles: Sequence[Role]) -> str:
    names = " or ".join(one.label.en for one in roles) or "a lead or a manager"
    return f"Policy {policy.code}: {names} confirms the priority; a manager where none of them is here"
