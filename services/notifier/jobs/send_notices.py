"""Notices leave in lanes of their own, a few at a time: a slow receiver holds up neither the clock nor other carriers.

The sending itself stands in no transaction. A crash between sending and recording sends a second copy with the same
Message-ID or webhook-id: at least once, and we say so.
"""

import random
import threading
from collections.abc import Callable
from functools import partial

from services.notifier import events
from services.notifier.domain import notices as rules
from services.notifier.domain.notices import Outcome, Planned
from services.notifier.jobs.attempts import Office, attempt
from services.notifier.jobs.send_letters import send_letters
from services.notifier.store import notices, subscriptions
from shared.clock import business_now, system_now
from shared.crashpoint import crashpoint
from shared.logging import get_logger, place_of

LANES = ("email", "email", "webhook", "webhook")
_LOOK_SECONDS = 0.5
log = get_logger()


def sender(office: Office) -> Callable[[threading.Event], None]:
    """The part of the worker that sends until it is stopped; a thread for each lane."""

    def run(stop: threading.Event) -> None:
        works: list[tuple[str, str, Callable[[], int]]] = [
            *(("notices", carrier, partial(send_notices, office, carrier)) for carrier in LANES),
            ("letters", "campaign", partial(send_letters, office)),
        ]
        lanes = [
            threading.Thread(target=_lane, args=(job, work, stop), name=f"sender-{name}", daemon=True)
            for job, name, work in works
        ]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()

    return run


def send_notices(office: Office, carrier: str = "email") -> int:
    """Take one notice and try to send it; returns how many were taken, 0 or 1."""
    with office.database.read() as session:
        if not notices.any_due(session, carrier, system_now()):
            return 0
    with office.database.write() as session:
        planned = notices.take(session, carrier, system_now())
    if planned is None:
        return 0
    crashpoint("notifier.after_claim")
    outcome = rules.settled(_attempt(office, planned), planned.attempt)
    crashpoint("notifier.after_send_before_mark")
    mine = _record(office, planned, outcome)
    log.info(
        "notice_attempted",
        notice_id=planned.id,
        number=planned.number,
        kind=planned.kind,
        carrier=planned.carrier,
        audience=planned.audience,
        status=outcome.state if mine else "overtaken",
        reason=outcome.reason,
        attempt=planned.attempt,
    )
    return 1


def _lane(job: str, work: Callable[[], int], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            taken = work()
        except Exception as error:  # noqa: BLE001 - trouble of the database: the lane goes on when it is over
            taken = 0
            log.error("job_failed", job=job, error=type(error).__name__)
        if not taken:
            stop.wait(_LOOK_SECONDS)


def _attempt(office: Office, planned: Planned) -> Outcome:
    try:
        return attempt(office, planned)
    except Exception as error:  # noqa: BLE001 - a notice that cannot be sent must not be tried for ever
        log.error("notice_broke", notice_id=planned.id, error_type=type(error).__name__, at=place_of(error))
        return Outcome("retry", "fault")


def _record(office: Office, planned: Planned, outcome: Outcome) -> bool:
    """Whether the outcome was this attempt's to record."""
    now = system_now()
    domain = office.planner.domain
    with office.database.write() as session:
        if outcome.state == "addressed":
            return notices.address(session, planned, outcome.people, domain=domain, now=now)
        pause = rules.pause(planned.attempt, random.uniform(0.75, 1.25), outcome.wait)
        mine = notices.settle(session, planned, outcome, now, now + pause if outcome.state == "retry" else None)
        if mine and outcome.state != "retry":
            events.notice_settled(session, planned, outcome, business_now())
        if mine and outcome.gone:
            subscriptions.end(session, planned.recipient.removeprefix("webhook:"))
    if mine and outcome.gone:
        log.warning("subscription_ended", subscription_id=planned.recipient.removeprefix("webhook:"))
    return mine
