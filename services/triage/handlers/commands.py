"""Commands of departments that own their tools: the same use cases as over HTTP."""

from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from services.triage import events
from services.triage.domain.records import CaseRow
from services.triage.schemas.actions.registry import COMMANDS, command_schema
from services.triage.usecases.act import Caller, act
from shared.clock import business_now
from shared.http.problems import errors_of
from shared.messaging.commands import Command, Reply
from shared.refused import Refused


def command_handler(session: Session, command: Command, ctx: Any) -> Reply:
    """Do a command. Refused 422 for a verb or body that is none, 412 version-stale, else as act.act says."""
    if command.verb not in COMMANDS:
        raise Refused("unknown-verb", "There is no such command", 422)
    try:
        body = _schema(command.verb).load(command.body)
    except ValidationError as error:
        raise Refused("validation-failed", "The content does not fit", 422, errors_of(error.messages)) from None
    caller = Caller(f"department:{command.department}", command.department)

    def check(case: CaseRow) -> None:
        if body.expected_version is not None and body.expected_version != case.version:
            raise Refused("version-stale", "The demand has changed since", 412, about=case.id)

    case = act(
        session, body.demand, command.verb, body.said(), caller=caller, books=ctx.books, now=business_now(),
        check=check, answered=True,
    )  # fmt: skip
    policy = ctx.books.policies.pinned(case.policy, case.policy_version)
    return Reply(case.id, data={"status": events.status_of(policy, case)})


@cache
def _schema(verb: str) -> Schema:
    return command_schema(verb)
