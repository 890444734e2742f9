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

    def people(self) -> tuple[str, ...]:
        """Staff ids of who took the demand and who handles it, whom a policy's form names."""
        kind, _, taker = (self.demand["taken_by"] or "").partition(":")
        named = (taker if kind == "staff" else None, self.demand["handler_id"])
        return tuple(dict.fromkeys(one for one in named if one))


@dataclass(frozen=True)
class Names:
    """Department code -> name {zh, en}; staff id -> masked name, department code, full name where it was opened."""

    departments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    staff: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str | None] = field(default_factory=dict)
    full: Mapping[str, str] = field(default_factory=dict)

    def department(self, code: str | None) -> str:
        """The Chinese name, or the code of one that nobody has told of; empty for None."""
        return self.departments.get(code, {}).get("zh", code) if code else ""

    def person(self, staff_id: str | None, masked: str | None) -> str:
        """In full where that was opened, else masked; empty for nobody."""
        return self.full.get(staff_id or "") or masked or ""

    def first_contact(self, demand: Row) -> str:
        """Department and name of who took a demand, such as 客服部/李*; else the department that registered it."""
        kind, _, staff_id = (demand["taken_by"] or "").partition(":")
        if kind != "staff":
            return self.department(demand["registered_by"])
        place = self.places.get(staff_id) or demand["registered_by"]
        return "/".join(filter(None, (self.department(place), self.person(staff_id, self.staff.get(staff_id)))))

    def actor(self, by: str) -> str:
        """Who did something, as `kind:id`: staff by masked name, departments by name, others as they stand."""
        kind, _, name = by.partition(":")
        if kind == "department":
            return self.department(name)
        return self.staff.get(name, by) if kind == "staff" else by
