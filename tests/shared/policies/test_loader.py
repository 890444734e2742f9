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
        ("lead: SUP", "lead: XYZ", "XYZ"),
        ("default: mid", "default: middling", "middling"),
        ("default_type: other", "default_type: anything", "anything"),
        ("{high: 4h, mid: 24h, low: 72h}", "{high: 4d, mid: 24h, low: 72h}", "4d"),
        ("{seq}", "{sequence}", "sequence"),
        ('version: "1"', "version: 1", "version"),
        ("code: C\n", "code: C\nsurprise: yes\n", "surprise"),
        ("2000-01-01T00:00:00+08:00", "2000-01-01T00:00:00", "effective_from"),
        ("code: C\n", "code: C\ncode: C\n", "twice"),
        ("{safety: true}", "{saftey: true}", "saftey"),
    ],
)
def test_a_fault_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(BadPolicy, match=named):
        load(_with(old, new))


def test_all_faults_at_once() -> None:
    broken = _with("lead: SUP", "lead: XYZ").replace(b"default: mid", b"default: middling")
    with pytest.raises(BadPolicy, match=r"XYZ.*middling"):
        load(broken)


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
