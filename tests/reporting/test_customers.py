"""What reporting keeps of a customer."""

from sqlalchemy import select

from services.reporting.tables import Customer
from shared.messaging.envelope import Event
from tests.reporting.conftest import Reporting
from tests.reporting.stories import RECEIVED_AT

FACTS = {
    "number": "YQ1", "masked_name": "王*", "kind": "person", "industry": None, "tier": None, "value": None,
    "company_name": None,
}  # fmt: skip


def _changed(version: int, **more: str) -> Event:
    return Event(
        f"e-{version}",
        "intake",
        "demandflow.customer.changed.v1",
        "customer/YQ1",
        version,
        1,
        RECEIVED_AT,
        FACTS | more,
    )


def test_source_way_and_survivor_are_kept_and_older_events_say_nothing_of_them(reporting: Reporting) -> None:
    columns = select(Customer.source, Customer.preferred_channel, Customer.merged_into)
    later = {"source": "exhibition", "preferred_channel": "email", "merged_into": "YQ2"}
    for event, kept in ((_changed(1), (None, None, None)), (_changed(2, **later), ("exhibition", "email", "YQ2"))):
        reporting.take(event)
        with reporting.database.read() as session:
            assert tuple(session.execute(columns).one()) == kept
