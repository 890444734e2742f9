"""Accepting a reported demand: what the single report and the batch have in common."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain.natural_keys import natural_keys
from services.intake.domain.records import ChannelRow, ConsentRow
from services.intake.domain.report import Report
from services.intake.store import backlog, channels, consents
from services.intake.usecases.accept_demand import Accepted, accept
from services.intake.usecases.allocate_numbers import Allocation, allocate
from services.intake.usecases.judge_report import Judged, judge
from services.intake.usecases.keep_customer import Raced
from services.intake.usecases.services import Services
from shared.clock import business_now, format_time
from shared.http.body import strict_json
from shared.http.conditional import etag
from shared.http.idempotency import Claim, StoredAnswer, content_hash, once
from shared.http.principal import current_principal
from shared.http.problems import Problem, unavailable
from shared.ids import new_id
from shared.logging import get_logger
from shared.refused import Refused

log = get_logger()
_RACES = 3
DESK_KINDS = frozenset({"phone", "visit", "chat", "im", "email", "outreach", "paper"})
"""Kinds of channels whose demands staff write down."""


ChannelOf = Callable[[Session], ChannelRow]
Besides = Callable[[Session, Accepted, StoredAnswer], StoredAnswer]
"""What is done in the transaction of an accepted demand; gives the answer anew."""


def create(
    services: Services,
    report: Report,
    *,
    strict: bool,
    channel_of: ChannelOf,
    names: Sequence[Claim] = (),
    consent: str | None = None,
    taken_by: str | None = None,
    besides: Besides | None = None,
    wanting: Collection[str] = (),
) -> StoredAnswer:
    """Two transactions: the numbers, then everything else. Begins again when a twin was faster.

    channel_of: the channel it comes through; names: under which it is done once, besides those it bears itself;
    consent: the purpose that the customer agreed to, where they were asked; taken_by: see accept(); wanting:
    see judge().
    """
    for _ in range(_RACES):
        given = _allocate(services, report, strict=strict, wanting=wanting, channel_of=channel_of)

        def work(session: Session, given: Allocation = given) -> StoredAnswer:
            accepted = accept(session, given, installed=services.rules, vault=services.vault, taken_by=taken_by)
            if consent is not None:
                keep_consent(session, accepted, given, consent)
            answer = stored(services, accepted)
            return answer if besides is None else besides(session, accepted, answer)

        try:
            answer = once(services.database, work, natural=[*claims(services, given.judged), *names])
        except Raced:
            continue
        log.info("demand_accepted", number=answer.body["number"], demand_id=answer.body["id"])
        return answer
    raise unavailable("customer-contended")


def keep_consent(
    session: Session, accepted: Accepted, given: Allocation, purpose: str, at: datetime | None = None
) -> None:
    """Law on the protection of personal information, art. 17: what was agreed to, under which rules, and when.

    at: when it was given, where that was not now.
    """
    policy, channel, moment = given.judged.policy, given.judged.channel, at or given.now
    consent = ConsentRow(new_id(), accepted.customer_id, purpose, policy.code, policy.version, moment, channel.code)
    consents.add(session, consent)


def claims(services: Services, judged: Judged, content: str | None = None) -> list[Claim]:
    """The names a report bears itself. content: hash of its body, the same alone and in a batch; None: the request."""
    found = natural_keys(judged.words, judged.channel, services.vault.reference_key)
    return [Claim(scope, key, content or content_hash(strict_json())) for scope, key in found]


def _allocate(
    services: Services, report: Report, *, strict: bool, wanting: Collection[str], channel_of: ChannelOf
) -> Allocation:
    now = business_now()
    with services.database.read() as session:
        channel = channel_of(session)
        check_backlog(services, session)
        judged = judge(
            session, report, channel, services.rules, vault=services.vault, now=now, strict=strict, wanting=wanting
        )
    with services.database.write() as session:
        return allocate(session, judged, now=now)


def check_backlog(services: Services, session: Session) -> None:
    """Problem 503 when too many events wait for the broker already."""
    if backlog.unsent(session) >= services.max_unsent:
        log.warning("outbox_full")
        raise unavailable("outbox-full")


def channel_of_caller(session: Session) -> ChannelRow:
    """The channel whose key came with the request; Problem 403 for anybody else."""
    caller = current_principal()
    found = channels.by_id(session, caller.id) if caller.kind == "channel" else None
    if found is None:
        raise Problem(403, "channel-missing", "Demands come in through a channel")
    return found


def channel_of_desk(code: str | None) -> ChannelOf:
    """The channel that staff names: one by which people talk to us. Problem 403, 422."""

    def find(session: Session) -> ChannelRow:
        found = channels.by_code(session, code) if code else None
        if found is None:
            raise Refused("channel-unknown", "Name the channel by which it came", 422)
        if found.kind not in DESK_KINDS:
            raise Problem(403, "channel-not-the-desks", "What comes by this channel is not written down by staff")
        return found

    return find


def stored(services: Services, accepted: Accepted) -> StoredAnswer:
    """What the channel is told of an accepted demand."""
    promised = accepted.first_response_by
    body = {
        "id": accepted.id,
        "number": accepted.number,
        "policy": {"code": accepted.policy, "version": accepted.policy_version},
        "received_at": format_time(accepted.received_at),
        "first_response_by": format_time(promised) if promised else None,
        "quality": accepted.quality.shown(),
        "tracking_url": services.tracking_url(accepted.id, accepted.received_at),
    }
    headers = {"Location": f"/intake/api/v1/demands/{accepted.number}", "ETag": etag(accepted.version)}
    return StoredAnswer(201, body, headers, f"demand/{accepted.id}")
