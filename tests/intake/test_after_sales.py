"""A device's platform reports a fault by itself (policy B: after-sales trigger), as docs/integrators.md shows it."""

from collections.abc import Callable

from tests.intake.conftest import Intake
from tests.intake.policies import released

FAULT = {
    "customer": {"company": "远望科技", "contact": {"email": "ops@example.com"}}, "product": "KX-200",
    "occurred_at": "2024-10-08T14:30:00+08:00", "order_number": "SO-2023-77", "urgency": "紧急",
    "fields": {
        "symptom": "通信模块每十分钟掉线一次，告警码 E42", "goal": "恢复稳定连接", "background": "昨日升级固件后出现",
    },
}  # fmt: skip


def test_a_fault_that_is_reported_again_and_again_is_one_demand(
    make_intake: Callable[..., Intake], database_url: str
) -> None:
    intake = make_intake(database_url, released())
    key = intake.add_channel("devices", kind="event", policy="B", department="AFS")
    first, again = (intake.post(FAULT, key=key, Idempotency_Key="fault-KX200-88") for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json == again.json
    (told,) = intake.told("demand.received")
    assert (told.data["channel_kind"], told.data["department"]) == ("event", "AFS")
    assert told.data["quality"]["vague"] == [] and told.data["urgency"] == "urgent"
    assert intake.post(FAULT, key=key, Idempotency_Key="fault-KX200-89").status_code == 201
    assert len({row.data["customer"]["number"] for row in intake.told("demand.received")}) == 1
