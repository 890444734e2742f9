"""What the receipt promises: a first response in working time, never a resolution."""

from datetime import datetime

import pytest

from services.intake.domain.rules import promised
from tests.intake.conftest import Intake
from tests.intake.policies import released
from tests.intake.test_accept import BODY

RECEIVED = "2024-10-08T14:30:00+08:00"  # the first working day after the holidays, then a make-up Saturday


@pytest.mark.parametrize(
    ("policy", "urgency", "received", "due"),
    [
        ("A", "urgent", RECEIVED, "2024-10-09T14:30:00+08:00"),
        ("A", "normal", RECEIVED, "2024-10-11T14:30:00+08:00"),
        ("A", "low", RECEIVED, "2024-10-15T14:30:00+08:00"),
        ("A", None, RECEIVED, "2024-10-15T14:30:00+08:00"),
        ("A", "normal", "2024-09-30T14:30:00+08:00", "2024-10-10T14:30:00+08:00"),
        ("B", "urgent", RECEIVED, "2024-10-09T14:30:00+08:00"),
        ("B", "normal", RECEIVED, "2024-10-10T14:30:00+08:00"),
        ("B", None, RECEIVED, "2024-10-11T14:30:00+08:00"),
        ("C", "high", "2023-10-08T17:30:00+08:00", "2023-10-08T21:30:00+08:00"),
        ("C", "mid", "2023-10-08T14:30:00+08:00", "2023-10-09T14:30:00+08:00"),
        ("C", None, "2024-10-10T14:30:00+08:00", "2024-10-14T14:30:00+08:00"),
    ],
)
def test_the_released_policies_promise_in_their_own_time(
    policy: str, urgency: str | None, received: str, due: str
) -> None:
    rules, moment = released(), datetime.fromisoformat(received)
    found = rules.effective(policy, moment)
    answer = promised(found, rules.calendar(found.calendar), urgency, moment)
    assert answer == datetime.fromisoformat(due)


def test_the_receipt_tells_the_promise_and_the_event_carries_it(intake: Intake) -> None:
    told = intake.post({**BODY, "urgency": "低"}).json
    assert told is not None
    span = datetime.fromisoformat(told["first_response_by"]) - datetime.fromisoformat(told["received_at"])
    assert span.total_seconds() >= 9 * 3600  # one working day on, not one hour
    assert intake.told("demand.received")[0].data["first_response_by"] == told["first_response_by"]


def test_a_policy_that_promises_nothing_promises_nothing(intake: Intake) -> None:
    answer = intake.post({**BODY, "policy": "D"}).json
    assert answer is not None and answer["first_response_by"] is None
