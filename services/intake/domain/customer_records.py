"""What is looked for among customers, and what a CRM or staff say of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.domain.customer_numbers import NumberKey
from services.intake.domain.records import BusinessRow
from services.intake.domain.report import ReportedCustomer


@dataclass(frozen=True)
class Wanted:
    """What is known of whom one looks for. number: ours or any other."""

    phone: str | None = None
    email: str | None = None
    number: str | None = None
    order_number: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class CustomerRecord:
    """What is said of a customer; what is not said stays. business None: nothing is said of it.

    policy: by whose rule a new customer is numbered.
    """

    told: ReportedCustomer
    numbers: Sequence[NumberKey] = ()
    business: Sequence[BusinessRow] | None = None
    policy: str | None = None
