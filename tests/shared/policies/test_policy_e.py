"""A fifth policy, written from docs/policy-authors.md alone, is interpreted without a line of code about it."""

from pathlib import Path

import pytest

from shared.policies.facts import Facts
from shared.policies.interpret import (
    classify,
    is_vague,
    missing,
    notices,
    prioritise,
    promise_span,
    route,
    span_of,
)
from shared.policies.loader import Policies, installed, load
from tests.shared.policies.kit import NOW, due, spans

E = load(Path(__file__).with_name("packs").joinpath("E", "1.yaml").read_bytes())


def test_it_lives_beside_the_released_ones() -> None:
    together = Policies([*installed().all(), E])
    assert together.effective("E", NOW) == E
    assert [one.code for one in together.all()] == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize(
    ("text", "kind", "lead", "level"),
    [
        ("建设路煤气泄漏，有人被困", "emergency", "OPS", "level_1"),
        ("小区门口路灯坏了三天", "repair", "OPS", "level_3"),
        ("对面工地半夜施工，噪音很大", "noise", "AFS", "level_3"),
        ("学校旁边噪音扰民，影响高考", "noise", "OPS", "level_3"),
        ("老旧小区加装电梯补贴怎么办理", "policy_question", "SUP", "level_3"),
        ("表扬三号窗口的工作人员", "praise", "CSR", "level_4"),
        ("我想反映一个情况", None, "CSR", "level_3"),
    ],
)
def test_texts_find_type_department_and_level(text: str, kind: str | None, lead: str, level: str) -> None:
    found = classify(E, Facts(text)).type
    assert (found.code if found else None) == kind
    facts = Facts(text, type=kind)
    assert (route(E, facts).lead, prioritise(E, facts).level.code) == (lead, level)


@pytest.mark.parametrize(
    ("facts", "rank"),
    [
        (Facts("", impact={"safety": True}), 1),
        (Facts("", urgency="critical"), 1),
        (Facts("", impact={"customers": 50}), 2),
        (Facts("", urgency="urgent"), 2),
        (Facts("", urgency="usual"), 3),
        (Facts("", type="praise"), 4),
    ],
)
def test_four_levels(facts: Facts, rank: int) -> None:
    assert prioritise(E, facts).level.rank == rank


def test_limits_by_level_and_calendar() -> None:
    assert spans(E, "settled") == {"level_1": "24h", "level_2": "5wd", "level_3": "15d", "level_4": "30d"}
    assert span_of(E.clock("call_back"), E, level="level_4", urgency=None) is None
    assert due(E, "2026-04-30 10:00", "5wd") == due(installed().effective("C", NOW), "2026-04-30 10:00", "5wd")
    assert promise_span(E, None) == "2wd"
    assert E.clock("site_visit").starts_at == "fields.visit_on"


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (Facts(""), ("description", "fields.place", "customer.phone")),
        (Facts("", channel_kind="phone"), ("description", "fields.place")),
        (Facts("", channel_kind="phone", type="praise"), ("description",)),
    ],
)
def test_what_a_ticket_needs(facts: Facts, lacks: tuple[str, ...]) -> None:
    assert missing(E, facts) == lacks
    assert is_vague(E, "没人管")


def test_words_numbers_and_notices_are_its_own() -> None:
    assert E.numbering.pattern.format(yyyy="2026", mm="11", seq="1".zfill(E.numbering.width)) == "GD2026-11-000001"
    (calm,) = notices(E, "demand.received", Facts("", type="emergency"))
    (usual,) = notices(E, "demand.received", Facts("", type="noise"))
    assert "注意安全" in calm.body.zh and "注意安全" not in usual.body.zh
    assert E.status(E.statuses[0].actions["assign"]).label.zh == "已派单"
    assert E.retention.years == 10
