"""How long it takes to hold a draft of a policy against demands of the past. Run by hand:

    .venv/bin/python -m benches.simulate [--demands 1000] [--policy B]

Every demand was accepted, evaluated where the policy has that, told something and completed. Prints one line of JSON.
"""

import hashlib
import json
import tempfile
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy.orm import Session

from services.triage import wiring
from services.triage.domain.records import Pin, Received
from services.triage.domain.told.answer import Accept
from services.triage.domain.told.customer import Told
from services.triage.domain.told.evaluate import Evaluate
from services.triage.domain.told.finish import Complete
from services.triage.usecases.act import Caller, act
from services.triage.usecases.case_file import Books
from services.triage.usecases.publish_version import checked_policy
from services.triage.usecases.simulate_policy import simulate_policy
from services.triage.usecases.triage_demand import triage_demand
from shared.calendars import loader as calendars
from shared.clock import monotonic
from shared.db import Database
from shared.policies import loader
from shared.policies.model import Policy
from shared.testing.counting import counted

BEGIN = datetime(2024, 10, 8, 1, tzinfo=UTC)
TEXT = "订单模块从上周起无法批量导出备注栏，影响每月对账，请问何时修复"
STEPS = (
    ("accept", Accept()),
    ("evaluate", Evaluate("feasible", "可行")),
    ("told", Told("已安排", "phone")),
    ("complete", Complete("已修复")),
)


@click.command()
@click.option("--demands", default=1000, show_default=True)
@click.option("--policy", "code", default="B", show_default=True)
def main(demands: int, code: str) -> None:
    """Measure and print one line of JSON."""
    books = Books(loader.installed(), calendars.installed())
    policy = books.policies.effective(code, BEGIN)
    raw = (loader.PACKS / code / f"{policy.version}.yaml").read_bytes().replace(b"4wh", b"3wh")
    with tempfile.TemporaryDirectory() as home:
        environ = {"TRIAGE_DATABASE_URL": f"sqlite:///{home}/triage.sqlite"}
        wiring.upgrade(environ)
        database = wiring.open_database(environ)
        with database.write() as session:
            for number in range(demands):
                _demand(session, policy, number, books)
        click.echo(json.dumps(_measured(database, raw, books)))
        database.dispose()


def _measured(database: Database, raw: bytes, books: Books) -> dict[str, float]:
    now = BEGIN + timedelta(days=25)
    with counted() as cost, database.snapshot() as session:
        draft = checked_policy(session, raw)
        began = monotonic()
        found = simulate_policy(session, draft, first=None, last=None, books=books, now=now)
        took = monotonic() - began
    return {
        "demands": found.examined,
        "differ": found.counts["differ"],
        "seconds": round(took, 2),
        "statements": cost.statements,
    }


def _demand(session: Session, policy: Policy, number: int, books: Books) -> None:
    at = BEGIN + timedelta(minutes=20 * number)
    name = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    received = Received(
        demand_id=name, number=f"N{number:06}", policy=Pin(policy.code, policy.version, policy.sha256), received_at=at,
        first_response_by=at + timedelta(hours=48), channel_kind="web", subject=None, description=f"{TEXT} {number}",
        type=None, urgency=None, mood=None, product=None, expected_by=None, impact={}, fields={},
        feedback={"kind": None, "text": None, "stars": None}, customer={"kind": "person"}, known_customer=False,
        quality={"vague": [], "missing": []},
    )  # fmt: skip
    triage_demand(session, received, books=books, now=at)
    for place, (action, said) in enumerate(STEPS, start=1):
        now = at + timedelta(hours=2 * place)
        act(session, received.number, action, said, caller=Caller("bench"), books=books, now=now)


if __name__ == "__main__":
    main()
