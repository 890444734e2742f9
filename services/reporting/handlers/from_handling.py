"""What triage tells of handling: delays, promises, results, cycles, the end."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.reporting.handlers.parts import moment, status_of, version_of
from services.reporting.store import children, demands
from services.reporting.usecases.count_handling import Books, count_handling
from shared.clock import parse_time
from shared.messaging.envelope import Event


def status_changed(session: Session, event: Event, ctx: Books) -> None:
    """Only the status is told anew."""
    demands.fill(session, event.data["demand_id"], status_of(event.data))


def demand_delayed(session: Session, event: Event, ctx: Books) -> None:
    """Keeps the delay; the new date is the expected finish."""
    data = event.data
    finish = parse_time(data["expected_finish"])
    demands.fill(session, data["demand_id"], {**status_of(data), "expected_finish": finish})
    row = {name: data[name] for name in ("by", "reason", "reason_label", "note", "channel", "late")}
    row |= {
        "at": parse_time(data["at"]),
        "before": parse_time(data["before"]),
        "expected_finish": finish,
        "told_at": moment(data["told_at"]),
    }
    children.add_delay(session, data["demand_id"], version_of(event), row)


def promise_made(session: Session, event: Event, ctx: Books) -> None:
    """Keeps what was told to the customer."""
    data = event.data
    demands.fill(session, data["demand_id"], status_of(data))
    row = {name: data[name] for name in ("by", "channel", "text", "fulfils")}
    row |= {"at": parse_time(data["at"]), "promised_for": moment(data["promised_for"])}
    children.put_promise(session, data["demand_id"], data["promise"], row)


def demand_handed_over(session: Session, event: Event, ctx: Books) -> None:
    """What the executing department handed over, the latest of it."""
    data = event.data
    handed = {**_result(data), **{name: data[name] for name in ("deliverables", "report", "at", "by")}}
    demands.fill(session, data["demand_id"], {**status_of(data), "handed_over": handed})


def demand_completed(session: Session, event: Event, ctx: Books) -> None:
    """The result of this cycle."""
    data = event.data
    result = {**_result(data), "sha256": data["result_sha256"]}
    values = {**status_of(data), "cycle": data["cycle"], "result": result, "completed_at": parse_time(data["at"])}
    children.end_block(session, data["demand_id"], at=parse_time(data["at"]), by=data["by"])
    count_handling(session, data["demand_id"], demands.fill(session, data["demand_id"], values), ctx)


def cycle_started(session: Session, event: Event, ctx: Books) -> None:
    """Handled anew: it is completed no longer, nor closed; the former result stays until there is another."""
    data = event.data
    nothing = {"completed_at": None, "handling_minutes": None, "closed_at": None}
    values = {**status_of(data), "cycle": data["cycle"], **nothing}
    demands.fill(session, data["demand_id"], values)


def demand_closed(session: Session, event: Event, ctx: Books) -> None:
    """The end."""
    data = event.data
    children.end_block(session, data["demand_id"], at=parse_time(data["at"]), by=data["by"])
    values = {
        **status_of(data),
        "closed_at": parse_time(data["at"]),
        "measure": data["measure"],
        "recourse": data["recourse"],
        "closing_reason": data["reason"],
    }
    demands.fill(session, data["demand_id"], values)


def demand_locked(session: Session, event: Event, ctx: Books) -> None:
    """Nothing of it is opened again."""
    data = event.data
    demands.fill(session, data["demand_id"], {**status_of(data), "locked_at": parse_time(data["at"])})


def _result(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data["result"], **{name: data[name] for name in ("expectation_met", "left_over", "remedy", "recourse")}}
