"""The rooms of all services for those who work here: one list, so that every page leads to every other."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.auth import Principal

_STAFF = frozenset({"staff", "lead", "manager", "auditor", "operator"})


@dataclass(frozen=True)
class Room:
    """A page that people begin at. word: its name among the words of pages; roles: who may enter."""

    service: str
    path: str
    word: str
    roles: frozenset[str]


ROOMS = (
    Room("intake", "/desk", "room.desk", frozenset({"staff", "lead"})),
    Room("intake", "/desk/campaigns", "room.campaigns", frozenset({"staff", "lead", "manager"})),
    Room("triage", "/login", "room.account", _STAFF),
)
"""In the order in which they are shown. A new page adds its row."""


def rooms_of(principal: Principal, addresses: Mapping[str, str]) -> list[tuple[Room, str]]:
    """(room, its address) of those that somebody may enter. addresses: service -> where browsers reach it."""
    return [
        (room, addresses[room.service].rstrip("/") + room.path)
        for room in ROOMS
        if room.roles & principal.roles and addresses.get(room.service)
    ]
