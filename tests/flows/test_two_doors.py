"""A hundred demands handled at random, over HTTP and by commands on a real broker: both doors, one truth.

At the end every command has one answer, nothing stands before departments that should not, and the read store is what
a fresh replay of all events makes of them.
"""

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.intake.usecases.add_channel import NewChannel, add_channel
from services.triage.child_tables import Change
from services.triage.domain.records import CaseRow
from services.triage.handlers.commands import command_handler
from services.triage.schemas.actions.registry import COMMANDS, SCHEMAS
from services.triage.store import cases
from services.triage.tables import Case
from services.triage.usecases.keep_departments import WantedDepartment, set_department
from services.triage.usecases.keep_staff import WantedStaff, set_staff
from shared.auth import sign_token
from shared.clock import business_now, format_time
from shared.ids import new_id
from shared.messaging.commands import CommandDesk
from shared.messaging.consumer import Consumer
from shared.messaging.department import Department
from shared.messaging.outbox import as_event
from shared.messaging.tables import outbox
from shared.messaging.topology import EVENTS, INBOX_SOURCES
from shared.policies.loader import installed
from shared.testing.wait import wait_until
from tests.conftest import Broker
from tests.flows.conftest import Whole
from tests.reporting.conftest import dump, open_reporting
from tests.service_apps import PEPPER, SERVICES, create_app
from tests.shared.messaging.kit import running
from tests.triage import steps

pytestmark = [pytest.mark.servers, pytest.mark.slow]
DEMANDS, STEPS = 50, 10
BEGIN = datetime(2024, 10, 8, 6, 30, tzinfo=UTC)
TEXTS = (
    "想咨询产品功能怎么使用，如何导出报表",
    "配送三天没有更新，投诉服务态度",
    "希望增加批量导出功能",
    "有些情况想说明一下",
)


class Doors:
    """The four services in one process, and the departments SUP and CSR on the broker."""

    def __init__(self, whole: Whole, broker: Broker, environ: dict[str, str], clock: Path) -> None:
        self.whole, self.environ, self.clock = whole, environ, clock
        self.intake, self.triage = create_app("intake", environ), create_app("triage", environ)
        self.senders = {code: Department(code, broker.url_of(f"dept-{code}")) for code in ("SUP", "CSR")}
        self.commands: Counter[str] = Counter()
        self.keys: dict[str, str] = {}
        with whole.databases["intake"].write() as session:
            for policy in "ABCD":
                self.keys[policy] = add_channel(
                    session, NewChannel(f"web-{policy}", policy), pepper=PEPPER, now=business_now()
                )
        with whole.databases["triage"].write() as session:
            for code in self.senders:
                set_department(session, WantedDepartment(code, "queue"), pepper=PEPPER, now=business_now())
            set_staff(session, WantedStaff("wang", "王工程师", ("staff",)), now=business_now())

    def at(self, moment: datetime) -> None:
        self.clock.write_text(format_time(moment), "utf-8")

    def report(self, policy: str, chance: random.Random) -> str:
        body = {
            "customer": {"name": "王女士", "contact": {"email": f"w{chance.randrange(30)}@example.com"}},
            "description": chance.choice(TEXTS),
        }
        answer = self.intake.test_client().post("/intake/api/v1/demands", json=body, headers=_bearer(self.keys[policy]))
        assert answer.status_code == 201, answer.json
        self.whole.deliver()
        return str(answer.json["number"])

    def act(self, number: str, action: str, body: dict[str, Any], about: str) -> int:
        path = (SCHEMAS[action].path or action).split("/")
        place = "/".join(about if part.startswith("<") else part for part in path)
        token = sign_token(
            self.environ["TRIAGE_SIGNING_KEY"], issuer="triage", audience="triage",
            claims={"sub": "u-1", "kind": "staff", "roles": ["lead", "manager"]}, lifetime=timedelta(minutes=5),
        )  # fmt: skip
        answer = self.triage.test_client().post(
            f"/triage/api/v1/demands/{number}/{place}", json=body, headers=_bearer(token)
        )
        assert answer.status_code in (200, 404, 409, 422), (action, answer.json)
        return int(answer.status_code)

    def command(self, department: str, verb: str, body: dict[str, Any]) -> str:
        command_id = self.senders[department].send(verb, **body)
        self.commands[command_id] += 1
        row = wait_until(lambda: self._answer(command_id), what=f"an answer to {verb}")
        return str(row.type)

    def customer(self, policy: str, number: str, kind: str, body: dict[str, Any]) -> int:
        answer = self.intake.test_client().post(
            f"/intake/api/v1/demands/{number}/{kind}", json=body, headers=_bearer(self.keys[policy])
        )
        assert answer.status_code < 500, answer.json
        return int(answer.status_code)

    def _answer(self, command_id: str) -> Any:
        return next((row for row in self.answers() if row.data["command_id"] == command_id), None)

    def case(self, number: str) -> CaseRow:
        with self.whole.databases["triage"].read() as session:
            found = cases.find(session, number)
        assert found is not None
        return found

    def answers(self) -> list[Any]:
        with self.whole.databases["triage"].read() as session:
            query = select(outbox).where(
                outbox.c.type.in_(["demandflow.work.accepted.v1", "demandflow.work.refused.v1"])
            )
            return list(session.execute(query.order_by(outbox.c.seq.desc()).limit(200)).all())


