"""Importing historic rows: what the HTTP address and the command have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain.contact import keyed
from services.intake.domain.imports import UNNAMED, ImportJob, Outcome
from services.intake.domain.records import ChannelRow
from services.intake.schemas.imports import HistoricRowSchema
from services.intake.store import channels, imports
from services.intake.usecases.allocate_numbers import allocate
from services.intake.usecases.import_rows import Line, import_rows, judge_row
from services.intake.usecases.services import Services
from shared.clock import format_time
from shared.http.idempotency import content_hash
from shared.http.problems import Problem, problem_document, problem_of
from shared.ids import new_id
from shared.policies.model import Policy
from shared.refused import Refused

MOST_ROWS = 1_000
_CHUNK = 200


@dataclass(frozen=True)
class Prepared:
    """Everything that is settled before numbers are taken."""

    policy: Policy
    channel: ChannelRow
    lines: tuple[Line, ...]
    now: datetime

    def rehearsed(self) -> list[Outcome]:
        """What would become of the rows; without numbers, since none are taken."""
        return [one.settled or Outcome(one.row, "accepted" if one.judged else "known") for one in self.lines]

    def job(self, outcomes: Sequence[Outcome], by: str) -> ImportJob:
        """The import with what became of its rows."""
        rows = [one.shown() for one in outcomes]
        return ImportJob(new_id(), self.policy.code, self.policy.version, self.channel.code, by, self.now, rows)


def prepare(services: Services, wanted: Mapping[str, Any], now: datetime) -> Prepared:
    """wanted: as ImportSchema says. Problem 413 for too many rows; Refused 422 for a policy or channel nobody knows."""
    rows = wanted["rows"]
    if len(rows) > MOST_ROWS:
        raise Problem(413, "import-too-long", f"At most {MOST_ROWS} rows")
    try:
        policy = services.rules.effective(wanted["policy"], now)
    except LookupError:
        raise _unknown("/policy", "unknown-policy", "There is no such policy") from None
    with services.database.read() as session:
        channel = _channel(session, wanted.get("channel"), policy)
        lines = _lines(services, session, rows, policy, channel, now)
    return Prepared(policy, channel, lines, now)


def bring_in(services: Services, prepared: Prepared) -> list[Outcome]:
    """Write the demands of all rows; two transactions per 200, so that others get their turn between them."""
    outcomes: list[Outcome] = []
    policy, now = prepared.policy.code, prepared.now
    for start in range(0, len(prepared.lines), _CHUNK):
        lines = prepared.lines[start : start + _CHUNK]
        with services.database.write() as session:
            given = {one.digest: allocate(session, one.judged, now=now) for one in lines if one.judged is not None}
        with services.database.write() as session:
            outcomes += import_rows(
                session, lines, given, policy=policy, installed=services.rules, vault=services.vault
            )
    return outcomes


def shown(job: ImportJob, *, kept: bool = True) -> dict[str, Any]:
    """A job as it is told."""
    return {
        "id": job.id if kept else None,
        "policy": {"code": job.policy, "version": job.policy_version},
        "channel": job.channel,
        "at": format_time(job.at),
        "accepted": job.count("accepted"),
        "known": job.count("known"),
        "refused": job.count("refused"),
        "rows": job.rows,
    }


def _channel(session: Session, code: str | None, policy: Policy) -> ChannelRow:
    """The channel that the rows stand under; without one the policy's desk has received them."""
    found = channels.by_code(session, code or UNNAMED)
    if found is None:
        raise _unknown("/channel", "unknown-channel", "There is no such channel")
    if found.code == UNNAMED:
        return ChannelRow(found.id, found.code, "import", "", (), policy.undecided)
    if policy.code not in found.allowed_policies:
        raise _unknown("/policy", "unknown-policy", "This channel has no such policy")
    return ChannelRow(found.id, found.code, "import", found.policy, found.allowed_policies, found.department)


def _lines(
    services: Services, session: Session, rows: Sequence[Any], policy: Policy, channel: ChannelRow, now: datetime
) -> tuple[Line, ...]:
    digests = [_digest(raw, services.vault.reference_key) for raw in rows]
    known = imports.known(session, policy.code, digests)
    lines: list[Line] = []
    coming: set[str] = set()
    for place, (raw, digest) in enumerate(zip(rows, digests, strict=True), start=1):
        row = _named(raw, place)
        if digest in known:
            lines.append(Line(row, digest, Outcome(row, "known", known[digest])))
            continue
        if digest in coming:
            lines.append(Line(row, digest))
            continue
        try:
            judged = judge_row(session, HistoricRowSchema().load(raw), policy, channel, vault=services.vault, now=now)
        except (ValidationError, Refused) as error:
            lines.append(Line(row, digest, Outcome(row, "refused", problem=_problem(error))))
        else:
            coming.add(digest)
            lines.append(Line(row, digest, judged=judged))
    return tuple(lines)


def _problem(error: ValidationError | Refused) -> dict[str, Any]:
    """The problem as it is kept: where a field is unknown, not what it is called, which may be personal data."""
    problem = problem_of(error)
    problem.errors = [
        {**one, "pointer": one["pointer"].rpartition("/")[0]} if one["code"] == "unknown-field" else one
        for one in problem.errors
    ]
    return problem_document(problem)


def _named(raw: Any, place: int) -> int:
    """The number the row is told by: its own, else its place from 1."""
    own = raw.get("row") if isinstance(raw, dict) else None
    return own if isinstance(own, int) and not isinstance(own, bool) else place


def _digest(raw: Any, key: bytes) -> str:
    """What names a row's content, whatever number it is told by."""
    content = {name: value for name, value in raw.items() if name != "row"} if isinstance(raw, dict) else raw
    return keyed(key, f"import:{content_hash(content)}")


def _unknown(pointer: str, code: str, message: str) -> Refused:
    return Refused("validation-failed", message, 422, [{"pointer": pointer, "code": code, "message": message}])
