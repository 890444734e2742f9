"""Importing the answers of form tools: what the HTTP address and the command have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from services.intake.domain import answer_sheet, web_form
from services.intake.domain.answer_sheet import Columns
from services.intake.domain.contact import keyed
from services.intake.domain.imports import Outcome
from services.intake.domain.questions import Typed
from services.intake.domain.records import ChannelRow
from services.intake.domain.report import Report
from services.intake.gateways.answer_files import Numbered
from services.intake.schemas.demand import DemandSchema
from services.intake.store import channels
from services.intake.usecases.accept_demand import accept
from services.intake.usecases.allocate_numbers import Allocation, allocate
from services.intake.usecases.judge_report import judge
from services.intake.usecases.keep_customer import Raced
from services.intake.usecases.services import Services
from services.intake.usecases.take_report import check_backlog, keep_consent, stored
from shared.clock import format_time
from shared.http import idempotency
from shared.http.idempotency import Claim, StoredAnswer, content_hash
from shared.http.problems import Problem, errors_of, problem_document, problem_of, unavailable
from shared.policies.forms import Form
from shared.policies.model import Policy
from shared.refused import Refused, wrong
from shared.text import unsafe_character

WARNING = (
    "请立即在第三方表单工具中删除已导入的答卷，答卷不得留存在第三方。"
    " Now delete the imported answers in the form tool: they may not stay with a third party."
)
_CHUNK, _RACES = 200, 3


@dataclass(frozen=True)
class Line:
    """A row on its way in. report None: it is refused, as settled says. consent: the purpose that was agreed to."""

    row: int
    claim: Claim
    report: Report | None = None
    consent: str | None = None
    settled: Outcome | None = None


@dataclass(frozen=True)
class Prepared:
    """Everything that is settled before numbers are taken."""

    channel: ChannelRow
    policy: Policy
    form: Form
    columns: Columns
    lines: tuple[Line, ...]
    now: datetime

    def shown(self, outcomes: Sequence[Outcome]) -> dict[str, Any]:
        """What became of the rows."""
        counts = {verdict: sum(one.verdict == verdict for one in outcomes) for verdict in _VERDICTS}
        return {
            "channel": self.channel.code,
            "policy": {"code": self.policy.code, "version": self.policy.version},
            "form": self.form.code,
            **counts,
            "ignored": list(self.columns.ignored),
            "rows": [one.shown() for one in outcomes],
            "warning": WARNING,
        }


_VERDICTS = ("accepted", "known", "refused")


def prepare(services: Services, rows: Sequence[Numbered], channel: str, form: str | None, now: datetime) -> Prepared:
    """rows: with the header first. Refused 422: a channel or form that there is not, a header without any question."""
    with services.database.read() as session:
        check_backlog(services, session)
        found = channels.by_code(session, channel)
    if found is None:
        raise wrong("/channel", "unknown-channel", "There is no such channel")
    policy = _policy(services, found, now)
    chosen = _form(policy, form or found.form)
    columns = answer_sheet.columns(policy, chosen, rows[0][1])
    if not columns.questions:
        raise wrong("/file", "no-question", "No column of the first row is a question of this form")
    plain = Prepared(found, policy, chosen, columns, (), now)
    lines = tuple(_line(services, plain, place, cells) for place, cells in rows[1:])
    return Prepared(found, policy, chosen, columns, tuple(_settled(services, lines)), now)


def rehearse(services: Services, prepared: Prepared) -> list[Outcome]:
    """What would become of the rows; without numbers, since none are taken."""
    outcomes, coming = [], set[str]()
    with services.database.read() as session:
        for line in prepared.lines:
            judged = line.settled or _judged(services, session, prepared, line)
            told = judged if isinstance(judged, Outcome) else Outcome(line.row, "accepted")
            outcomes.append(Outcome(line.row, "known") if line.claim.key in coming else told)
            coming.add(line.claim.key)
    return outcomes


def bring_in(services: Services, prepared: Prepared) -> list[Outcome]:
    """Accept all rows; two transactions per 200, so that others get their turn between them."""
    outcomes: dict[int, Outcome] = {}
    for start in range(0, len(prepared.lines), _CHUNK):
        given = _allocated(services, prepared, prepared.lines[start : start + _CHUNK], outcomes)
        with services.database.write() as session:
            raced = [line for line, one in given if not _take(services, session, prepared, line, one, outcomes)]
        for line in raced:
            _again(services, prepared, line, outcomes)
    return [outcomes[line.row] for line in prepared.lines]


def _policy(services: Services, channel: ChannelRow, now: datetime) -> Policy:
    try:
        return services.rules.effective(channel.policy, now)
    except LookupError:
        raise wrong("/channel", "unknown-policy", "The policy of this channel is not known here") from None


def _form(policy: Policy, code: str | None) -> Form:
    for one in policy.forms:
        if one.code == code and web_form.asks_something(policy, one):
            return one
    raise wrong("/form", "unknown-form", "Name a form that customers of this policy fill in")


def _line(services: Services, prepared: Prepared, place: int, cells: Sequence[str]) -> Line:
    policy, form = prepared.policy, prepared.form
    said = answer_sheet.row(policy, prepared.columns, cells)
    body = web_form.body(policy, form, said.typed, "zh")
    if said.submitted is not None:
        body["occurred_at"] = format_time(said.submitted)
    content = content_hash(body)
    name = f"{form.code}:{said.serial or content}"
    key = keyed(services.vault.reference_key, name)
    claim = Claim(f"answers:{prepared.channel.id}", key, keyed(services.vault.reference_key, content))
    try:
        if said.errors:
            raise Refused("validation-failed", "The content does not fit", 422, said.errors)
        _check_texts(said.typed)
        report = DemandSchema().load(body)
    except (Refused, ValidationError) as error:
        return Line(place, claim, settled=_refused(place, error))
    return Line(place, claim, report, web_form.purpose(form) if said.consent else None)


def _check_texts(typed: Typed) -> None:
    unsafe = [name for name, texts in typed.items() if any(unsafe_character(text) for text in texts)]
    if unsafe:
        rows = [{"pointer": "/" + one.replace(".", "/"), "code": "unsafe", "message": "Not storable"} for one in unsafe]
        raise Refused("text-unsafe", "Text holds characters that cannot be stored", 422, rows)


def _settled(services: Services, lines: Sequence[Line]) -> Iterable[Line]:
    """The lines, those that were taken in before with their outcome."""
    if not lines:
        return
    with services.database.read() as session:
        before = idempotency.known(session, lines[0].claim.scope, [one.claim.key for one in lines])
    for line in lines:
        known = before.get(line.claim.key)
        if line.settled is None and known is not None:
            same = known[0] == line.claim.body_hash
            outcome = Outcome(line.row, "known", known[1].body["number"]) if same else _refused(line.row, _changed())
            yield Line(line.row, line.claim, settled=outcome)
        else:
            yield line


def _judged(services: Services, session: Session, prepared: Prepared, line: Line) -> Any:
    """The report as its policy sees it, or the outcome of one that is refused."""
    assert line.report is not None
    try:
        return judge(
            session, line.report, prepared.channel, services.rules, vault=services.vault, now=prepared.now,
            strict=False, lenient=True,
        )  # fmt: skip
    except Refused as error:
        return _refused(line.row, error)


def _allocated(
    services: Services, prepared: Prepared, lines: Sequence[Line], outcomes: dict[int, Outcome]
) -> list[tuple[Line, Allocation]]:
    judged = []
    with services.database.read() as session:
        for line in lines:
            seen = line.settled or _judged(services, session, prepared, line)
            if isinstance(seen, Outcome):
                outcomes[line.row] = seen
            else:
                judged.append((line, seen))
    with services.database.write() as session:
        return [(line, allocate(session, seen, now=prepared.now)) for line, seen in judged]


def _take(
    services: Services, session: Session, prepared: Prepared, line: Line, given: Allocation,
    outcomes: dict[int, Outcome],
) -> bool:  # fmt: skip
    """Accept one row in a savepoint; False when a twin linked the same customer meanwhile."""
    done: list[str] = []
    submitted = line.report.occurred_at if line.report else None

    def work(session: Session) -> StoredAnswer:
        accepted = accept(session, given, installed=services.rules, vault=services.vault)
        if line.consent is not None:
            keep_consent(session, accepted, given, line.consent, at=submitted)
        done.append(accepted.number)
        return stored(services, accepted)

    try:
        with session.begin_nested():
            answer = idempotency.under(session, [line.claim], work)
        outcomes[line.row] = Outcome(line.row, "accepted" if done else "known", answer.body["number"])
    except Raced:
        return False
    except Problem as error:
        changed = error.code == "idempotency-key-reused"
        outcomes[line.row] = _refused(line.row, _changed() if changed else error)
    except Refused as error:
        outcomes[line.row] = _refused(line.row, error)
    return True


def _again(services: Services, prepared: Prepared, line: Line, outcomes: dict[int, Outcome]) -> None:
    for _ in range(_RACES):
        for _, given in _allocated(services, prepared, [line], outcomes):
            with services.database.write() as session:
                if _take(services, session, prepared, line, given, outcomes):
                    return
    outcomes[line.row] = _refused(line.row, unavailable("customer-contended"))


def _refused(row: int, error: Problem | Refused | ValidationError) -> Outcome:
    if isinstance(error, ValidationError):
        error = Refused("validation-failed", "The content does not fit", 422, errors_of(error.messages))
    return Outcome(row, "refused", problem=problem_document(problem_of(error)))


def _changed() -> Refused:
    return Refused("answer-changed", "An answer of this serial number was taken in before with other content", 409)
