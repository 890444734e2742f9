"""The files of one demand in a package: its record as JSON, and the policy's form filled in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.reporting.domain.dossier import Dossier, Names
from services.reporting.domain.file_names import file_name, key
from services.reporting.domain.form_layout import page
from services.reporting.domain.form_sheet import Person, Sheet
from services.reporting.domain.record import pseudonymous, record
from services.reporting.gateways import documents
from services.reporting.usecases.open_names import OpenName, full_names
from shared.policies.model import Policy

FullName = Callable[[str], str | None]
"""Customer number -> full name, None when the vault has it no more."""


@dataclass(frozen=True)
class FiledDemand:
    """files: (name, content) of one demand."""

    demand_id: str
    number: str
    files: tuple[tuple[str, bytes], ...]


def file_demand(
    dossier: Dossier, policy: Policy, names: Names, *, full_name: FullName, staff_name: OpenName, taken: set[str]
) -> FiledDemand:
    """What goes into the package, named as the policy says; a name that is gone or not wanted is the customer's number.

    policy: the one that the demand is pinned to. taken: keys of names in the package, added to.
    """
    name = _name(dossier, policy, full_name)
    names = replace(names, full=full_names(dossier, policy, staff_name))
    if name is None:
        dossier = pseudonymous(dossier)
    shown = name or dossier.demand["customer_number"]
    demand_id, number = dossier.demand["demand_id"], dossier.demand["number"]
    stem = file_name(policy.archive.file_name, customer=shown, number=number, unique=demand_id, taken=taken)
    taken.add(key(stem))
    text = record(dossier, policy.archive.contents, names, customer_name=shown)
    files = [(f"{stem}.json", (json.dumps(text, ensure_ascii=False, indent=1) + "\n").encode())]
    for form in policy.forms[:1]:
        person = None if name is None else Person(name, with_contacts=False)
        drawn = documents.form(page(policy, form, Sheet(policy, dossier, names, person)))
        files.append((f"{stem}.docx", drawn))
    return FiledDemand(demand_id, number, tuple(files))


def _name(dossier: Dossier, policy: Policy, full_name: FullName) -> str | None:
    """A company by its name, a person by the full one; None: the customer's number stands for it."""
    if policy.archive.customer_name == "pseudonym":
        return None
    return dossier.demand["company_name"] or full_name(dossier.demand["customer_number"])
