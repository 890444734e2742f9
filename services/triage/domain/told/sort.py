"""Where a demand belongs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Classify:
    """The type, by the policy's code."""

    type: str
    reason: str | None = None


@dataclass(frozen=True)
class ConfirmPriority:
    """priority None: as proposed; another one needs a reason. handler: a log-in name, in the same step."""

    priority: str | None = None
    reason: str | None = None
    handler: str | None = None


@dataclass(frozen=True)
class Assign:
    """Who handles it: a log-in name here, or the name of somebody of a department that owns its tools.

    by: "load" for whoever of the department has least in hand; even_if_away: not the deputy of somebody away.
    """

    handler: str | None = None
    handler_name: str | None = None
    joining: tuple[str, ...] | None = None
    by: str | None = None
    even_if_away: bool = False


@dataclass(frozen=True)
class Transfer:
    """Another department leads from now on."""

    department: str
    reason: str
