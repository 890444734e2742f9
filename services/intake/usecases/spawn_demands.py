"""Make demands of parts of another one: its customer's, through its channel, accepted like any other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.intake.domain.records import Origin
from services.intake.domain.report import Report, ReportedCustomer
from services.intake.domain.rules import Rules
from services.intake.domain.vault import Vault
from services.intake.store import demands, spawned
from services.intake.usecases.accept_demand import accept
from services.intake.usecases.allocate_numbers import take_numbers
from services.intake.usecases.judge_report import judge
from shared.policies.model import Policy


def spawn(
    session: Session,
    demand_id: str,
    parts: Sequence[Mapping[str, Any]],
    relation: str,
    *,
    event_id: str,
    installed: Rules,
    vault: Vault,
    now: datetime,
) -> bool:
    """parts {key, subject, description, type}, once for each event and key; False when the demand is not here.

    Their words come from triage, so the sealed originals hold what is redacted already. The policy's version is the
    one that counts now; a type that it has not is left to triage.
    """
    origin = demands.origin(session, demand_id)
    if origin is None:
        return False
    policy = installed.effective(origin.channel.policy, now)
    there = spawned.known(session, event_id)
    for part in parts:
        if part["key"] in there:
            continue
        report = _report(origin, part, relation, policy)
        judged = judge(session, report, origin.channel, installed, vault=vault, now=now, strict=False)
        given = take_numbers(session, judged, now=now)
        if spawned.claim(session, event_id, part["key"], given.demand.number):
            accept(session, given, installed=installed, vault=vault)
    return True


def _report(origin: Origin, part: Mapping[str, Any], relation: str, policy: Policy) -> Report:
    """The part with what holds for it too: order and product; a part is as urgent as the whole, what follows is not."""
    known = {one.code for one in policy.types}
    urgency = origin.details.get("urgency") if relation == "split_from" else None
    return Report(
        customer=ReportedCustomer(number=origin.customer_number),
        subject=part["subject"],
        description=part["description"],
        type=part["type"] if part["type"] in known else None,
        urgency=urgency if urgency in {one.code for one in policy.urgencies} else None,
        related_number=origin.number,
        relation=relation,
        language=origin.details.get("language", "zh"),
        order_number=origin.details.get("order_number"),
        product=origin.details.get("product"),
    )
