"""A plan split into tasks, and how they go."""

from dataclasses import dataclass
from datetime import date

from services.triage.domain.records import TaskState


@dataclass(frozen=True)
class WantedTask:
    """A task as it is to be. id: of one that there is, which is changed, or of a new one; None: numbered here.

    Either owner, a name, or owner_login; department None: the lead.
    """

    title: str
    starts_on: date
    ends_on: date
    delivery_standard: str
    id: str | None = None
    owner: str | None = None
    owner_login: str | None = None
    department: str | None = None
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tasks:
    """Tasks to make or to change; what is not named stays as it is."""

    tasks: tuple[WantedTask, ...]


@dataclass(frozen=True)
class TaskProgress:
    """How one task goes."""

    task: str
    state: TaskState
    percent: int | None = None
    text: str | None = None
