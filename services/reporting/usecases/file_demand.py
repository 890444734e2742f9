"""The files of one demand in a package: its record as JSON, and the policy's form filled in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.reporting.domain.dossier import Dossier, Names
from services.reporting.domain.file_names import file_name, key
from services.reporting.domain.form_layout import page
from services.reporting.domain.form_sheet import Person, Sheet
from services.reporting.domain.packing import Supplement
from services.reporting.domain.record import pseudonymous, record, supplement
from services.reporting.gateways import documents
from shared.policies.model import Policy

FullName = Callable[[str], str | None]
"""Customer number -> full name, None when the vault has it no more."""


@dataclass(frozen=True)
class NamedDemand:
    """A demand as it is filed. customer: the name, None where the number stands for it; stem: of its files' names."""

    dossier: Dossier
    customer: str | None
    stem: str


def name_demand(dossier: Dossier, policy: Policy, *, full_name: FullName, taken: set[str]) -> NamedDemand:
    """Named as the policy says; a name that is gone or not wanted is the customer's number.

    policy: the one that the demand is pinned to. taken: keys of names in the package, added to.
    """
    name = _name(dossier, policy, full_name)
    if name is None:
        dossier = pseudonymous(dossier)
    shown = name or dossier.demand["customer_number"]
    demand_id, number = dossier.demand["demand_id"], dossier.demand["number"]
    stem = file_name(policy.archive.file_name, customer=shown, number=number, unique=demand_id, taken=taken)
    taken.add(key(stem))
    return NamedDemand(dossier, name, stem)


def file_demand(named: NamedDemand, policy: Policy, names: Names) -> list[tuple[str, bytes]]:
    """(name, content) of the demand's own files: its record, and the policy's form."""
    dossier, name, stem = named.dossier, named.customer, named.stem
    shown = name or dossier.demand["customer_number"]
    text = record(dossier, policy.archive.contents, names, customer_name=shown)
    files = [(f"{stem}.json", _encoded(text))]
    for form in policy.forms[:1]:
        person = None if name is None else Person(name, with_contacts=False)
        drawn = documents.form(page(policy, form, Sheet(policy, dossier, names, person)))
        files.append((f"{stem}.docx", drawn))
    return files


def file_supplement(named: NamedDemand, names: Names, added: Supplement) -> tuple[str, bytes]:
    """(name, content) of the record of what came after the demand was filed."""
    shown = named.customer or named.dossier.demand["customer_number"]
    text = supplement(named.dossier, names, added, customer_name=shown)
    return f"{named.stem}-补充.json", _encoded(text)


def _encoded(text: dict[str, Any]) -> bytes:
    return (json.dumps(text, ensure_ascii=False, indent=1) + "\n").encode()


def _name(dossier: Dossier, policy: Policy, full_name: FullName) -> str | None:
    """A company by its name, a person by the full one; None: the customer's number stands for it."""
    if policy.archive.customer_name == "pseudonym":
        return None
    return dossier.demand["company_name"] or full_name(dossier.demand["customer_number"])
