"""A part of a policy: its weekly meetings. Pure data, written as in parts.py."""

from dataclasses import dataclass
from typing import Literal

from shared.policies.parts import Text


@dataclass(frozen=True)
class Meeting:
    """A meeting of those who handle demands, once a week: what is on its agenda, and when it is called.

    `on` and `at` (HH:MM, local) are when the agenda is drawn up, on a closed day when work begins again; it is to be
    held before the week's last working day closes. `agenda`: joint (several departments work on it), delayed (a date
    was put off, or passed unmet), blocked. A week without such demands needs no meeting. `audience`: roles who meet.
    """

    code: str
    label: Text
    on: Literal["mon", "tue", "wed", "thu", "fri"]
    at: str
    agenda: tuple[Literal["joint", "delayed", "blocked"], ...]
    audience: tuple[str, ...] = ()
    ours: bool = False
