"""A manager publishes versions of policies and calendars; they are checked, kept for ever and told to everybody."""

import json
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from services.triage import cli
from shared.clock import business_now, format_time
from shared.policies.loader import PACKS
from shared.versions.tables import calendar_versions, policy_versions
from tests.documents import calendar_document, policy_document
from tests.triage.conftest import Triage

YAML = "application/yaml"
IN_AN_HOUR = business_now().replace(microsecond=0) + timedelta(hours=1)


def put(triage: Triage, path: str, raw: bytes, *, role: str = "manager", media_type: str = YAML) -> Any:
    return triage.call("PUT", path, triage.token(role), data=raw, headers={"Content-Type": media_type})


def faults(answer: Any) -> list[str]:
    return [one["message"] for one in answer.json["errors"]]


def kept(triage: Triage, table: Any = policy_versions) -> list[tuple[str, str]]:
    """(code, version) beyond the released ones."""
    with triage.database.read() as session:
        return [(row.code, row.version) for row in session.execute(select(table)) if row.version != "1"]


def test_a_new_version_is_kept_and_told(triage: Triage) -> None:
    raw = policy_document("2", IN_AN_HOUR)
    answer = put(triage, "/policies/C/versions/2", raw)
    assert answer.status_code == 201, answer.text
    said = (answer.json["code"], answer.json["version"], answer.json["effective_from"])
    assert said == ("C", "2", format_time(IN_AN_HOUR))
    (row,) = triage.published("policy.published")
    assert (row.subject, row.version) == ("policy/C", 1)
    assert row.data["document"].encode() == raw
    assert row.data["sha256"] == answer.json["sha256"]
    read = triage.call("GET", "/policies/C/versions/2")
    assert (read.data, read.mimetype) == (raw, "text/yaml")
    assert read.headers["ETag"] == answer.headers["ETag"]


def test_versions_of_one_policy_are_one_stream(triage: Triage) -> None:
    for version in ("2", "3"):
        assert put(triage, f"/policies/C/versions/{version}", policy_document(version, IN_AN_HOUR)).status_code == 201
    assert put(triage, "/policies/X/versions/1", policy_document("1", IN_AN_HOUR, code="X")).status_code == 201
    told = [(row.subject, row.version) for row in triage.published("policy.published")]
    assert told == [("policy/C", 1), ("policy/C", 2), ("policy/X", 1)]


@pytest.mark.parametrize("same", [True, False])
def test_of_many_who_publish_a_version_at_once_one_does(triage: Triage, same: bool) -> None:
    start, statuses = threading.Barrier(6), list[int]()

    def publish(number: int) -> None:
        raw = policy_document("2", IN_AN_HOUR, note="" if same else str(number))
        start.wait()
        statuses.append(put(triage, "/policies/C/versions/2", raw).status_code)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == ([200] * 5 + [201] if same else [201] + [409] * 5)
    assert len(triage.published("policy.published")) == 1


def test_what_is_known_is_listed(triage: Triage) -> None:
    put(triage, "/policies/C/versions/2", policy_document("2", IN_AN_HOUR))
    items = {one["code"]: one for one in triage.call("GET", "/policies").json["items"]}  # type: ignore[index]
    assert items["C"]["effective"] == "1"
    assert [one["version"] for one in items["C"]["versions"]] == ["1", "2"]
    versions = triage.call("GET", "/policies/C/versions").json["items"]  # type: ignore[index]
    assert versions == items["C"]["versions"]
    assert versions[1]["effective_from"] == format_time(IN_AN_HOUR)
    assert triage.call("GET", "/policies/Z/versions").status_code == 404
    assert triage.call("GET", "/policies/C/versions/9").status_code == 404


