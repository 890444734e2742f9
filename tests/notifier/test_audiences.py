"""Who is meant by an audience is found out at the moment of sending; nobody is told the same twice."""

from datetime import timedelta

import pytest

from services.notifier.domain.notices import Asked, whom
from services.notifier.tables import Notice, Timer
from shared.policies.loader import installed
from tests.notifier.conftest import DUE, Notifier
from tests.notifier.told import assigned, breached, clock, completed, deadlines, received, step, triaged


def _breach(notifier: Notifier, code: str, policy: str) -> None:
    notifier.take(received(policy=policy), triaged(policy=policy), breached(code))
    notifier.send()


def test_a_person_of_several_audiences_is_told_once(notifier: Notifier) -> None:
    """Policy B's execution limit concerns project lead, department and handler: here they are the same people."""
    notifier.staff.people = [("zhao", "SUP", "lead"), ("qian", "SUP", "staff")]
    _breach(notifier, "execution", "B")
    told = sorted(line for line in notifier.subjects() if "超时" in line)
    assert told == [
        "qian@example.org 需求 M-d1：处理时限 已超时",
        "zhao@example.org 需求 M-d1：处理时限 已超时",
    ]
    assert {row.state for row in notifier.rows(Notice)} == {"sent"}


def test_the_handler_is_asked_for_by_id(notifier: Notifier) -> None:
    notifier.staff.people = [("zhao", "CSR", "auditor"), ("qian", "SUP", "lead")]
    notifier.take(received(policy="A"), triaged(policy="A"), assigned(), breached("plan", 3, kind="plan"))
    notifier.send()
    assert [line for line in notifier.subjects() if "超时" in line] == [
        "zhao@example.org 需求 M-d1：制定处理方案 已超时"
    ]


def test_without_a_handler_of_ours_the_department_that_leads_is_told(notifier: Notifier) -> None:
    notifier.staff.people = [("qian", "SUP", "lead")]
    notifier.take(received(policy="A"), triaged(policy="A"), assigned(staff_id=None), breached("plan", 3, kind="plan"))
    notifier.send()
    assert notifier.subjects()[1:] == ["qian@example.org 需求 M-d1：制定处理方案 已超时"]


def test_after_a_transfer_the_new_department_is_told(notifier: Notifier) -> None:
    notifier.staff.people = [("zhao", "SUP", "lead"), ("sun", "CSR", "lead")]
    route = {"lead": "CSR", "joining": ["SUP"]}
    moved = step("demand.transferred", 3, route=route, before="SUP", reason="不属于本部门")
    notifier.take(
        received(policy="A"), triaged(policy="A"), assigned(), moved, breached("handling", 4, department="CSR")
    )
    notifier.send()
    assert notifier.subjects()[1:] == ["sun@example.org 需求 M-d1：处理时限 已超时"]


def test_a_role_of_a_fixed_department_means_its_lead(notifier: Notifier) -> None:
    policy = installed().pinned("C", "1")
    supervisor = Asked(policy_role="C.supervisor", department="CSR", role="lead", desk="CSR")
    assert whom("supervisor", policy, lead="SUP", handler_id=None) == supervisor
    assert whom("owner", policy, lead="SUP", handler_id="x") == Asked(
        policy_role="C.owner", department="SUP", desk="CSR"
    )
    assert whom("department", policy, lead=None, handler_id=None) is None


def test_where_nobody_can_be_reached_the_notice_fails_and_can_be_sent_again(notifier: Notifier) -> None:
    _breach(notifier, "handling", "A")
    failed = {one for one in notifier.states() if one[2] == "failed"}
    assert failed == {
        ("breached", "audience:department", "failed", "no_address"),
        ("breached", "audience:handler", "failed", "no_address"),
    }
    assert [row.data["reason"] for row in notifier.published() if "failed" in row.type] == ["no_address"] * 2
    notifier.staff.people = [("zhao", "SUP", "lead")]
    for one in notifier.get("/notices?state=failed").json["items"]:
        assert notifier.call("POST", f"/notices/{one['id']}:resend").status_code == 200
    notifier.send()
    assert notifier.subjects()[1:] == ["zhao@example.org 需求 M-d1：处理时限 已超时"]


def test_somebody_who_left_meanwhile_is_not_written_to(notifier: Notifier) -> None:
    notifier.staff.people = [("zhao", "SUP", "lead")]
    notifier.take(received(policy="A"), triaged(policy="A"), breached("handling"))
    notifier.send()
    notifier.staff.people = []
    (one,) = notifier.get("/notices?kind=breached").json["items"]
    notifier.call("POST", f"/notices/{one['id']}:resend")
    notifier.send()
    assert ("breached", "staff:zhao", "failed", "no_address") in notifier.states()


def test_imported_demands_of_the_past_tell_nobody(notifier: Notifier) -> None:
    rows = (clock("handling", kind="resolution"),)
    row = dict.fromkeys(("owner", "limit", "result", "satisfaction", "priority", "channel", "note"))
    historic = {**row, "status": "in_progress", "limit": "2023-10-10"}
    past = received(policy="A", channel_kind="import", first_response_by=None, historic=historic)
    notifier.take(past, triaged(policy="A"), completed())
    assert notifier.rows(Timer) == [], "a limit of the past is no deadline"
    notifier.take(deadlines(*rows, version=3))
    notifier.ring(DUE + timedelta(days=1))
    assert notifier.rows(Notice) == []
    assert len(notifier.published()) == 2, "its timers ring for triage all the same"


@pytest.mark.parametrize("known", [True, False])
def test_addresses_are_asked_for_when_sending_not_before(notifier: Notifier, known: bool) -> None:
    notifier.take(received(policy="A"), triaged(policy="A"), breached("handling"))
    assert (notifier.vault.asked, notifier.staff.asked) == ([], [])
    notifier.staff.people = [("zhao", "SUP", "lead")] if known else []
    notifier.send()
    assert notifier.vault.asked == ["YQ20261124001"]
    assert bool(notifier.postbox.mails[1:]) is known
