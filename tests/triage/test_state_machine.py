"""Thousands of random sequences under every policy, straight against the use cases: nothing illegal passes.

Each sequence runs in one transaction that is rolled back at its end, each step in a savepoint, as a request would.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.triage.domain import lifecycle
from services.triage.domain.deadlines import NEVER_BREACHED
from services.triage.domain.records import CaseRow, DeadlineRow
from services.triage.handlers.demand_received import handle as receive
from services.triage.schemas.actions.registry import SCHEMAS
from services.triage.store import cases, changes, deadlines, timeline
from services.triage.usecases.act import ACTIONS, Caller, act
from services.triage.usecases.listen import hear, ring
from shared.clock import format_time
from shared.contracts.events import check
from shared.messaging.tables import outbox
from shared.policies.model import Policy
from shared.refused import Refused
from tests.triage import steps
from tests.triage.conftest import RECEIVED_AT, Triage, received
from tests.triage.conftest import heard as event_of

pytestmark = pytest.mark.slow
SEQUENCES, STEPS = 40, 14
PICKS = st.integers(0, 40)
LEAD = Caller("staff:u-1", None, frozenset({"lead", "manager"}))


class Handling(RuleBasedStateMachine):
    """One demand, and everything that may be done to it in any order; `triage` and `policy` are set by the test."""

    triage: Triage
    policy: Policy

    def __init__(self) -> None:
        super().__init__()
        self.now = self.triage.at(RECEIVED_AT)
        self.books = self.triage.gate._ctx.books
        self.heard = 1
        self._transaction = self.triage.database.write()
        self.session: Session = self._transaction.__enter__()

    def teardown(self) -> None:
        try:
            if hasattr(self, "number"):
                self._check_history()
        finally:
            self.session.rollback()
            self._transaction.__exit__(RuntimeError, RuntimeError("rolled back"), None)

    @initialize(declared=st.booleans())
    def arrive(self, declared: bool) -> None:
        quality = {} if declared else {"quality": {"vague": ["description"], "missing": []}}
        kind = self.policy.types[0].code if declared else None
        event = received("有些情况想说明一下", self.policy.code, type=kind, **quality)
        receive(self.session, event, self)
        self.demand_id, self.number = event.data["demand_id"], event.data["number"]
        other = received("另一件相关的事情", self.policy.code, type=self.policy.types[0].code)
        receive(self.session, other, self)
        self.other_id, self.other = other.data["demand_id"], other.data["number"]

    @rule(hours=st.integers(0, 60))
    def wait(self, hours: int) -> None:
        self.now = self.triage.at(self.now + timedelta(hours=hours))

    @rule(action=st.sampled_from(sorted(ACTIONS)), pick=PICKS)
    def act(self, action: str, pick: int) -> None:
        before, rows = self._case(), self._deadlines()
        here = self.policy.status(before.status_code).actions
        legal = {one: here[one] for one in lifecycle.allowed(self.policy, before)}
        refusal = self._try(action, pick)
        if refusal is not None:
            if action not in legal:
                assert refusal == ("demand-locked" if before.locked_at else "action-not-allowed")
            assert (self._case(), self._deadlines()) == (before, rows), "what is refused changes nothing"
            return
        assert action in legal, f"{action} passed in {before.status_code}"
        expected = {legal[action], self.policy.statuses[0].code}
        if before.merged is not None:
            expected.add(before.merged["status"])  # back to where it was
        assert self._case().status_code in expected, "an action leads where the policy says"

    def _try(self, action: str, pick: int) -> str | None:
        """The code of the problem that stands against it; None when it was done."""
        schema = SCHEMAS[action]
        body = steps.BODIES[action](self.now, pick, self.policy)
        if action in steps.OTHER:
            body[steps.OTHER[action]] = self.number if pick % 9 == 0 else self.other
        try:
            with self.session.begin_nested():
                said = schema().load(body).said(**self._about(schema.about, pick))
                act(self.session, self.number, action, said, caller=LEAD, books=self.books, now=self.now)
        except Refused as refusal:
            return refusal.code
        except ValidationError:
            return "validation-failed"
        return None

    def _about(self, part: str | None, pick: int) -> dict[str, str]:
        """What the path names: a task, or the latest change."""
        if part == "change":
            asked = changes.of_demand(self.session, self.demand_id)
            return {part: asked[-1].id if asked else "none"}
        return {} if part is None else {part: f"T{1 + pick % 3}"}

    @rule(agrees=st.booleans())
    def answer_change(self, agrees: bool) -> None:
        asked = changes.of_demand(self.session, self.demand_id)
        if asked:
            self.heard += 1
            data = {"demand_id": self.demand_id, "number": self.number, "change": asked[-1].id, "opinion": None}
            kind = "change.confirmed" if agrees else "change.declined"
            event = event_of(kind, {**data, "at": format_time(self.now)}, version=self.heard)
            hear(self.session, event, books=self.books, now=self.now)

    @rule(kind=st.sampled_from(steps.HEARD), pick=PICKS)
    def say(self, kind: str, pick: int) -> None:
        case = self._case()
        self.heard += 1
        data = steps.heard(kind, case.cycle, format_time(self.now), pick, self.policy)
        event = event_of(
            f"demand.{kind}", {"demand_id": self.demand_id, "number": self.number, **data}, version=self.heard
        )
        hear(self.session, event, books=self.books, now=self.now)

    @rule(pick=PICKS)
    def ring(self, pick: int) -> None:
        waiting = [one for one in self._deadlines() if one.superseded_at is None]
        if waiting:
            one = waiting[pick % len(waiting)]
            self.now = self.triage.at(max(self.now, one.due_at))
            ring(self.session, self.demand_id, one.id, due_at=one.due_at, at=self.now, books=self.books)

    @invariant()
    def clocks_agree(self) -> None:
        if not hasattr(self, "number"):
            return
        case = self._case()
        lasting = {one.code for one in self.policy.clocks if one.after_closing}
        seen = set()
        for one in self._deadlines():
            assert one.due_at >= one.started_at or one.span.startswith("-")
            if one.breached_at is not None:
                assert one.breached_at >= one.due_at and one.kind not in NEVER_BREACHED
            if case.status_category == "closed" and one.open:
                assert one.code in lasting, "what is closed waits for nothing else"
            if one.open and one.kind != "promise":
                assert (one.code, one.cycle) not in seen, "a clock has one open occurrence in a cycle"
                seen.add((one.code, one.cycle))

    def _check_history(self) -> None:
        self._check_stream(self.other_id, self.other)
        case = self._check_stream(self.demand_id, self.number)
        query = select(outbox).where(outbox.c.subject == f"demand/{self.demand_id}").order_by(outbox.c.version)
        own = self.session.execute(query).all()
        told = [row.data["status"]["code"] for row in own if "status" in row.data]
        assert told[-1] == case.status_code, "whoever follows the events knows the status"
        breached = {row.data["deadline_id"] for row in own if row.type.startswith("demandflow.deadline.breached")}
        assert breached == {one.id for one in self._deadlines() if one.breached_at}
        entries = timeline.of_demand(self.session, self.demand_id)
        assert len([one for one in entries if one["source"] == "triage"]) == case.version, "every fact in the timeline"
        assert len([one for one in entries if one["source"] == "intake"]) == self.heard - 1

    def _check_stream(self, demand_id: str, number: str) -> CaseRow:
        """Gapless, none without its version, each as promised."""
        case = cases.find(self.session, number)
        assert case is not None
        query = select(outbox).where(outbox.c.subject == f"demand/{demand_id}").order_by(outbox.c.version)
        rows = self.session.execute(query).all()
        assert [row.version for row in rows] == list(range(1, case.version + 1))
        for row in rows:
            kind = row.type.removeprefix("demandflow.").removesuffix(".v1")
            assert check(kind, row.data) == {}, (kind, row.data)
        return case

    def _case(self) -> CaseRow:
        case = cases.find(self.session, self.number)
        assert case is not None
        return case

    def _deadlines(self) -> list[DeadlineRow]:
        return deadlines.of_demand(self.session, self.demand_id)


@pytest.mark.parametrize("policy", ["A", "B", "C", "D"])
def test_no_sequence_breaks_a_case(make_triage: Callable[[str], Triage], tmp_path: Path, policy: str) -> None:
    triage = make_triage(f"sqlite:///{tmp_path}/machine.sqlite")
    triage.department("TEC", "queue")
    triage.person("wang", "王工程师", "staff")
    Handling.triage = triage
    Handling.policy = triage.gate._ctx.books.policies.pinned(policy, "1")
    run_state_machine_as_test(
        Handling,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        ),
    )
