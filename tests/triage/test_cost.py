"""What one demand costs in statements and commits: the figures may fall, and rise only by decision.

The seventh statement is the ledger's first entry: what the receipt promised. The eighth lets the demand be found by
its words in the transaction that makes it, so the search never lags behind the list. The ninth asks whether it is here
already, by its customer and its order number.
"""

import pytest

from services.triage.domain.records import Delivery
from shared.testing.counting import counted
from tests.triage.conftest import Triage, received


@pytest.mark.parametrize(("delivery", "statements"), [("workbench", 9), ("queue", 11)])
def test_a_demand_costs_one_commit_and_few_statements(triage: Triage, delivery: Delivery, statements: int) -> None:
    triage.department("SUP", delivery)
    triage.demand()  # the source's epoch is known from now on
    one = received()
    with counted() as cost:
        triage.receive(one)
    assert cost.commits == 1
    assert cost.statements <= statements
