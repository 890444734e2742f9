"""Numbers of demands and customers: the policy's pattern filled from local date, department, customer and sequence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.policies.parts import Numbering


@dataclass(frozen=True)
class Place:
    """What a number is made of besides its sequence; `at` aware, `time_zone` IANA."""

    at: datetime
    time_zone: str
    department: str = ""
    customer: str = ""


def scope(kind: str, policy: str, numbering: Numbering, place: Place) -> str:
    """The counter a number is taken from; kind "demand" or "customer".

    Customers belong to the installation, not to a policy, so their counter is shared by all policies.
    """
    owner = f"{kind}/{policy}" if kind == "demand" else kind
    return f"{owner}/{numbering.scope.format_map(_values(place))}"


def render(numbering: Numbering, place: Place, sequence: int) -> str:
    """The number itself; the sequence is padded to the policy's width and grows beyond it."""
    return numbering.pattern.format_map({**_values(place), "seq": f"{sequence:0{numbering.width}d}"})


def _values(place: Place) -> Mapping[str, str]:
    local = place.at.astimezone(ZoneInfo(place.time_zone))
    return {
        "yyyy": f"{local.year:04d}",
        "mm": f"{local.month:02d}",
        "dd": f"{local.day:02d}",
        "department": place.department,
        "customer": place.customer,
    }
