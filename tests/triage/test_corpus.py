"""The demo's corpus walked through triage: every story goes through, and ends as it is expected to."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.triage.child_tables import Deadline
from services.triage.jobs.call_meetings import call_meetings
from services.triage.schemas.actions.registry import SCHEMAS
from services.triage.tables import Case, Staff, Work
from services.triage.usecases.case_file import Books
from services.triage.usecases.keep_staff import WantedStaff, roles_of, set_staff
from services.triage.usecases.listen import ring
from shared.auth import sign_token
from shared.calendars import loader as calendars
from shared.calendars.working_time import due
from shared.clock import business_now, format_time, parse_time
from shared.ids import new_id
from shared.messaging.tables import outbox
from shared.operations.classify import facts_of, judged
from shared.operations.corpus.reader import SHANGHAI, Corpus, Demand, Errand, Person, Step, load, named
from shared.policies import interpret, loader
from shared.policies.model import Policy
from tests.triage.conftest import Triage, received

pytestmark = pytest.mark.slow

WITH_QUEUES = ("CSR", "SUP", "TEC")
_BOOKS = Books(loader.installed(), calendars.installed())
_REPLIES = ("demandflow.work.accepted.v1", "demandflow.work.refused.v1")

_UNSAID = ("summary", "mood", "order_number", "product", "earlier_number", "service_opinion", "wishes")
"""What may be said of a talk, and no story says."""


class Walk:
    """All demands of a corpus in one triage, in order of time; departments with queues accept at once."""

    def __init__(self, triage: Triage, corpus: Corpus) -> None:
        self.triage, self.corpus = triage, corpus
        self.numbers: dict[str, str] = {}
        self.bodies = {one.key: dict(one.body) for one in corpus.demands}

    def go(self) -> None:
        """From the first demand to the end of the corpus."""
        for code in loader.departments():
            self.triage.department(code, "queue" if code in WITH_QUEUES else "workbench")
        with self.triage.database.write() as session:
            for one in self.corpus.staff:
                wanted = WantedStaff(one.login, one.name, one.roles, one.department, policy_roles=one.policy_roles)
                set_staff(session, wanted, now=business_now(), known_roles=roles_of(loader.installed()))
        for at, demand, step in self._happenings():
            self._pass_time(at)
            if isinstance(demand, Errand):
                self._errand(demand)
            elif step is None:
                self._receive(demand)
            else:
                self._step(demand, step)
            self._accept()
        self._pass_time(self.corpus.until)

    def outcome(self, demand: Demand) -> dict[str, Any]:
        """How a demand stands, in the words of what is expected of it."""
        case = self._case(demand)
        rows = self._rows(Deadline, Deadline.demand_id == case.id, order=(Deadline.cycle, Deadline.occurrence))
        late = [one.data["late"] for one in self.triage.published("demand.delayed") if case.id in one.subject]
        dues = {one.code: _local(one.due_at) for one in rows if one.superseded_at is None}
        return {
            "type": case.type_code,
            "urgency": case.facts["urgency"],
            "priority": case.priority_code,
            "lead": case.lead,
            "joining": sorted(case.joining),
            "status": case.status_category,
            "resolution": case.status_resolution,
            "cycles": case.cycle,
            "breached": sorted({one.code for one in rows if one.breached_at is not None}),
            "late_delay": late[-1] if late else None,
            "deadlines": {code: dues.get(code) for code in demand.expect.deadlines},
        }

    def _happenings(self) -> Iterator[tuple[datetime, Demand | Errand, Step | None]]:
        """In order; of the same moment first errands, then what comes in, then what is done, each demand in its order.

        What intake makes of a demand, such as the parts of a split, is not here: nothing is done with it.
        """
        for errand in self.corpus.errands:
            assert errand.at in self.corpus.moments()
        told: list[tuple[datetime, int, Demand, Step | None]] = []
        for demand in self.corpus.demands:
            told.append((demand.at, 0, demand, None))
            told += [(one.at, place, demand, one) for place, one in enumerate(demand.story, start=1) if not one.part]
        told.sort(key=lambda one: (one[0], one[1] > 0, one[2].key, one[1]))
        for at in self.corpus.moments():
            yield from ((at, one, None) for one in self.corpus.errands if one.at == at)
            yield from ((at, demand, step) for when, _, demand, step in told if when == at)

    def _pass_time(self, until: datetime) -> None:
        """Let every deadline ring that comes by then, in order; what is done at the very moment comes too late."""
        waiting = (Deadline.met_at.is_(None), Deadline.superseded_at.is_(None), Deadline.breached_at.is_(None))
        rung: set[str] = set()
        while True:
            rows = self._rows(
                Deadline, *waiting, Deadline.paused_at.is_(None), Deadline.due_at <= until, order=(Deadline.due_at,)
            )
            first = next((one for one in rows if one.id not in rung), None)
            if first is None:
                break
            rung.add(first.id)
            self.triage.at(first.due_at)
            with self.triage.database.write() as session:
                ring(session, first.demand_id, first.id, due_at=first.due_at, at=first.due_at, books=_BOOKS)
        self.triage.at(until)
        call_meetings(self.triage.database, _BOOKS)

    def _errand(self, errand: Errand) -> None:
        token = self._token_of(next(one for one in self.corpus.staff if one.login == errand.login))
        body = named(errand.body, self.numbers)
        answer = self.triage.call(errand.method, f"/{errand.path}", token, json=body)
        assert answer.status_code == 200, (errand, answer.json)

    def _receive(self, demand: Demand) -> None:
        event = received(policy=demand.policy, **_reported(_policy(demand), demand))
        self.triage.receive(event)
        self.numbers[demand.key] = str(event.data["number"])

    def _step(self, demand: Demand, step: Step) -> None:
        number, body = self.numbers[demand.key], named(step.body, self.numbers)
        if step.who == "customer":
            self._customer(demand, step)
        elif step.who == "department":
            self._command(str(step.department), step.do, number, body)
        elif step.do in ("communication", "correct-communication"):
            self._talk(demand, step)
        else:
            path = (SCHEMAS[step.do].path or step.do).replace("<string:", "{").replace(">", "}")
            about = {"task": body.pop("task")} if "{task}" in path else {}
            about |= {"change": self._change(number)} if "{change}" in path else {}
            path = f"/demands/{number}/{path.format(**about)}"
            answer = self.triage.call("POST", path, self._token(step), json=body)
            assert answer.status_code == 200, (demand.key, step, answer.json)

    def _change(self, number: str) -> str:
        return str(self.triage.shown(number)["changes"][-1]["id"])

    def _talk(self, demand: Demand, step: Step) -> None:
        said = {name: step.body[name] for name in ("direction", "words", "answered", "subject")}
        self.triage.hear(
            self.numbers[demand.key], "demand.communicated", **said, communication_id=new_id(), version=1, by="staff",
            occurred_at=format_time(parse_time(step.body["occurred_at"])), registered_at=format_time(step.at),
            channel="phone", people=[], events=[], attachments=[],
            **dict.fromkeys(_UNSAID),
        )  # fmt: skip

    def _customer(self, demand: Demand, step: Step) -> None:
        case, policy, at = self._case(demand), _policy(demand), format_time(step.at)
        if step.do == "supplement":
            merged = _merged(self.bodies[demand.key], step.body)
            self.bodies[demand.key] = merged
            self.triage.hear(
                case.number, "demand.supplemented", supplement_id=new_id(), at=at, by="customer",
                description=step.body.get("description"), fields=dict(step.body.get("fields", {})),
                values={name: step.body[name] for name in ("type", "urgency", "expected_by") if name in step.body},
                given=sorted(facts_of(policy, step.body).given), quality=_quality(policy, merged),
            )  # fmt: skip
        elif step.do == "confirmation":
            there = case.status_category == "completed" or "dispute" in policy.status(case.status_code).actions
            assert there, (demand.key, step, case.status_category)
            word = step.body.get("satisfaction") or str(step.body["stars"])
            level = next(one for one in policy.feedback.levels if word in (one.code, one.label.zh))
            said = {"cycle": case.cycle, "satisfaction": level.code, "opinion": step.body.get("opinion"), "at": at}
            if level.satisfied:
                self.triage.hear(case.number, "demand.confirmed", **said, signed="signature" in step.body)
            else:
                self.triage.hear(case.number, "demand.disputed", **said)
        elif step.do == "change-confirmation":
            kind = "change.confirmed" if step.body["agrees"] else "change.declined"
            said = {"change": self._change(case.number), "opinion": step.body.get("opinion"), "at": at}
            self.triage.hear(case.number, kind, **said)
        else:
            assert "withdraw" in policy.status(case.status_code).actions, (demand.key, step, case.status_code)
            self.triage.hear(case.number, "demand.withdrawn", reason=step.body.get("reason"), at=at)

    def _accept(self) -> None:
        for work in self._rows(Work, Work.state == "offered", Work.delivery == "queue", Work.part == "lead"):
            (case,) = self._rows(Case, Case.id == work.demand_id)
            self._command(work.department, "accept", case.number, {})

    def _command(self, department: str, verb: str, number: str, body: Mapping[str, Any]) -> None:
        before = self._newest()
        raw = json.dumps({"id": new_id(), "demand": number, **body}).encode()
        self.triage.desk.receive(raw, routing_key=f"{department}.{verb}", user_id=f"dept-{department}")
        with self.triage.database.read() as session:
            rows = session.execute(select(outbox).where(outbox.c.seq > before)).all()
        (reply,) = (one for one in rows if one.type in _REPLIES)
        assert reply.type == _REPLIES[0], (number, department, verb, body, reply.data)

    def _token(self, step: Step) -> str:
        role = {"lead": "lead" if step.department else "manager"}.get(step.who, "staff")
        person = next((one for one in self.corpus.staff if one.login == step.login), None)
        if person is not None:
            return self._token_of(person)
        return self._signed(f"{step.who}-{step.department}", role, step.department)

    def _token_of(self, person: Person) -> str:
        (row,) = self._rows(Staff, Staff.login == person.login)
        return self._signed(row.id, *person.roles, person.department)

    def _signed(self, sub: str, role: str, department: str | None) -> str:
        claims = {"sub": sub, "kind": "staff", "roles": [role], "department": department}
        key = self.triage.signing_key
        return sign_token(key, issuer="triage", audience="triage", claims=claims, lifetime=timedelta(minutes=5))

    def _newest(self) -> int:
        with self.triage.database.read() as session:
            return session.execute(select(func.max(outbox.c.seq))).scalar_one() or 0

    def _case(self, demand: Demand) -> Any:
        (case,) = self._rows(Case, Case.number == self.numbers[demand.key])
        return case

    def _rows(self, table: Any, *conditions: Any, order: tuple[Any, ...] = ()) -> list[Any]:
        query = select(table.__table__).where(*conditions).order_by(*order)
        with self.triage.database.read() as session:
            return list(session.execute(query).all())


def test_every_story_goes_through_and_ends_as_expected(make_triage: Callable[[str], Triage], tmp_path: Path) -> None:
    walk = Walk(make_triage(f"sqlite:///{tmp_path}/triage.sqlite"), load())
    walk.go()
    wrong = {}
    for demand in walk.corpus.demands:
        found, wanted = walk.outcome(demand), _wanted(demand)
        if found != wanted:
            wrong[demand.key] = {name: (found[name], wanted[name]) for name in wanted if found[name] != wanted[name]}
    assert wrong == {}, "(what came of it, what was expected)"


def _wanted(demand: Demand) -> dict[str, Any]:
    one = demand.expect
    return {
        "type": one.type,
        "urgency": one.urgency,
        "priority": one.priority,
        "lead": one.lead,
        "joining": sorted(one.joining),
        "status": one.status,
        "resolution": one.resolution,
        "cycles": one.cycles,
        "breached": sorted(one.breached),
        "late_delay": one.late_delay,
        "deadlines": {code: _local(at) for code, at in one.deadlines.items()},
    }


def _reported(policy: Policy, demand: Demand) -> dict[str, Any]:
    """The data of demand.received that a body leads to, in codes as intake tells them."""
    body, facts = demand.body, facts_of(policy, demand.body)
    channel = next(one for one in load().channels if one.code == demand.channel)
    span = interpret.promise_span(policy, facts.urgency)
    calendar = calendars.installed().effective(policy.calendar)
    plain = ("subject", "expected_by", "order_number", "product", "wishes", "budget", "related_number")
    return {
        **{name: body.get(name) for name in plain},
        "channel": channel.code,
        "channel_kind": channel.kind,
        "department": channel.department,
        "received_at": format_time(demand.at),
        "first_response_by": format_time(due(calendar, demand.at, span).due_at) if span else None,
        "customer": {
            "number": "YQ20240506001",
            "masked_name": "*",
            "kind": facts.customer_kind,
            "industry": facts.industry,
            "tier": None,
            "value": facts.customer_value,
            "company_name": body["customer"].get("company"),
        },
        "description": body.get("description") or "",
        "type": facts.type,
        "urgency": facts.urgency,
        "mood": facts.mood,
        "impact": dict(body.get("impact", {})),
        "fields": dict(body.get("fields", {})),
        "feedback": {"text": None, "stars": None, **body.get("feedback", {}), "kind": facts.feedback_kind},
        "quality": _quality(policy, body),
    }


def _quality(policy: Policy, body: Mapping[str, Any]) -> dict[str, list[str]]:
    found = judged(policy, body)
    return {"vague": ["description"] if found["vague"] else [], "missing": found["missing"]}


def _merged(before: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """A body with what a supplement adds: texts are joined, what is named anew counts."""
    found = dict(before)
    for name, value in more.items():
        if isinstance(value, Mapping):
            found[name] = _merged(found.get(name, {}), value)
        elif name == "description" and name in found:
            found[name] = f"{found[name]}\n{value}"
        else:
            found[name] = value
    return found


def _policy(demand: Demand) -> Policy:
    return loader.installed().effective(demand.policy, demand.at)


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
