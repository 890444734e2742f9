"""What may be done with a demand leads somewhere sensible under every policy."""

import pytest

from shared.policies.loader import installed
from shared.policies.model import Policy
from shared.policies.parts import ACTIONS, Status

RULES = installed().all()
STATUSES = [
    pytest.param(rules, status, id=f"{rules.code}-{status.code}") for rules in RULES for status in rules.statuses
]


@pytest.fixture(params=RULES, ids=lambda one: one.code)
def rules(request: pytest.FixtureRequest) -> Policy:
    return request.param


def _of(rules: Policy, category: str) -> list[Status]:
    return [one for one in rules.statuses if one.category == category]


def _reached(rules: Policy, begin: Status) -> set[str]:
    found, edge = set(), [begin.code]
    while edge:
        for code in rules.status(edge.pop()).actions.values():
            if code not in found:
                found.add(code)
                edge.append(code)
    return found


@pytest.mark.parametrize(("rules", "status"), STATUSES)
def test_a_closed_status_can_be_reached(rules: Policy, status: Status) -> None:
    assert _reached(rules, status) & {one.code for one in _of(rules, "closed")}


def test_every_status_is_reached_from_the_first(rules: Policy) -> None:
    assert _reached(rules, rules.statuses[0]) | {rules.statuses[0].code} == {one.code for one in rules.statuses}


def test_every_action_is_possible_somewhere(rules: Policy) -> None:
    possible = {action for one in rules.statuses for action in one.actions}
    assert possible | {"hand-over"} == ACTIONS, "a result is handed over only where another role tells the customer"


def test_the_customer_can_still_be_told_anything_when_all_is_closed(rules: Policy) -> None:
    for one in _of(rules, "closed"):
        assert one.actions["told"] == one.code


def test_what_is_being_handled_can_be_completed_and_a_result_told_anew(rules: Policy) -> None:
    able = {one.category for one in rules.statuses if "complete" in one.actions}
    assert able == {"in_progress", "waiting", "completed"}
    for one in rules.statuses:
        if "complete" in one.actions:
            assert rules.status(one.actions["complete"]).category == "completed"


def test_the_customer_confirms_and_disputes_a_result_and_nothing_else(rules: Policy) -> None:
    for action, categories in (("confirm", {"completed"}), ("dispute", {"completed", "closed"})):
        assert {one.category for one in rules.statuses if action in one.actions} == categories
    for one in _of(rules, "completed"):
        assert rules.status(one.actions["confirm"]).category == "closed"


def test_a_second_cycle_brings_the_demand_back_into_handling(rules: Policy) -> None:
    again = rules.feedback.not_satisfied in ("second_cycle", "starts_handling")
    for one in _of(rules, "completed"):
        assert rules.status(one.actions["dispute"]).category == ("in_progress" if again else "completed")


def test_within_the_grace_after_closing_a_dispute_opens_the_demand_again(rules: Policy) -> None:
    for one in _of(rules, "closed"):
        assert rules.status(one.actions["dispute"]).category == "in_progress"
    (grace,) = [one for one in rules.clocks if one.kind == "grace"]
    assert (grace.starts_at, grace.after_closing, grace.each_cycle) == ("closed", True, True)


def test_the_customer_can_withdraw_until_there_is_a_result(rules: Policy) -> None:
    able = {one.category for one in rules.statuses if "withdraw" in one.actions}
    assert able == {"pending", "in_progress", "waiting"}


def test_asking_the_customer_waits_and_the_answer_goes_on(rules: Policy) -> None:
    for one in rules.statuses:
        if "request-supplement" in one.actions:
            assert rules.status(one.actions["request-supplement"]).category == "waiting"
    for one in _of(rules, "waiting"):
        assert rules.status(one.actions["supplement"]).category == "in_progress"


def test_silence_ends_only_what_waits_for_the_customer(rules: Policy) -> None:
    able = {one.category for one in rules.statuses if "no-answer" in one.actions}
    assert able == {"waiting", "completed"}
    kinds = {one.starts_at for one in rules.clocks if one.kind == "no_answer"}
    assert kinds == {"supplement_requested", "completed"}


def test_what_is_accepted_is_in_progress(rules: Policy) -> None:
    for one in _of(rules, "pending"):
        assert rules.status(one.actions["accept"]).category == "in_progress"


def test_two_reminders_come_before_silence_ends_a_demand(rules: Policy) -> None:
    for moment in ("supplement_requested", "completed"):
        kinds = [(one.kind, one.add) for one in rules.clocks if one.starts_at == moment and one.kind != "feedback"]
        assert kinds == [("reminder", "2wd"), ("reminder", "4wd"), ("no_answer", "5wd")]
