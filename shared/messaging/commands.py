"""Commands of departments that own their tools: checked, taken once, always answered."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import context
from shared.clock import business_now, system_now
from shared.db import Database, is_infrastructure, upsert
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.envelope import is_text
from shared.messaging.parking import park_unreadable
from shared.messaging.tables import command_inbox
from shared.messaging.topology import COMMAND_QUEUE
from shared.refused import Refused

log = structlog.get_logger()


@dataclass(frozen=True)
class Command:
    """One command: department and verb from the routing key, body as sent, without its id."""

    id: str
    department: str
    verb: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What goes back to the department. demand_id names the work stream; None: the demand is unknown."""

    demand_id: str | None
    accepted: bool = True
    data: dict[str, Any] = field(default_factory=dict)


CommandHandler = Callable[[Session, Command, Any], Reply]


class CommandDesk:
    """Takes commands from the queue; returning means committed, refusals included."""

    def __init__(self, service: str, database: Database, handler: CommandHandler, ctx: Any) -> None:
        self._service, self._database, self._handler, self._ctx = service, database, handler, ctx

    def receive(self, body: bytes, *, routing_key: str, user_id: str | None) -> None:
        """One command. The sender is the routing key's department, proved by the broker-checked user_id."""
        text = body.decode("utf-8", "replace").replace("\x00", "\ufffd")
        department, _, verb = routing_key.partition(".")
        if user_id != f"dept-{department}":
            park_unreadable(self._database, COMMAND_QUEUE, text, "forged_user_id" if user_id else "missing_user_id")
            return
        command = _read(body, department, verb)
        if command is None:
            self._refuse(Command("unreadable", department, verb, {}), None, _problem("unreadable-command", 400))
            park_unreadable(self._database, COMMAND_QUEUE, text, "unreadable_command")
            return
        try:
            self._take(command, body)
        except Refused as refusal:
            self._refuse(command, body, _refusal(refusal))
        except Exception as error:
            if is_infrastructure(error):
                raise
            log.error("command_failed", verb=verb, department=department, error=type(error).__name__)
            park_unreadable(self._database, COMMAND_QUEUE, text, f"handler:{type(error).__name__}")
            self._refuse(command, None, _problem("internal-error", 500))

    def _take(self, command: Command, body: bytes) -> None:
        with (
            self._database.write() as session,
            context.bind(causation_id=command.id, correlation_id=command.id),
        ):
            known = self._seen(session, command, body)
            if known is None:
                reply = self._handler(session, command, self._ctx)
                kind = "work.accepted" if reply.accepted else "work.refused"
                _note(session, command, body, kind)
                self._answer(session, command, kind, reply.demand_id, reply.data)
            elif not known:
                raise Refused("command-id-reused", "A command id names one command for ever.", status=422)

    def _seen(self, session: Session, command: Command, body: bytes) -> bool | None:
        """None: new; True: a repeat, answered before; False: another command under a used id."""
        found = session.execute(
            select(command_inbox.c.body_hash).where(
                command_inbox.c.department == command.department, command_inbox.c.command_id == command.id
            )
        ).scalar_one_or_none()
        return None if found is None else found == _hash(body)

    def _refuse(self, command: Command, body: bytes | None, problem: dict[str, Any]) -> None:
        with (
            self._database.write() as session,
            context.bind(causation_id=command.id, correlation_id=command.id),
        ):
            if body is not None:
                if self._seen(session, command, body):
                    return
                _note(session, command, body, "work.refused")
            demand_id = problem.pop("demand_id", None)
            self._answer(session, command, "work.refused", demand_id, {"problem": problem})

    def _answer(
        self, session: Session, command: Command, kind: str, demand_id: str | None, data: dict[str, Any]
    ) -> None:
        subject = f"work/{command.department}/{demand_id or 'unknown'}"
        number = command.body.get("demand")
        outbox.publish(
            session,
            source=self._service,
            type=kind,
            subject=subject,
            version=outbox.next_version(session, subject),
            now=business_now(),
            department=command.department,
            data={
                "number": number if is_text(number, 80) else None,
                "command_id": command.id,
                "verb": command.verb,
                **data,
            },
        )


def _read(body: bytes, department: str, verb: str) -> Command | None:
    try:
        raw = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or not verb:
        return None
    command_id = raw.pop("id", None)
    return Command(command_id, department, verb, raw) if is_text(command_id, 64) else None


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _note(session: Session, command: Command, body: bytes, reply_type: str) -> None:
    session.execute(
        upsert(session, command_inbox)
        .values(
            department=command.department,
            command_id=command.id,
            body_hash=_hash(body),
            reply_type=reply_type,
            received_at=system_now(),
        )
        .on_conflict_do_nothing()
    )


def _problem(code: str, status: int) -> dict[str, Any]:
    return {"type": f"urn:demandflow:problem:{code}", "status": status, "code": code, "instance": new_id()}


def _refusal(refusal: Refused) -> dict[str, Any]:
    problem = _problem(refusal.code, refusal.status)
    about = {"demand_id": refusal.about} if refusal.about else {}
    return problem | {"detail": refusal.rule, "errors": list(refusal.errors)} | about
