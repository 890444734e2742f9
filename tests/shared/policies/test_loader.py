"""A document that is no policy is refused with every fault named; a policy keeps its bytes' hash."""

import hashlib
from datetime import UTC, datetime

import pytest

from shared.policies.loader import PACKS, BadPolicy, Policies, load

RAW = (PACKS / "C" / "1.yaml").read_bytes()


def _with(old: str, new: str) -> bytes:
    text = RAW.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def test_the_hash_is_of_the_released_bytes() -> None:
    assert load(RAW).sha256 == hashlib.sha256(RAW).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('version: "1"', "version: 1", "1 is not text; put it in quotes @ policy.version"),
        ("code: C\n", "code: C\nsurprise: yes\n", "extra fields found (surprise) @ policy"),
        ("{safety: true}", "{saftey: true}", "extra fields found (saftey) @ policy.priority.rules[0].when"),
        ("undecided: CSR\n", "", "required key 'undecided' missing"),
        ("{zh: 咨询, en: Inquiry}", "{zh: 咨询}", "required key 'en' missing @ policy.types[0].label.en"),
        ("category: inquiry", "category: inquery", "inquery is none of inquiry, complaint"),
        ("types_open: true", "types_open: no", "'no' is neither true nor false @ policy.types_open"),
        ("rank: 1", "rank: one", "'one' is no whole number"),
        ("amount_at_least: 10000.0", "amount_at_least: many", "'many' is no number"),
        ("{types: [suggestion]}", "{types: suggestion}", "'suggestion' is no list @ policy.priority.rules"),
        (
            "actions: {told: closed, dispute: in_progress, unmerge: pending, link: closed, correct: closed, "
            "follow-up: closed}",
            "actions: [told]",
            "no mapping of keys @ policy.statuses[4].actions",
        ),
        ("2000-01-01T00:00:00+08:00", "2000-01-01T00:00:00", "policy.effective_from"),
        ("code: C\n", "code: C\ncode: C\n", "line 3: key 'code' appears twice"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(old: str, new: str, named: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        load(_with(old, new))
    assert any(named in fault for fault in refused.value.faults), refused.value.faults


def test_all_faults_at_once() -> None:
    broken = _with("lead: SUP", "lead: XYZ").replace(b"default: mid", b"default: middling")
    with pytest.raises(BadPolicy, match=r"XYZ.*middling") as refused:
        load(broken)
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize("raw", [b"", b"[]", b"a: [", b"\xff", b"- " * 50_000])
def test_what_is_no_document_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPolicy):
        load(raw)


def test_the_version_that_counts_at_a_moment() -> None:
    first = load(RAW)
    second = load(_with('version: "1"', 'version: "2"').replace(b"2000-01-01T00", b"2026-01-01T00"))
    policies = Policies([second, first])
    assert policies.effective("C", datetime(2025, 12, 31, tzinfo=UTC)).version == "1"
    assert policies.effective("C", datetime(2026, 1, 1, tzinfo=UTC)).version == "2"
    assert policies.pinned("C", "1") == first
    with pytest.raises(LookupError):
        policies.pinned("C", "3")
    with pytest.raises(LookupError):
        policies.effective("Z", datetime(2026, 1, 1, tzinfo=UTC))
