"""People who are away, who stands in for them, and whom something about a demand reaches in the end. Pure.

No chain ends in an empty chair: where a link has nobody who is here and can be written to, the next one is taken.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.triage.domain.records import Person

_WORK_ON_DEMANDS = frozenset({"lead", "staff"})


@dataclass(frozen=True)
class Asked:
    """Whom a notice is for. Every link is left out when it is None.

    staff_id: the handler; policy_role: such as `B.project_lead`; department, role: its people, only those with this
    role of the installation; desk: the department whose desk sorts what nobody else has.
    """

    staff_id: str | None = None
    policy_role: str | None = None
    department: str | None = None
    role: str | None = None
    desk: str | None = None


@dataclass(frozen=True)
class Absence:
    """Away until a moment, aware UTC, from another or (None) from now; deputy: id or log-in name of who stands in."""

    ends: datetime
    begins: datetime | None = None
    deputy: str | None = None


@dataclass(frozen=True)
class Reached:
    """Somebody at the end of the chain. why: handler, policy_role, department, department_lead, desk or manager.

    instead_of: the staff id of the person who is away and for whom this one stands in.
    """

    person: Person
    why: str
    instead_of: str | None = None


def is_away(person: Person, at: datetime) -> bool:
    """Whether an absence of the person is under way; it is over at its very end."""
    begins, ends = person.away_from, person.away_until
    return begins is not None and ends is not None and begins <= at < ends


def stand_in(person: Person, people: Mapping[str, Person], at: datetime) -> Person | None:
    """The person, or who stands in: deputies of deputies are followed. None: the chain ends, or turns in a circle.

    people: those who work here now, by id.
    """
    seen = set()
    while is_away(person, at):
        seen.add(person.id)
        deputy = people.get(person.deputy_id or "")
        if deputy is None or deputy.id in seen:
            return None
        person = deputy
    return person


def turns_in_a_circle(person: Person, people: Mapping[str, Person]) -> bool:
    """Whether deputies lead back to somebody during absences that overlap with each other, one after another."""
    seen, begins, ends, one = {person.id}, person.away_from, person.away_until, person
    while one.deputy_id is not None and begins is not None and ends is not None:
        if one.deputy_id in seen:
            return True
        deputy = people.get(one.deputy_id)
        if deputy is None or deputy.away_from is None or deputy.away_until is None:
            return False
        begins, ends = max(begins, deputy.away_from), min(ends, deputy.away_until)
        if begins >= ends:
            return False
        seen.add(deputy.id)
        one = deputy
    return False


def reached(asked: Asked, people: Mapping[str, Person], at: datetime) -> tuple[Reached, ...]:
    """Those of the first link in which somebody is here and has an address; each once, by id.

    The chain: the handler; who holds the policy's role; the department's people; its leads; the desk; any manager.
    For whom is away the deputy is taken. Empty when not even a manager can be reached.
    """
    for why, members in _links(asked, people):
        found: dict[str, Reached] = {}
        for member in members:
            here = stand_in(member, people, at)
            if here is not None and here.email is not None:
                instead_of = None if here.id == member.id else member.id
                if here.id not in found or instead_of is None:
                    found[here.id] = Reached(here, why, instead_of)
        if found:
            return tuple(found[one] for one in sorted(found))
    return ()


def _links(asked: Asked, people: Mapping[str, Person]) -> Iterator[tuple[str, Iterable[Person]]]:
    everybody = [people[one] for one in sorted(people)]
    if asked.staff_id is not None:
        yield "handler", [one for one in everybody if one.id == asked.staff_id]
    if asked.policy_role is not None:
        holders = [one for one in everybody if asked.policy_role in one.policy_roles]
        yield "policy_role", [one for one in holders if one.department == asked.department] or holders
    if asked.department is not None:
        if asked.role is None:
            yield "department", _of(everybody, asked.department, _WORK_ON_DEMANDS)
        yield "department_lead", _of(everybody, asked.department, frozenset({asked.role or "lead"}))
    if asked.desk is not None:
        yield "desk", _of(everybody, asked.desk, _WORK_ON_DEMANDS)
    yield "manager", [one for one in everybody if "manager" in one.roles]


def _of(everybody: Iterable[Person], department: str, roles: frozenset[str]) -> list[Person]:
    return [one for one in everybody if one.department == department and roles & set(one.roles)]
