"""Take in rows of the past: what they say of themselves stands; nothing is promised, asked or decided anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.intake.domain import codes
from services.intake.domain.contact import Contact
from services.intake.domain.facts import given as names_given
from services.intake.domain.imports import Outcome
from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report
from services.intake.domain.rules import Quality, Rules
from services.intake.domain.vault import Vault
from services.intake.store import imports
from services.intake.usecases.accept_demand import accept
from services.intake.usecases.allocate_numbers import Allocation
from services.intake.usecases.judge_report import Judged, customer_of, learned_contact
from shared.policies.model import Policy


@dataclass(frozen=True)
class Line:
    """A row on its way in. digest: keyed hash of its content; settled: what became of it before anything is written.

    judged None though nothing is settled: the same row stands further up.
    """

    row: int
    digest: str
    settled: Outcome | None = None
    judged: Judged | None = None


def judge_row(
    session: Session, row: Report, policy: Policy, channel: ChannelRow, *, vault: Vault, now: datetime
) -> Judged:
    """The row in the policy's codes. Refused 422: a word the policy has not, a time to come, an unknown customer.

    Its quality is not judged: nobody is asked any more for what a row of the past lacks.
    """
    resolved = codes.resolve_historic(policy, row, now=now)
    customer = customer_of(session, resolved, vault)
    contact = (customer.contact if customer else Contact()).filled_from(resolved.customer.contact)
    learned = learned_contact(policy, row, contact)
    given = names_given(resolved, contact)
    return Judged(row, resolved, channel, policy, Quality(), customer, learned, given, ())


def import_rows(
    session: Session,
    lines: Sequence[Line],
    given: Mapping[str, Allocation],
    *,
    policy: str,
    installed: Rules,
    vault: Vault,
) -> list[Outcome]:
    """Write the demands of lines that nothing is settled of. given: digest -> numbers, of all lines that are judged."""
    outcomes: list[Outcome] = []
    for line in lines:
        if line.settled is not None:
            outcomes.append(line.settled)
        elif line.judged is not None:
            outcomes.append(_take(session, line, given[line.digest], installed=installed, vault=vault))
        else:
            outcomes.append(Outcome(line.row, "known", imports.known(session, policy, [line.digest])[line.digest]))
    return outcomes


def _take(session: Session, line: Line, given: Allocation, *, installed: Rules, vault: Vault) -> Outcome:
    """One row in a savepoint of its own; known when a twin took it in meanwhile."""
    wanted = given.demand.number
    with session.begin_nested():
        number = imports.claim(session, given.judged.policy.code, line.digest, wanted)
        if number != wanted:
            return Outcome(line.row, "known", number)
        accept(session, given, installed=installed, vault=vault)
    return Outcome(line.row, "accepted", number)
