"""Reads the corpus: one file of demands per policy, whom it takes, and rows from before the installation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_origin
from zoneinfo import ZoneInfo

import cattrs
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import BaseValidationError

from shared import strict_yaml
from shared.policies.parts import ChannelKind, StatusCategory

HERE = Path(__file__).parent
SHANGHAI = ZoneInfo("Asia/Shanghai")

Who = Literal["department", "staff", "lead", "desk", "customer"]


class BadCorpus(ValueError):
    """A file is no part of a corpus; the message names the places."""


@dataclass(frozen=True)
class Channel:
    """A channel to be added. policy: of what comes without one, allow: others it may name; department: of reception.

    form: of the policy, which customers fill in on its page.
    """

    code: str
    kind: ChannelKind
    policy: str
    department: str
    allow: tuple[str, ...] = ()
    form: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody to be added to the staff; department None: acts for all; policy_roles: such as A.committee."""

    login: str
    name: str
    roles: tuple[str, ...]
    department: str | None = None
    policy_roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Something that is done to a demand.

    who: `department` commands through its queue; `staff` and `lead` act at the workbench for `department`, a lead of
    none is of the demand committee; `desk` acts at the workbench for all departments; `customer` speaks through the
    channel. login: which of several people it is. do: an action of triage, the customer's supplement, confirmation,
    change-confirmation or withdraw, or the desk's communication and correct-communication; body: as the HTTP API or the
    command takes it, where `@key` is the number of that demand. part: with which of the demands that were made of it
    it is done, from 1; 0: with itself. What a department with a queue is offered it accepts at once: no story says so.
    """

    at: datetime
    who: Who
    do: str
    department: str | None = None
    login: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    part: int = 0


@dataclass(frozen=True)
class Errand:
    """Something that somebody does at the workbench about no demand, before anything else at its moment.

    path: under triage's API, such as staff/sal.qian/absence; body: as there, `@key` as in a Step's.
    """

    at: datetime
    login: str
    method: Literal["POST", "PUT"]
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Expect:
    """How the demand stands when the corpus ends, in the policy's codes.

    type None: nobody decided; status: the category; missing, vague: what reception finds wanting; deadlines: clock ->
    when its latest occurrence is due; breached: the clocks that passed unmet; late_delay: whether the notice of the
    delay came too late, None without one.
    """

    type: str | None
    priority: str
    lead: str
    status: StatusCategory
    joining: tuple[str, ...] = ()
    urgency: str | None = None
    resolution: str | None = None
    cycles: int = 1
    missing: tuple[str, ...] = ()
    vague: bool = False
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    breached: tuple[str, ...] = ()
    late_delay: bool | None = None


@dataclass(frozen=True)
class Demand:
    """One demand, when and how it comes in, and what happens to it. shows: what a reader can see by it.

    via: the channel's own software, alone or many at once, the page that customers fill in, or the desk.
    """

    key: str
    at: datetime
    policy: str
    channel: str
    body: Mapping[str, Any]
    expect: Expect
    story: tuple[Step, ...] = ()
    via: Literal["api", "batch", "form", "desk"] = "api"
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class HistoricRow:
    """A row of policy C's sheet from before the installation, word for word; it keeps its own limit and status.

    Named as the values of the sheet: dates are YYYY-MM-DD, the time is local; contact and owner are masked.
    """

    key: str
    received_date: str
    received_time: str
    channel: str
    customer: str
    description: str
    type: str
    status: str
    handler: str
    due_at: str
    result: str
    contact: str | None = None
    satisfaction: str | None = None
    note: str | None = None

    def as_import(self) -> dict[str, Any]:
        """The row as `POST /intake/api/v1/imports` takes it; 客户姓名/公司 is one column, a company says so itself."""
        whose = "company" if self.customer.endswith("公司") else "name"
        return {
            "occurred_at": f"{self.received_date}T{self.received_time}:00+08:00",
            "channel": self.channel,
            "customer": {whose: self.customer, "masked_contact": self.contact},
            "description": self.description,
            "type": self.type,
            "status": self.status,
            "owner": self.handler,
            "limit": self.due_at,
            "result": self.result,
            "satisfaction": self.satisfaction,
            "note": self.note,
        }


@dataclass(frozen=True)
class Corpus:
    """Everything, demands and rows in order of time. until: how far the clock is to run."""

    until: datetime
    channels: tuple[Channel, ...]
    staff: tuple[Person, ...]
    demands: tuple[Demand, ...]
    historic: tuple[HistoricRow, ...]
    errands: tuple[Errand, ...] = ()

    @property
    def opens(self) -> datetime:
        """When the clock starts: shortly before the first demand."""
        return self.moments()[0] - timedelta(minutes=5)

    def moments(self) -> list[datetime]:
        """When something comes in or is done, each moment once."""
        steps = {step.at for demand in self.demands for step in demand.story}
        return sorted(steps | {one.at for one in self.demands} | {one.at for one in self.errands})

    def until_day(self, day: datetime) -> "Corpus":
        """What happens up to the end of a local day (its date counts)."""
        end = day.replace(hour=23, minute=59, tzinfo=SHANGHAI).astimezone(UTC)
        demands = tuple(
            replace(one, story=tuple(step for step in one.story if step.at <= end))
            for one in self.demands
            if one.at <= end
        )
        return replace(self, until=end, demands=demands, errands=tuple(one for one in self.errands if one.at <= end))


def named(body: Any, numbers: Mapping[str, str]) -> Any:
    """A body with numbers for `@key`, those of the demands of these keys."""
    if isinstance(body, Mapping):
        return {name: named(value, numbers) for name, value in body.items()}
    if isinstance(body, list | tuple):
        return [named(one, numbers) for one in body]
    return numbers[body[1:]] if isinstance(body, str) and body.startswith("@") else body


@dataclass(frozen=True)
class _House:
    until: datetime
    channels: tuple[Channel, ...]
    staff: tuple[Person, ...]
    errands: tuple[Errand, ...] = ()


@cache
def load() -> Corpus:
    """The corpus; BadCorpus for a file that is none."""
    house = _read("house.yaml", _House)
    demands = [one for name in ("a", "b", "c", "d") for one in _read(f"{name}.yaml", tuple[Demand, ...])]
    historic = _read("historic.yaml", tuple[HistoricRow, ...])
    return Corpus(
        house.until,
        house.channels,
        house.staff,
        tuple(sorted(demands, key=lambda one: (one.at, one.key))),
        tuple(sorted(historic, key=lambda one: (one.received_date, one.received_time))),
        house.errands,
    )


def _read(name: str, kind: Any) -> Any:
    try:
        return _converter().structure(strict_yaml.load((HERE / name).read_text("utf-8")), kind)
    except BaseValidationError as error:
        raise BadCorpus("; ".join(cattrs.transform_error(error, name, format_exception=_fault))) from None
    except (ValueError, TypeError) as error:
        raise BadCorpus(f"{name}: {error}") from None


def _fault(error: BaseException, kind: type | None) -> str:
    return str(error) if type(error) is ValueError else str(cattrs.v.format_exception(error, kind))


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(datetime, lambda value, _: _local(value))
    for kind in (str, bool, int):
        converter.register_structure_hook(kind, _only(kind))
    converter.register_structure_hook_factory(_is_tuple, _list_only)
    return converter


def _local(value: Any) -> datetime:
    """`2024-10-08 14:30` in the company's zone -> aware UTC."""
    return datetime.strptime(str(value), "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


def _only(wanted: type) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not wanted:
            raise ValueError(f"{value!r} is no {wanted.__name__}")
        return value

    return structure


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _list_only(kind: Any, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    inner = homogenous_tuple_structure_factory(kind, converter)

    def structure(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is no list")
        return inner(value, kind)

    return structure