def test_whoever_has_a_document_need_not_fetch_it(triage: Triage) -> None:
    first = triage.call("GET", "/policies/C/versions/1")
    assert first.data == (PACKS / "C" / "1.yaml").read_bytes()
    again = triage.call("GET", "/policies/C/versions/1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_same_bytes_again_change_nothing(triage: Triage) -> None:
    raw = policy_document("2", IN_AN_HOUR)
    first, again = (put(triage, "/policies/C/versions/2", raw) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(triage.published("policy.published")) == 1
    released = (PACKS / "C" / "1.yaml").read_bytes()
    assert put(triage, "/policies/C/versions/1", released).status_code == 200, "though it came into effect long ago"


def test_other_bytes_under_a_known_version_are_refused(triage: Triage) -> None:
    raw = policy_document("2", IN_AN_HOUR)
    put(triage, "/policies/C/versions/2", raw)
    answer = put(triage, "/policies/C/versions/2", policy_document("2", IN_AN_HOUR, note="one word more"))
    assert (answer.status_code, answer.json["code"]) == (409, "version-exists")
    assert triage.call("GET", "/policies/C/versions/2").data == raw
    assert len(triage.published("policy.published")) == 1


@pytest.mark.parametrize(("seconds", "status"), [(590, 422), (630, 201), (-86_400, 422)])
def test_a_policy_counts_ten_minutes_later_at_the_earliest(triage: Triage, seconds: int, status: int) -> None:
    moment = business_now().replace(microsecond=0) + timedelta(seconds=seconds)
    answer = put(triage, "/policies/C/versions/2", policy_document("2", moment))
    assert answer.status_code == status
    if status == 422:
        assert answer.json["code"] == "backdated"
        assert kept(triage) == [] and triage.published("policy.published") == []


def test_every_fault_is_named(triage: Triage) -> None:
    text = policy_document("2", IN_AN_HOUR).decode()
    text = text.replace("lead: SUP", "lead: XYZ").replace("default: mid", "default: middling")
    answer = put(triage, "/policies/C/versions/2", text.encode())
    assert (answer.status_code, answer.json["code"]) == (422, "policy-invalid")
    assert any("'XYZ'" in one for one in faults(answer)) and any("'middling'" in one for one in faults(answer))
    assert kept(triage) == []


def test_a_calendar_that_nobody_knows_is_a_fault(triage: Triage) -> None:
    text = policy_document("2", IN_AN_HOUR).decode().replace("calendar: cn-office", "calendar: moon")
    answer = put(triage, "/policies/C/versions/2", text.encode())
    assert answer.status_code == 422 and faults(answer) == ["calendar: 'moon' is not known"]


@pytest.mark.parametrize(
    "raw", [b"", b"code: [C", b"just words", b"\xff\xfe", b"a: \x00", b"[" * 100_000, b"a: 1\na: 2"]
)
def test_what_cannot_be_read_is_refused(triage: Triage, raw: bytes) -> None:
    for path in ("/policies/C/versions/2", "/calendars/cn-office/versions/2"):
        answer = put(triage, path, raw)
        assert answer.status_code == 422, answer.text
        assert answer.json["code"] in ("policy-invalid", "calendar-invalid")
        assert all(len(one) <= 300 and "\n" not in one for one in faults(answer))


@pytest.mark.parametrize("path", ["/policies/C/versions/3", "/policies/D/versions/2", "/policies/X/versions/Y"])
def test_a_document_stands_under_its_own_name(triage: Triage, path: str) -> None:
    answer = put(triage, path, policy_document("2", IN_AN_HOUR))
    assert (answer.status_code, answer.json["code"]) == (422, "path-mismatch")
    assert kept(triage) == [] and triage.published("policy.published") == []


@pytest.mark.parametrize("version", ["two words", "1/2", "v" * 21])
def test_a_version_is_named_so_that_an_address_can_hold_it(triage: Triage, version: str) -> None:
    answer = put(triage, "/policies/C/versions/2", policy_document(version, IN_AN_HOUR))
    assert answer.status_code == 422 and faults(answer)[0].startswith("version: ")


@pytest.mark.parametrize("path", ["/policies/C/versions/2", "/calendars/cn-office/versions/2"])
def test_only_a_manager_publishes_and_only_yaml(triage: Triage, path: str) -> None:
    raw = policy_document("2", IN_AN_HOUR) if "policies" in path else calendar_document("2")
    for role in ("staff", "lead", "auditor", "operator"):
        assert put(triage, path, raw, role=role).status_code == 403
    assert put(triage, path, b'{"code": "C"}', media_type="application/json").status_code == 415
    assert put(triage, path, raw, media_type="text/plain").status_code == 415
    assert put(triage, path, b"#" * (1024 * 1024 + 1)).status_code == 413
    assert kept(triage) == [] and kept(triage, calendar_versions) == []
    assert put(triage, path, raw, media_type="text/yaml").status_code == 201


def test_everybody_who_works_here_may_read(triage: Triage) -> None:
    for path in ("/policies", "/policies/C/versions", "/policies/C/versions/1", "/calendars"):
        for role in ("staff", "department", "lead", "manager", "auditor", "operator"):
            assert triage.call("GET", path, triage.token(role)).status_code == 200


def test_a_new_calendar_is_kept_told_and_counts_at_once(triage: Triage) -> None:
    raw = calendar_document("2")
    answer = put(triage, "/calendars/cn-office/versions/2", raw)
    assert answer.status_code == 201, answer.text
    (row,) = triage.published("calendar.published")
    assert (row.subject, row.version, row.data["document"].encode()) == ("calendar/cn-office", 1, raw)
    (item,) = (one for one in triage.call("GET", "/calendars").json["items"] if one["code"] == "cn-office")  # type: ignore[index]
    assert item["effective"] == "2"
    assert [one["version"] for one in item["versions"]] == ["1", "2"]
    assert triage.call("GET", "/calendars/cn-office/versions/2").data == raw
    assert put(triage, "/calendars/cn-office/versions/2", raw).status_code == 200
    assert len(triage.published("calendar.published")) == 1


def test_a_calendar_is_newer_than_all_before(triage: Triage) -> None:
    for version in ("9", "10"):
        path = f"/calendars/plant/versions/{version}"
        assert put(triage, path, calendar_document(version, code="plant")).status_code == 201
    late = put(triage, "/calendars/plant/versions/8", calendar_document("8", code="plant"))
    assert (late.status_code, late.json["code"]) == (409, "version-not-newer")
    other = put(triage, "/calendars/plant/versions/9", calendar_document("9", code="plant", holiday="2027-01-04"))
    assert (other.status_code, other.json["code"]) == (409, "version-exists")
    assert [row.version for row in triage.published("calendar.published")] == [1, 2]


def test_every_fault_of_a_calendar_is_named(triage: Triage) -> None:
    raw = calendar_document("2").replace(b"Asia/Shanghai", b"Nowhere").replace(b"2027-01-01", b"2027-02-30")
    answer = put(triage, "/calendars/cn-office/versions/2", raw)
    assert (answer.status_code, answer.json["code"], len(faults(answer))) == (422, "calendar-invalid", 2)
    nameless = calendar_document("2").replace(b'code: cn-office\nversion: "2"\n', b"")
    answer = put(triage, "/calendars/unnamed/versions/0", nameless)
    assert answer.status_code == 422 and "says its code" in faults(answer)[0]
    assert kept(triage, calendar_versions) == [] and triage.published("calendar.published") == []


@pytest.fixture
def command(triage: Triage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Types `demandflow <kind> publish FILE`."""
    for name, value in triage.environ.items():
        monkeypatch.setitem(os.environ, name, value)
    groups = {one.name: one for one in cli.COMMANDS}

    def run(kind: str, raw: bytes, *options: str) -> Any:
        (tmp_path / "it.yaml").write_bytes(raw)
        return CliRunner().invoke(groups[kind], ["publish", str(tmp_path / "it.yaml"), *options])

    return run


def test_the_command_publishes_too(triage: Triage, command: Any) -> None:
    raw = policy_document("2", IN_AN_HOUR)
    first, again = (json.loads(command("policy", raw, "--json").output) for _ in range(2))
    assert (first["code"], first["version"], first["new"], again["new"]) == ("C", "2", True, False)
    assert "plant version 1 published" in command("calendar", calendar_document("1", code="plant")).output
    assert [len(triage.published(f"{kind}.published")) for kind in ("policy", "calendar")] == [1, 1]


def test_the_command_names_every_fault(command: Any) -> None:
    text = policy_document("2", IN_AN_HOUR).decode()
    answer = command("policy", text.replace("lead: SUP", "lead: XYZ").encode())
    assert answer.exit_code == 1
    assert "policy-invalid" in answer.output and "'XYZ'" in answer.output
    backdated = command("policy", policy_document("2", IN_AN_HOUR - timedelta(days=3_000)))
    assert backdated.exit_code == 1 and "backdated" in backdated.output
