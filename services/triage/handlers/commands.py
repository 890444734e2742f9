"""Commands of departments that own their tools: the same use cases as over HTTP."""

from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.triage import events
from services.triage.schemas.demand import CommandSchema
from services.triage.usecases import answer_work
from shared.clock import business_now
from shared.http.problems import errors_of
from shared.messaging.commands import Command, Reply
from shared.refused import Refused


def command_handler(session: Session, command: Command, ctx: Any) -> Reply:
    """Do a command. Refused 422 for a verb or body that is none, else as answer_work.open_task says."""
    if command.verb not in ("accept", "decline"):
        raise Refused("unknown-verb", "There is no such command", 422)
    try:
        body = CommandSchema().load(command.body)
    except ValidationError as error:
        raise Refused("validation-failed", "The content does not fit", 422, errors_of(error.messages)) from None
    now = business_now()
    task = answer_work.open_task(
        session, body["demand"], department=command.department, expected_version=body["expected_version"]
    )
    if command.verb == "accept":
        by = f"department:{command.department}"
        case = answer_work.accept(session, task, by=by, policies=ctx.policies, now=now)
    else:
        case = answer_work.decline(session, task, policies=ctx.policies, now=now)
    policy = ctx.policies.pinned(case.policy, case.policy_version)
    return Reply(case.id, data={"status": events.status_of(policy, case)})