def test_both_doors_lead_to_one_truth(
    whole: Whole, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = tmp_path / "clock"
    clock.write_text(format_time(BEGIN), "utf-8")
    monkeypatch.setenv("DEMANDFLOW_CLOCK_FILE", str(clock))
    environ = dict(os.environ)
    doors = Doors(whole, broker, environ, clock)
    gate = whole.gates["triage"]
    desk = CommandDesk("triage", whole.databases["triage"], command_handler, gate._ctx)
    consumer = Consumer("triage", whole.databases["triage"], broker.url_of("triage"), gate, desk)
    done: Counter[str] = Counter()
    with running(consumer.run):
        for seed in range(DEMANDS):
            _walk(doors, random.Random(seed), done)
    whole.deliver()
    assert done["http 200"] > DEMANDS and done["work.accepted"] > DEMANDS // 4, done
    assert done["work.refused"] and done["http 409"], done
    assert set(doors.commands.values()) == {1}
    assert dump(whole.databases["reporting"]) == _replayed(whole, tmp_path)


def _walk(doors: Doors, chance: random.Random, done: Counter[str]) -> None:
    policy_code = chance.choice("ABCD")
    policy = installed().pinned(policy_code, "1")
    now = BEGIN + timedelta(hours=chance.randrange(200))
    doors.at(now)
    number, other = doors.report(policy_code, chance), doors.report(policy_code, chance)
    for _ in range(STEPS):
        now += timedelta(hours=chance.randrange(20))
        doors.at(now)
        door, case = chance.random(), doors.case(number)
        here = sorted(policy.status(case.status_code).actions)
        if door < 0.45:
            action = _some(chance, steps.BODIES, here)
            body = _body(action, now, chance, policy, other)
            done[f"http {doors.act(number, action, body, _about(doors, number, action, chance))}"] += 1
        elif door < 0.8:
            verb = _some(chance, COMMANDS, here)
            department = case.lead if case.lead in doors.senders and chance.random() < 0.9 else "CSR"
            body = {"demand": number, **_body(verb, now, chance, policy, other)}
            if SCHEMAS[verb].about is not None:
                body[SCHEMAS[verb].about] = _about(doors, number, verb, chance)
            told = doors.command(department, verb, body)
            done[told.removeprefix("demandflow.").removesuffix(".v1")] += 1
        else:
            kind, body = _customer(chance, policy)
            done[f"customer {doors.customer(policy_code, number, kind, body)}"] += 1
        doors.whole.deliver()


def _some(chance: random.Random, known: Any, here: list[str]) -> str:
    """An action, half of the time one that the policy allows as things stand."""
    legal = [one for one in here if one in known]
    return chance.choice(legal if legal and chance.random() < 0.5 else sorted(known))


def _body(action: str, now: datetime, chance: random.Random, policy: Any, other: str) -> dict[str, Any]:
    body = steps.BODIES[action](now, chance.randrange(40), policy)
    return {**body, steps.OTHER[action]: other} if action in steps.OTHER else body


def _about(doors: Doors, number: str, action: str, chance: random.Random) -> str:
    """What the path names: a task, or the latest change."""
    if SCHEMAS[action].about != "change":
        return f"T{chance.randrange(1, 4)}"
    with doors.whole.databases["triage"].read() as session:
        query = select(Change.id).join(Case, Case.id == Change.demand_id).where(Case.number == number)
        return session.execute(query.order_by(Change.number.desc()).limit(1)).scalar_one_or_none() or "none"


def _customer(chance: random.Random, policy: Any) -> tuple[str, dict[str, Any]]:
    level = chance.choice(policy.feedback.levels)
    return chance.choice(
        [
            ("supplements", {"description": "补充：每天早上九点出现"}),
            ("confirmation", {"satisfaction": level.code, "signature": {"name": "王女士", "method": "electronic"}}),
            ("withdraw", {"reason": "不需要了"}),
        ]
    )


def _replayed(whole: Whole, tmp_path: Path) -> Any:
    """The read store that all events make when another reporting hears them anew, the streams mixed."""
    home = tmp_path / "fresh"
    home.mkdir()
    fresh = open_reporting(f"sqlite:///{home}/r.sqlite", home)
    streams: dict[tuple[str, str], list[Any]] = {}
    for source in SERVICES:
        if source not in INBOX_SOURCES["reporting"]:
            continue
        with whole.databases[source].read() as session:
            rows = session.execute(select(outbox).where(outbox.c.exchange == EVENTS).order_by(outbox.c.seq)).all()
        for row in rows:
            streams.setdefault((source, row.subject), []).append(as_event(row, source, 1))
    chance, waiting = random.Random(new_id()), [list(one) for one in streams.values()]
    while waiting:
        stream = chance.choice(waiting)
        fresh.take(stream.pop(0))
        waiting = [one for one in waiting if one]
    found = dump(fresh.database)
    fresh.database.dispose()
    return found


def _bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}
