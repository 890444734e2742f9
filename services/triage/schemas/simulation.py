"""What a draft of a policy would have changed, as answers show it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from services.triage.domain.simulate import Change, ClockChange, ClockSide, PromiseChange, Simulated
from services.triage.domain.simulation import Simulation
from shared.clock import format_time

SimulationQuerySchema = Schema.from_dict(
    {
        "from": fields.Date(metadata={"description": "The first day of receipt; without it, 31 days up to `to`."}),
        "to": fields.Date(metadata={"description": "The last day of receipt; without it, today."}),
    },
    name="SimulationQuerySchema",
)


class ChangeSchema(Schema):
    """A decision that would have been another: type, priority, lead, joining, first_response_by."""

    what = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    reasons = fields.List(fields.String())


class ClockSideSchema(Schema):
    """outcome: met, late, open, or ended with the demand or by another decision."""

    due_at = fields.String()
    span = fields.String()
    outcome = fields.String()


class ClockChangeSchema(Schema):
    """A clock that would have been due at another moment or ended otherwise; null where it does not run."""

    clock = fields.String()
    cycle = fields.Integer()
    occurrence = fields.Integer()
    before = fields.Nested(ClockSideSchema, allow_none=True)
    after = fields.Nested(ClockSideSchema, allow_none=True)


class PromiseChangeSchema(Schema):
    """A date told to the customer that lies before or after what the draft obliges to."""

    kind = fields.String(metadata={"description": "receipt, told, delay, or expected_finish: the planned date."})
    number = fields.Integer(allow_none=True)
    promised_for = fields.String()
    clock = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String()
    lies = fields.String()


class SimulatedSchema(Schema):
    """One demand that the draft would have run otherwise; undecidable: codes of it that the draft lacks."""

    number = fields.String()
    version = fields.String()
    received_at = fields.String()
    confirmed = fields.String(allow_none=True, metadata={"description": "Its type by a person, else as declared."})
    undecidable = fields.List(fields.String())
    changes = fields.List(fields.Nested(ChangeSchema))
    clocks = fields.List(fields.Nested(ClockChangeSchema))
    promises = fields.List(fields.Nested(PromiseChangeSchema))


class SimulationSchema(Schema):
    """through: null when all were examined, else the receipt of the last; left_off: differing ones not in items."""

    code = fields.String()
    version = fields.String()
    sha256 = fields.String()
    since = fields.String()
    until = fields.String()
    examined = fields.Integer()
    through = fields.String(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    items = fields.List(fields.Nested(SimulatedSchema))
    left_off = fields.Integer()


def shown(found: Simulation) -> dict[str, Any]:
    """A simulation as plain data."""
    return {
        "code": found.policy.code,
        "version": found.policy.version,
        "sha256": found.policy.sha256,
        "since": format_time(found.since),
        "until": format_time(found.until),
        "examined": found.examined,
        "through": _text(found.through),
        "counts": dict(found.counts),
        "items": [_demand(one) for one in found.shown],
        "left_off": found.left_off,
    }


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """What `shown` gives, for people: the counts, then each demand with what would have been otherwise."""
    yield f"policy {told['code']} version {told['version']}: {told['examined']} demands examined"
    if told["through"] is not None:
        yield f"not all: those received after {told['through']} were not looked at"
    yield "  ".join(f"{name}: {n}" for name, n in told["counts"].items())
    for one in told["items"]:
        yield f"{one['number']} (version {one['version']}, confirmed {one['confirmed'] or '-'})"
        yield from (f"  undecidable: the draft lacks {code}" for code in one["undecidable"])
        for change in one["changes"]:
            yield (
                f"  {change['what']}: {change['before'] or '-'} -> {change['after'] or '-'}"
                f" ({', '.join(change['reasons'])})"
            )
        for clock in one["clocks"]:
            sides = " -> ".join(_words(clock[side]) for side in ("before", "after"))
            yield f"  clock {clock['clock']} {clock['cycle']}/{clock['occurrence']}: {sides}"
        for promise in one["promises"]:
            yield (
                f"  promise {promise['kind']} for {promise['promised_for']} lies {promise['lies']} what is owed:"
                f" {promise['clock']} {promise['before'] or '-'} -> {promise['after']}"
            )
    if told["left_off"]:
        yield f"and {told['left_off']} more"


def _words(side: Mapping[str, str] | None) -> str:
    return "none" if side is None else f"{side['span']} due {side['due_at']} {side['outcome']}"


def _demand(one: Simulated) -> dict[str, Any]:
    return {
        "number": one.number,
        "version": one.version,
        "received_at": format_time(one.received_at),
        "confirmed": one.confirmed,
        "undecidable": list(one.undecidable),
        "changes": [_change(change) for change in one.changes],
        "clocks": [_clock(clock) for clock in one.clocks],
        "promises": [_promise(promise) for promise in one.promises],
    }


def _change(one: Change) -> dict[str, Any]:
    return {**vars(one), "before": _text(one.before), "after": _text(one.after), "reasons": list(one.reasons)}


def _clock(one: ClockChange) -> dict[str, Any]:
    return {**vars(one), "before": _side(one.before), "after": _side(one.after)}


def _side(one: ClockSide | None) -> dict[str, Any] | None:
    return None if one is None else {**vars(one), "due_at": format_time(one.due_at)}


def _promise(one: PromiseChange) -> dict[str, Any]:
    moments = {name: _text(getattr(one, name)) for name in ("promised_for", "before", "after")}
    return {**vars(one), **moments}


def _text(value: str | datetime | None) -> str | None:
    return format_time(value) if isinstance(value, datetime) else value
