"""Policy C's rows of 2023 through all four services: they stand as they say, and time does nothing to them."""

import importlib
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.notifier.jobs.ring_timers import ring_timers
from services.notifier.tables import Notice, Timer
from services.reporting.jobs.issue_reports import issue_reports
from services.reporting.store import archives
from services.reporting.usecases.keep_archives import due_now
from services.triage.store import work
from shared.auth import sign_token
from shared.clock import format_time, parse_time
from shared.operations.corpus.reader import load
from tests.flows.conftest import Whole
from tests.service_apps import SERVICES

pytestmark = pytest.mark.slow

ROWS = load().historic
NUMBERS = ["M20231008001", "M20231009001", "M20231010001"]


class Installation:
    """All four services with their applications, and a clock that is moved by hand."""

    def __init__(self, whole: Whole, clock: Path) -> None:
        self.whole, self.clock = whole, clock
        self.apps = {name: importlib.import_module(f"services.{name}.wiring").create_app() for name in SERVICES}

    def later(self, **span: int) -> None:
        self.clock.write_text(format_time(parse_time(self.clock.read_text()) + timedelta(**span)))

    def call(self, service: str, path: str, method: str = "GET", **arguments: Any) -> Any:
        claims = {"sub": "u-1", "kind": "staff", "roles": ["manager", "lead", "staff"]}
        key = os.environ["TRIAGE_SIGNING_KEY"]
        token = sign_token(key, issuer="triage", audience=service, claims=claims, lifetime=timedelta(minutes=5))
        headers = {"Authorization": f"Bearer {token}"}
        client = self.apps[service].test_client()
        answer = client.open(f"/{service}/api/v1{path}", method=method, headers=headers, **arguments)
        assert answer.status_code < 300, answer.text
        return answer.json


@pytest.fixture
def services(whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    clock = tmp_path / "clock"
    clock.write_text("2026-01-05T02:00:00Z")
    monkeypatch.setenv("DEMANDFLOW_CLOCK_FILE", str(clock))
    return Installation(whole, clock)


def test_rows_of_2023_stand_everywhere_as_they_say_and_never_escalate(services: Installation) -> None:
    told = services.call("intake", "/imports", "POST", json={"policy": "C", "rows": [one.as_import() for one in ROWS]})
    assert [one["number"] for one in told["rows"]] == NUMBERS
    services.whole.deliver()
    for number, row in zip(NUMBERS, ROWS, strict=True):
        case = services.call("triage", f"/demands/{number}")
        shown = services.call("reporting", f"/demands/{number}")
        assert case["status"]["label"] == shown["status_label"] == row.status
        assert case["type"]["label"] == shown["type_label"] == row.type
        assert case["historic"]["limit"] == shown["historic"]["limit"] == row.due_at
        assert case["handler"]["masked_name"] == shown["historic"]["owner"] == row.handler
        assert case["result"]["conclusion"] == shown["historic"]["result"] == row.result
        assert case["deadlines"] == shown["deadlines"] == []
        assert parse_time(shown["received_at"]).strftime("%Y-%m-%d") == row.received_date
    with services.whole.databases["triage"].read() as session:
        assert {delivery for _, delivery in work.placed(session).values()} == {"workbench"}
    _time_does_nothing(services)


def _time_does_nothing(services: Installation) -> None:
    """A year later nothing rang, nothing was breached, nobody was told, and no package or report is due."""
    services.later(days=400)
    spec = importlib.import_module("services.notifier.wiring").create_worker()
    while ring_timers(spec.database, spec.ctx):
        pass
    way = services.whole.deliver()
    assert way.published == 0
    databases = services.whole.databases
    with databases["notifier"].read() as session:
        assert [session.execute(select(func.count()).select_from(one)).scalar_one() for one in (Notice, Timer)] == [
            0,
            0,
        ]
    books = importlib.import_module("services.reporting.wiring").open_books(databases["reporting"])
    assert issue_reports(databases["reporting"], books) == 0
    now = parse_time(services.clock.read_text())
    with databases["reporting"].read() as session:
        assert (due_now(session, books, now), archives.requested(session)) == ([], [])


def test_people_go_on_with_what_was_in_progress(services: Installation) -> None:
    body = {"policy": "C", "rows": [ROWS[1].as_import()]}
    (told,) = services.call("intake", "/imports", "POST", json=body)["rows"]
    services.whole.deliver()
    number = told["number"]
    services.call("triage", f"/demands/{number}/complete", "POST", json={"conclusion": "接口已修复"})
    services.whole.deliver()
    answer = {"satisfaction": "基本满意", "opinion": "终于好了"}
    services.call("intake", f"/demands/{number}/confirmation", "POST", json=answer)
    services.whole.deliver()
    shown = services.call("reporting", f"/demands/{number}")
    assert (shown["status_category"], shown["status_resolution"]) == ("closed", "done")
    assert (shown["satisfaction"], shown["handling_minutes"]) == ("rather_satisfied", None)
    assert (shown["deadlines"], shown["historic"]["limit"]) == ([], ROWS[1].due_at)
    assert services.call("intake", f"/demands/{number}")["status"] == "closed"


def test_nobody_is_named_in_what_the_services_tell_each_other(services: Installation) -> None:
    services.call("intake", "/imports", "POST", json={"policy": "C", "rows": [one.as_import() for one in ROWS]})
    services.whole.deliver()
    shown = [services.call("reporting", f"/demands/{number}") for number in NUMBERS]
    shown += [services.call("triage", f"/demands/{number}") for number in NUMBERS]
    text = json.dumps(shown, ensure_ascii=False)
    assert not [secret for secret in ("王女士", "陈先生", "5678", "chen") if secret in text]
