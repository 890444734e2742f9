"""All that is known of one demand, as it goes onto forms and into archives. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Dossier:
    """demand: the projected row with {masked_name, company_name, kind, industry, tier, value} of its customer.

    The lists are the rows of the tables of that name in child_tables, of communications every version, each in its
    order.
    """

    demand: Row
    evaluations: Sequence[Row] = field(default_factory=list)
    tasks: Sequence[Row] = field(default_factory=list)
    progress: Sequence[Row] = field(default_factory=list)
    blocks: Sequence[Row] = field(default_factory=list)
    delays: Sequence[Row] = field(default_factory=list)
    changes: Sequence[Row] = field(default_factory=list)
    promises: Sequence[Row] = field(default_factory=list)
    opinions: Sequence[Row] = field(default_factory=list)
    deadlines: Sequence[Row] = field(default_factory=list)
    relations: Sequence[Row] = field(default_factory=list)
    notices: Sequence[Row] = field(default_factory=list)
    communications: Sequence[Row] = field(default_factory=list)
    attachments: Sequence[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Names:
    """Department code -> name {zh, en}; staff id -> masked name."""

    departments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    staff: Mapping[str, str] = field(default_factory=dict)

    def department(self, code: str | None) -> str:
        """The Chinese name, or the code of one that nobody has told of; empty for None."""
        return self.departments.get(code, {}).get("zh", code) if code else ""

    def actor(self, by: str) -> str:
        """Who did something, as `kind:id`: staff by masked name, departments by name, others as they stand."""
        kind, _, name = by.partition(":")
        if kind == "department":
            return self.department(name)
        return self.staff.get(name, by) if kind == "staff" else by
