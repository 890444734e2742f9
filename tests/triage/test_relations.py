"""Demands that belong together: merged and taken apart, linked, split, followed up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from services.triage.tables import Case, Work
from shared.auth import sign_token
from shared.clock import format_time, parse_time
from tests.triage.conftest import COMPLAINT, INQUIRY, RECEIVED_AT, SUGGESTION, Triage, local, received, timer


def _related(triage: Triage, number: str) -> list[tuple[str, str, str]]:
    return [(one["number"], one["relation"], one["direction"]) for one in triage.shown(number)["relations"]]


def _events(triage: Triage, number: str) -> list[str]:
    return [one["event"] for one in triage.shown(number)["timeline"] if not one["event"].startswith("deadline")]


def _of_department(triage: Triage, department: str) -> str:
    claims = {"sub": "u-9", "kind": "staff", "roles": ["lead"], "department": department}
    life = timedelta(minutes=5)
    return sign_token(triage.signing_key, issuer="triage", audience="triage", claims=claims, lifetime=life)


def test_a_merged_demand_is_closed_and_the_other_shows_it(triage: Triage) -> None:
    copy, kept = triage.demand(), triage.demand()
    answer = triage.act(copy, "merge", into=kept, reason="同一订单")
    assert answer["status"]["resolution"] == "merged"
    shown = triage.shown(copy)
    assert (shown["status"]["category"], shown["status"]["label"]) == ("closed", "已关闭")
    assert all(one["met_at"] or one["superseded_at"] for one in shown["deadlines"]), "it waits for nothing"
    assert _related(triage, copy) == [(kept, "merged_into", "to")]
    assert _related(triage, kept) == [(copy, "merged_into", "from")]
    assert _events(triage, kept)[-1] == "demand.linked"
    assert triage.shown(kept)["status"]["category"] == "pending", "the other goes on as it was"
    (merged,) = triage.published("demand.merged")
    assert (merged.data["into"]["number"], merged.data["reason"]) == (kept, "同一订单")


def test_merging_goes_across_policies(triage: Triage) -> None:
    copy, kept = triage.demand(policy="C"), triage.demand(SUGGESTION, policy="A", type="suggestion", urgency="low")
    triage.act(copy, "merge", into=kept)
    assert triage.shown(kept)["relations"][0]["resolution"] == "merged"


def test_a_queue_loses_what_was_merged_and_gets_it_back(triage: Triage) -> None:
    triage.department("SUP", "queue")
    copy, kept = triage.demand(), triage.demand()
    triage.act(copy, "merge", into=kept)
    (gone,) = triage.published("work.withdrawn")
    assert (gone.data["number"], gone.data["reason"]) == (copy, "merged")
    told = [row.data for row in triage.published("work.updated") if row.data["number"] == kept]
    assert told[-1]["events"] == ["demand.linked"]
    before = len(triage.published("work.offered"))
    triage.act(copy, "unmerge", reason="不是同一订单")
    offered = triage.published("work.offered")[before:]
    assert [row.data["number"] for row in offered] == [copy]
    assert triage.command("SUP", "accept", demand=copy).type == "demandflow.work.accepted.v1"


@pytest.mark.parametrize(("status", "code"), [("merged", "target-merged"), ("closed", "target-closed")])
def test_nothing_is_merged_into_what_has_ended(triage: Triage, status: str, code: str) -> None:
    one, ended, third = triage.demand(), triage.demand(), triage.demand()
    if status == "merged":
        triage.act(ended, "merge", into=third)
    else:
        triage.act(ended, "reject", kind="not_a_demand", reason="只是问候")
    before = triage.rows(Case)
    assert triage.refused(one, "merge", into=ended) == code
    assert triage.rows(Case) == before


def test_what_was_merged_into_it_stays_with_a_demand_that_is_merged_itself(triage: Triage) -> None:
    first, second, third = triage.demand(), triage.demand(), triage.demand()
    triage.act(first, "merge", into=second)
    triage.act(second, "merge", into=third)
    assert _related(triage, first) == [(second, "merged_into", "to")]
    both = [(first, "merged_into", "from"), (third, "merged_into", "to")]
    assert sorted(_related(triage, second)) == sorted(both)
    assert triage.refused(third, "merge", into=first) == "target-merged", "no ring"


def test_two_who_merge_crosswise_never_wait_for_each_other(triage: Triage) -> None:
    one, other = triage.demand(), triage.demand()
    start = Barrier(2)

    def merge(number: str, into: str) -> int:
        start.wait()
        body = {"into": into}
        return triage.call("POST", f"/demands/{number}/merge", triage.token("lead"), json=body).status_code

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(merge, (one, other), (other, one)))
        assert sorted(answers) == [200, 409]
        triage.act(one if answers[0] == 200 else other, "unmerge", reason="还原")


def test_bad_merges_change_nothing(triage: Triage) -> None:
    one, other = triage.demand(), triage.demand()
    before = triage.rows(Case)
    assert triage.refused(one, "merge", into=one) == "same-demand"
    assert triage.refused(one, "merge", into="M-none") == "demand-unknown"
    assert triage.refused("M-none", "merge", into=one) == "demand-unknown"
    assert triage.refused(one, "merge") == "required"
    assert triage.refused(one, "unmerge", reason="x") == "action-not-allowed"
    body = {"into": other, "expected_version": 9}
    assert triage.call("POST", f"/demands/{one}/merge", triage.token("lead"), json=body).status_code == 412
    auditor = triage.call("POST", f"/demands/{one}/merge", triage.token("auditor"), json={"into": other})
    assert auditor.status_code == 403
    assert triage.rows(Case) == before


def test_another_departments_demand_is_not_told_of(triage: Triage) -> None:
    mine, theirs = triage.demand(), triage.demand(COMPLAINT)
    assert triage.shown(mine)["lead"] != triage.shown(theirs)["lead"]
    own = _of_department(triage, triage.shown(mine)["lead"])
    for action, body in (("merge", {"into": theirs}), ("link", {"to": theirs, "relation": "related"})):
        answer = triage.call("POST", f"/demands/{mine}/{action}", own, json=body)
        unknown = {name: "M-none" if value == theirs else value for name, value in body.items()}
        other = triage.call("POST", f"/demands/{mine}/{action}", own, json=unknown)
        assert answer.status_code == other.status_code == 404
        same = ("code", "title", "detail", "status")
        assert {name: answer.json.get(name) for name in same} == {name: other.json.get(name) for name in same}  # type: ignore[union-attr]


def test_no_department_commands_a_merge(triage: Triage) -> None:
    triage.department("SUP", "queue")
    one, other = triage.demand(), triage.demand()
    reply = triage.command("SUP", "merge", demand=one, into=other)
    assert (reply.type, reply.data["problem"]["code"]) == ("demandflow.work.refused.v1", "unknown-verb")


def test_taken_apart_it_stands_where_it_stood_and_what_passed_is_breached(triage: Triage) -> None:
    copy, kept = triage.demand(), triage.demand()
    triage.act(copy, "accept")
    before = triage.shown(copy)
    dues = {one["code"]: one["due_at"] for one in before["deadlines"] if not one["met_at"] and not one["superseded_at"]}
    triage.at("2024-10-09 10:00")
    triage.act(copy, "merge", into=kept)
    ringing = timer(triage, kept, at=local("2024-10-30 10:00"), clock="resolution")
    assert ringing.data["due_at"]
    triage.at("2024-10-30 10:00")
    assert triage.act(copy, "unmerge", reason="不是同一件事")["status"] == before["status"]
    after = triage.shown(copy)
    assert {one["code"]: one["due_at"] for one in after["deadlines"] if not one["met_at"]} == dues
    assert _related(triage, copy) == _related(triage, kept) == []
    assert _events(triage, kept)[-1] == "demand.linked" and triage.published("demand.linked")[-1].data["ended"]
    triage.receive(timer(triage, copy, at=local("2024-10-30 10:00"), clock="resolution"))
    breached = triage.published("deadline.breached")
    assert [row.data["due_at"] for row in breached if row.data["code"] == "resolution"] == [dues["resolution"]]
    states = {row.department: row.state for row in triage.rows(Work) if row.demand_id == after["id"]}
    assert states == {after["lead"]: "accepted"}


def test_what_its_customer_took_back_meanwhile_is_not_taken_apart(triage: Triage) -> None:
    copy, kept = triage.demand(), triage.demand()
    triage.act(copy, "merge", into=kept)
    triage.hear(copy, "demand.withdrawn", reason="不需要了", at=format_time(RECEIVED_AT))
    assert triage.refused(copy, "unmerge", reason="看错了") == "demand-withdrawn"
    assert triage.shown(copy)["status"]["resolution"] == "merged"
    assert triage.shown(kept)["status"]["category"] == "pending", "the other has a customer of its own"


def test_what_is_closed_otherwise_is_not_taken_apart(triage: Triage) -> None:
    number = triage.demand()
    triage.act(number, "reject", kind="spam", reason="广告")
    assert triage.refused(number, "unmerge", reason="x") == "not-merged"


@pytest.mark.parametrize("relation", ["related", "follow_up", "duplicate", "caused_by"])
def test_a_link_is_seen_from_both_sides(triage: Triage, relation: str) -> None:
    one, other = triage.demand(), triage.demand(COMPLAINT)
    triage.act(one, "link", to=other, relation=relation, note="见电话 13912345678")
    (seen,), (from_there,) = triage.shown(one)["relations"], triage.shown(other)["relations"]
    assert (seen["number"], seen["relation"], seen["direction"]) == (other, relation, "to")
    assert (from_there["number"], from_there["direction"], from_there["status"]) == (one, "from", "pending")
    assert "13912345678" not in str(triage.published("demand.linked")[0].data)
    assert triage.refused(one, "link", to=other, relation=relation) == "already-linked"
    assert triage.refused(other, "link", to=one, relation=relation) == "already-linked"


def test_bad_links(triage: Triage) -> None:
    one = triage.demand()
    before = triage.rows(Case)
    assert triage.refused(one, "link", to=one, relation="related") == "same-demand"
    assert triage.refused(one, "link", to="M-none", relation="related") == "demand-unknown"
    assert triage.refused(one, "link", to="M-none", relation="cousin") != "demand-unknown"
    assert triage.rows(Case) == before


def test_parts_go_to_intake_and_come_back_as_demands_of_their_own(triage: Triage) -> None:
    number = triage.demand()
    parts = [{"description": "订单模块无法批量导出 Excel"}, {"description": SUGGESTION, "type": "建议"}]
    answer = triage.act(number, "split", parts=parts, reason="一次提出两件事")
    assert answer["status"]["category"] == "pending", "it goes on and holds its parts together"
    (told,) = triage.published("demand.split")
    assert [(one["key"], one["description"], one["type"]) for one in told.data["parts"]] == [
        ("1", "订单模块无法批量导出 Excel", None),
        ("2", SUGGESTION, "suggestion"),
    ]
    part = triage.demand(SUGGESTION, related_number=number, relation="split_from", type="suggestion")
    assert _related(triage, part) == [(number, "split_from", "to")]
    assert _related(triage, number) == [(part, "split_from", "from")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"parts": [{"description": "只有一件"}], "reason": "x"}, None),
        ({"parts": [{"description": "一"}] * 11, "reason": "x"}, None),
        ({"parts": [{"description": "一"}, {"description": " "}], "reason": "x"}, None),
        ({"parts": [{"description": "一"}, {"description": "二", "surprise": 1}], "reason": "x"}, None),
        ({"parts": [{"description": "一"}, {"description": "二"}]}, "required"),
        ({"parts": [{"description": "一"}, {"description": "二", "type": "没有"}], "reason": "x"}, "unknown-code"),
    ],
)
def test_bad_splits(triage: Triage, body: dict[str, Any], code: str | None) -> None:
    number = triage.demand()
    before = triage.rows(Case)
    answer = triage.call("POST", f"/demands/{number}/split", triage.token("lead"), json=body)
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert code in (None, answer.json["errors"][0]["code"])  # type: ignore[index]
    assert triage.rows(Case) == before and triage.published("demand.split") == []


def test_only_what_is_closed_is_followed_up(triage: Triage) -> None:
    number = triage.demand()
    assert triage.refused(number, "follow-up", description="再开通权限") == "action-not-allowed"
    triage.hear(number, "demand.withdrawn", reason=None, at=format_time(RECEIVED_AT))
    triage.act(number, "follow-up", description="再开通权限", type="inquiry")
    (told,) = triage.published("demand.followed-up")
    assert told.data["parts"] == [{"key": "1", "subject": None, "description": "再开通权限", "type": "inquiry"}]
    assert triage.shown(number)["status"]["category"] == "closed"
    after = triage.demand("再开通权限", related_number=number, relation="follow_up")
    assert _related(triage, number) == [(after, "follow_up", "from")]


def test_a_cited_number_links_where_it_is_known_and_is_kept_where_not(triage: Triage) -> None:
    known = triage.demand()
    citing = triage.demand(COMPLAINT, related_number=known)
    assert _related(triage, citing) == [(known, "related", "to")]
    stranger = triage.demand(COMPLAINT, related_number="OLD-2019-7")
    assert (triage.shown(stranger)["related_number"], _related(triage, stranger)) == ("OLD-2019-7", [])
    triage.receive(received(COMPLAINT, number="M-self", related_number="M-self"))
    assert _related(triage, "M-self") == []


def test_a_row_of_the_past_is_linked_with_what_it_cites(triage: Triage) -> None:
    known = triage.demand()
    said = {
        "status": "closed", "owner": None, "limit": None, "result": None, "satisfaction": None, "priority": None,
        "channel": None, "note": None,
    }  # fmt: skip
    past = triage.demand(COMPLAINT, related_number=known, historic=said)
    assert _related(triage, past) == [(known, "related", "to")]
    assert triage.shown(past)["status"]["category"] == "closed"


def _listed(triage: Triage, number: str, credential: str | None = None) -> list[dict[str, Any]]:
    answer = triage.call("GET", f"/demands/{number}/duplicates", credential)
    assert answer.status_code == 200, answer.json
    return list((answer.json or {})["items"])


def _from(number: str) -> dict[str, Any]:
    return {
        "number": number, "masked_name": "李*", "kind": "person", "industry": None, "tier": None, "value": None,
        "company_name": None,
    }  # fmt: skip


def test_a_copy_is_suggested_with_its_reasons_and_never_merged(triage: Triage) -> None:
    first = triage.demand()
    second = triage.demand(f"{INQUIRY}，急")
    (found,) = _listed(triage, second)
    assert (found["number"], found["strong"]) == (first, True)
    assert found["reasons"][0] == "same_customer" and found["reasons"][1].startswith("similar_text:0.9")
    assert "same_customer" in triage.shown(second)["reasons"]["possible_duplicate"]
    assert "possible_duplicate" not in triage.shown(first)["reasons"]
    assert [triage.shown(number)["status"]["category"] for number in (first, second)] == ["pending", "pending"]


def test_one_order_reported_by_two_people_is_found_however_it_is_written(triage: Triage) -> None:
    first = triage.demand(order_number="SO 2024-１", customer=_from("YQ20240506002"))
    second = triage.demand(INQUIRY, order_number="so2024-1", customer=_from("YQ20240506003"))
    (found,) = _listed(triage, second)
    assert found["number"] == first and "same_order_number" in found["reasons"] and found["strong"]
    assert "same_order_number" in triage.shown(second)["reasons"]["possible_duplicate"]


def test_the_same_words_of_strangers_are_found_by_the_words(triage: Triage) -> None:
    first = triage.demand(SUGGESTION, customer=_from("YQ20240506004"))
    triage.demand("登录页面打不开，一直转圈", customer=_from("YQ20240506005"))
    second = triage.demand(f"您好，{SUGGESTION}，谢谢", customer=_from("YQ20240506006"))
    found = _listed(triage, second)
    assert [one["number"] for one in found] == [first]
    assert "possible_duplicate" not in triage.shown(second)["reasons"], "strangers' words alone prove little"


def test_what_came_long_before_or_is_of_the_past_is_no_copy(triage: Triage) -> None:
    early = format_time(parse_time("2024-08-01T06:30:00Z"))
    triage.demand(received_at=early)
    said = {
        "status": "closed", "owner": None, "limit": None, "result": None, "satisfaction": None, "priority": None,
        "channel": None, "note": None,
    }  # fmt: skip
    triage.demand(historic=said)
    assert _listed(triage, triage.demand()) == []


def test_at_most_ten_are_shown_and_a_department_sees_its_own(triage: Triage) -> None:
    for _ in range(12):
        number = triage.demand()
    assert len(_listed(triage, number)) == 10
    lead = triage.shown(number)["lead"]
    assert len(_listed(triage, number, _of_department(triage, lead))) == 10
    stranger = triage.call("GET", f"/demands/{number}/duplicates", _of_department(triage, "TEC"))
    assert stranger.status_code == 404
    assert triage.call("GET", "/demands/M-none/duplicates").status_code == 404


def test_copies_before_another_department_stay_untold(triage: Triage) -> None:
    first, second = triage.demand(), triage.demand()
    triage.act(first, "transfer", department="TEC", reason="转办")
    own = _of_department(triage, triage.shown(second)["lead"])
    assert _listed(triage, second, own) == []
    assert [one["number"] for one in _listed(triage, second)] == [first]
