"""POST /api/v1/chats: the transcript of an online chat, as a demand with its talk or as a talk about a known demand."""

from dataclasses import replace
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from services.intake.domain import chats
from services.intake.domain.chats import Chat
from services.intake.domain.records import DemandRow
from services.intake.schemas.chats import ChatAnswerSchema, ChatSchema
from services.intake.schemas.demand import AcceptQuerySchema
from services.intake.store import demands
from services.intake.usecases.accept_demand import Accepted
from services.intake.usecases.record_communication import Recorded, Recorder, record
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import channel_of_caller, create
from shared.clock import business_now, format_time
from shared.http.blueprint import Blueprint
from shared.http.conditional import etag
from shared.http.idempotency import StoredAnswer, once, respond
from shared.http.principal import current_principal
from shared.logging import get_logger
from shared.refused import wrong

log = get_logger()


def blueprint(services: Services) -> Blueprint:
    """The chats API over one set of services."""
    blp = Blueprint("chats", __name__, url_prefix="/api/v1", description="Transcripts of online chats")

    @blp.route("/chats", methods=["POST"])
    @blp.arguments(AcceptQuerySchema(only=["strict"]), location="query")
    @blp.arguments(ChatSchema)
    @blp.response(201, ChatAnswerSchema)
    def create_chat(query: dict[str, Any], chat: Chat) -> Response:
        """Accept the demand that a chat was about and record the chat; with `demand` only record it."""
        chats.check(chat, business_now())
        take = _accepted if chat.demand is None else _recorded
        answer = take(services, chat, strict=query["strict"])
        log.info("chat_recorded", number=answer.body["number"], actor=current_principal().scope)
        return respond(answer)

    return blp


def _accepted(services: Services, chat: Chat, *, strict: bool) -> StoredAnswer:
    report = chat.report
    if not report.description:
        report = replace(report, description=chats.description(chat.messages))

    def talk(session: Session, accepted: Accepted, answer: StoredAnswer) -> StoredAnswer:
        demand = demands.locked(session, accepted.id)
        assert demand is not None
        return _with_talk(answer, demand, _record(services, session, demand, chat, strict=False))

    return create(services, report, strict=strict, channel_of=channel_of_caller, besides=talk)


def _recorded(services: Services, chat: Chat, *, strict: bool) -> StoredAnswer:
    def work(session: Session) -> StoredAnswer:
        channel = channel_of_caller(session)
        demand = demands.locked(session, chat.demand or "")
        if demand is None or demand.channel_id != channel.id:
            raise wrong("/demand", "unknown-demand", "This channel has no such demand")
        row = demands.find(session, demand.id)
        assert row is not None
        done = _record(services, session, demand, chat, strict=strict)
        return _with_talk(StoredAnswer(201, _shown(services, row, done), {}, f"demand/{demand.id}"), demand, done)

    return once(services.database, work)


def _record(services: Services, session: Session, demand: DemandRow, chat: Chat, *, strict: bool) -> Recorded:
    policy = services.rules.pinned(demand.policy, demand.policy_version)
    said = chats.communication(chat, policy.time_zone)
    recorder = Recorder(current_principal().scope, strict, services.rules, services.vault, business_now())
    return record(session, demand, said, recorder)


def _with_talk(answer: StoredAnswer, demand: DemandRow, done: Recorded) -> StoredAnswer:
    """The answer of a demand, at the version that the recorded talk led to."""
    headers = {"Location": f"/intake/api/v1/demands/{demand.number}", "ETag": etag(demand.version + 1)}
    return replace(answer, body={**answer.body, "communication_id": done.row.id}, headers=headers)


def _shown(services: Services, row: dict[str, Any], done: Recorded) -> dict[str, Any]:
    promised = row["first_response_by"]
    return {
        "id": row["id"],
        "number": row["number"],
        "policy": {"code": row["policy"], "version": row["policy_version"]},
        "received_at": format_time(row["received_at"]),
        "first_response_by": format_time(promised) if promised else None,
        "quality": done.quality.shown(),
        "tracking_url": services.tracking_url(row["id"], row["received_at"]),
    }
