"""What one demand costs from the channel to the read store: statements, commits and publishes, all four services.

The figures may fall; raising one is a decision, to be told in the change that does it.
"""

import json

from shared.testing.counting import counted
from tests.flows.conftest import Whole


def test_what_a_demand_costs_on_its_way(whole: Whole) -> None:
    assert whole.post() == 201
    whole.deliver()  # the customer is known now, as most are
    with counted() as request:
        assert whole.post() == 201
    way = whole.deliver()
    assert (request.commits, request.statements) == (2, 7)
    assert (way.published, way.gated) == (2, 6), "demand.received to three, demand.triaged to three"
    assert way.commits == 6
    assert way.statements <= 26, (
        "triage 9: the ledger, the search, whether it is here already; notifier 8 and 5: facts of the demand; "
        "reporting 4"
    )


def test_the_figures_do_not_grow_with_the_demands(whole: Whole) -> None:
    costs = []
    for _ in range(6):
        with counted() as cost:
            whole.post()
        costs.append((cost.statements, whole.deliver().statements))
    assert len(set(costs[1:])) == 1, json.dumps(costs)
