"""Packages of closed demands: when they are made, what is in them, and that each demand lies in one of them, once."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from services.reporting.jobs.seal_archives import seal_archives
from shared.clock import format_time
from shared.operations.home import ROOT
from shared.testing.counting import counted
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, houses, shanghai

Clock = Callable[[str], None]


def closed(number: str, at: str, policy: str = "A", **who: Any) -> Life:
    """A demand that was received, handled, confirmed and closed at a local time."""
    life = Life(policy, number=number, at=shanghai("2024-10-08 14:30"), **who)
    kind = life.policy.types[0].code
    moment = shanghai(at)
    life.received(description="订单模块无法批量导出，影响对账").triaged(kind)
    return life.completed(moment).confirmed(moment, signed=True).closed(moment)


def manifests(reporting: Reporting) -> list[dict[str, Any]]:
    """Of the packages on disk, in the order in which they were made."""
    found = [json.loads(path.read_text("utf-8")) for path in reporting.root.glob("*/manifest.json")]
    return sorted(found, key=lambda one: (one["policy"]["code"], one["seq"]))


def names(manifest: dict[str, Any]) -> list[str]:
    return [one["path"] for one in manifest["files"]]


def test_a_month_is_filed_when_its_last_working_day_ends(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.take(*closed("XRQ20241008001", "2024-10-20 10:00").all())
    clock("2024-10-31 17:59")
    assert seal_archives(reporting.registry) == 0
    clock("2024-10-31 18:00")
    assert seal_archives(reporting.registry) == 1
    assert seal_archives(reporting.registry) == 0
    (manifest,) = manifests(reporting)
    assert (manifest["period"], manifest["count"], manifest["keep_until"]) == ("2024-10", 1, "2026-10-31")
    assert names(manifest) == ["张先生-XRQ20241008001.json", "张先生-XRQ20241008001.docx"]
    (event,) = reporting.published("archive.sealed")
    assert (event["subject"], event["count"], event["previous"]) == ("period/A/2024-10", 1, None)


def test_what_closes_after_the_run_goes_into_the_next_package(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.take(*closed("XRQ1", "2024-10-31 17:59").all(), *closed("XRQ2", "2024-10-31 18:01").all())
    clock("2024-10-31 20:00")
    seal_archives(reporting.registry)
    reporting.take(*closed("XRQ3", "2024-10-30 10:00").all())  # heard of only afterwards
    clock("2024-11-29 18:00")
    seal_archives(reporting.registry)
    first, second = manifests(reporting)
    assert [{one["number"] for one in manifest["files"]} for manifest in (first, second)] == [
        {"XRQ1"},
        {"XRQ2", "XRQ3"},
    ]
    sealed = reporting.published("archive.sealed")
    assert [one["previous"] for one in sealed] == [None, sealed[0]["manifest_sha256"]]
    assert second["previous"] == sealed[0]["manifest_sha256"]


def test_an_empty_month_is_sealed_too_and_missed_ones_are_made_up_for(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.take(*closed("XRQ1", "2024-10-20 10:00").all())
    clock("2024-11-01 09:00")
    seal_archives(reporting.registry)
    clock("2025-01-02 09:00")
    assert seal_archives(reporting.registry) == 1
    assert seal_archives(reporting.registry) == 1
    assert seal_archives(reporting.registry) == 0
    found = [(one["period"], one["count"]) for one in manifests(reporting)]
    assert found == [("2024-10", 1), ("2024-11", 0), ("2024-12", 0)]


def test_before_its_first_demand_a_policy_has_no_packages(reporting: Reporting, clock: Clock) -> None:
    clock("2024-11-30 20:00")
    assert seal_archives(reporting.registry) == 0


@pytest.mark.parametrize(
    ("made", "month"),
    [("2024-11-05 09:00", "2024-10"), ("2024-09-30 09:00", "2024-09")],  # the first days of October are holidays
)
def test_by_the_fifth_means_the_last_working_morning_before_its_end(
    reporting: Reporting, clock: Clock, made: str, month: str
) -> None:
    life = Life("B", number="202408-CSR-001", at=shanghai("2024-08-01 10:00")).received().triaged("service")
    reporting.take(*life.closed(shanghai("2024-08-20 10:00")).all())
    clock(made)
    seal_archives(reporting.registry)
    assert manifests(reporting)[-1]["period"] == month
    assert manifests(reporting)[-1]["keep_until"] == f"{int(made[:4]) + 3}{made[4:10]}"


@pytest.mark.parametrize("policy", ["C", "D"])
def test_where_the_source_states_nothing_the_policy_file_says_when(
    reporting: Reporting, clock: Clock, policy: str
) -> None:
    life = Life(policy, number="N1", at=shanghai("2024-10-08 10:00")).received().triaged("other")
    reporting.take(*life.closed(shanghai("2024-10-20 10:00")).all())
    clock("2024-11-05 08:59")
    assert seal_archives(reporting.registry) == 0
    clock("2024-11-05 09:00")
    assert seal_archives(reporting.registry) == 1
    assert [(one["period"], one["keep_until"]) for one in manifests(reporting)] == [("2024-10", None)]


def test_a_package_holds_what_the_policy_names_and_no_more(reporting: Reporting, clock: Clock) -> None:
    at = format_time(shanghai("2024-10-09 10:00"))
    life = Life("B", number="202410-CSR-001", at=shanghai("2024-10-08 10:00")).received().triaged("service")
    life.evaluated("可行", at)
    later = [format_time(shanghai(f"2024-10-09 10:{minute}")) for minute in ("10", "20", "30", "40")]
    life.step("demand.progressed", text="已上门", at=at)
    life.tasks(life.task(at=later[0]), at=later[0])
    going = life.task(at=later[0], state="in_progress", percent=40)
    life.tasks(going, at=later[1], change="progressed")
    blocked = {"reason": "technical", "reason_label": "技术瓶颈", "note": None, "task": "T1", "occurred_at": at}
    life.step("demand.blocked", **blocked, at=later[2])
    life.step("demand.unblocked", note="已换线", occurred_at=at, at=later[3])
    life.completed(shanghai("2024-10-09 11:00"))
    life.confirmed(shanghai("2024-10-09 12:00"), "rather_satisfied", signed=True)
    reporting.take(*houses(), *life.closed(shanghai("2024-10-09 12:00")).all())
    clock("2024-11-05 09:00")
    seal_archives(reporting.registry)
    path = reporting.root / manifests(reporting)[0]["archive_id"] / "202410-CSR-001.json"
    record = json.loads(path.read_text("utf-8"))
    assert set(record) == {"format", "demand_id", "customer", "record", "evaluation", "execution_log", "feedback"}
    assert record["evaluation"]["text"] == "可行"
    assert [one["department"] for one in record["evaluation"]["departments"]] == ["TEC"]
    log = record["execution_log"]
    assert [one["kind"] for one in log] == ["progress", "task", "progress", "block", "unblock"]
    assert log[0] == {"at": at, "by": "赵*", "kind": "progress", "text": "已上门"}
    assert (log[1]["id"], log[1]["owner"], log[1]["by"]) == ("T1", "钱*", "客服部")
    assert (log[2]["task"], log[2]["percent"]) == ("T1", 40)
    assert (log[3]["reason_label"], log[4]["note"]) == ("技术瓶颈", "已换线")
    assert record["feedback"]["answers"][0]["satisfaction"] == "rather_satisfied"


def test_a_company_is_filed_by_its_name_and_nobody_is_opened_for_it(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*closed("XRQ1", "2024-10-20 10:00", company="华东制造有限公司").all())
    clock("2024-10-31 18:00")
    seal_archives(reporting.registry)
    assert names(manifests(reporting)[0])[0] == "华东制造有限公司-XRQ1.json"
    assert reporting.vault.asked == []


def test_a_customer_whom_the_vault_has_no_more_is_filed_by_number(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*closed("XRQ1", "2024-10-20 10:00", customer="YQ7", name="王*").all())
    clock("2024-10-31 18:00")
    seal_archives(reporting.registry)
    (manifest,) = manifests(reporting)
    assert names(manifest)[0] == "YQ7-XRQ1.json"
    assert reporting.vault.asked == [("YQ7", "archive")]
    assert "王" not in (reporting.root / manifest["archive_id"] / "YQ7-XRQ1.json").read_text("utf-8")


def test_where_the_policy_wants_a_pseudonym_no_name_is_in_the_package(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    life = Life("B", number="202410-CSR-001", company="华东制造有限公司", at=shanghai("2024-10-08 14:30"))
    reporting.take(*life.received().triaged("service").closed(shanghai("2024-10-20 10:00")).all())
    clock("2024-11-05 09:00")
    seal_archives(reporting.registry)
    (manifest,) = manifests(reporting)
    assert names(manifest) == ["202410-CSR-001.json", "202410-CSR-001.docx"]
    directory = reporting.root / manifest["archive_id"]
    text = (directory / "202410-CSR-001.json").read_text("utf-8")
    text += "".join(_cells(directory / "202410-CSR-001.docx"))
    assert "华东" not in text and "YQ1" in text
    assert reporting.vault.asked == []


def test_a_package_holds_the_record_but_no_contact_and_only_its_owner_reads_it(
    reporting: Reporting, clock: Clock
) -> None:
    reporting.vault.know("YQ1", "张先生", phone="13800005678")
    reporting.take(*closed("XRQ1", "2024-10-20 10:00").all())
    clock("2024-10-31 18:00")
    seal_archives(reporting.registry)
    directory = reporting.root / manifests(reporting)[0]["archive_id"]
    record = json.loads((directory / "张先生-XRQ1.json").read_text("utf-8"))
    assert record["customer"]["name"] == "张先生"
    assert record["record"]["description"] == "订单模块无法批量导出，影响对账"
    assert record["result"]["conclusion"] == "已处理"
    assert record["signature"] == [
        {"cycle": 1, "signed_at": "2024-10-20T02:00:00Z", "method": "electronic", "result_sha256": "0" * 64}
    ]
    cells = _cells(directory / "张先生-XRQ1.docx")
    assert "张先生" in cells
    assert not [path for path in directory.iterdir() if b"13800005678" in path.read_bytes()]
    assert not [cell for cell in cells if "13800005678" in cell]
    assert {path.stat().st_mode & 0o077 for path in (directory, *directory.iterdir())} == {0}


def test_two_customers_of_one_name_do_not_overwrite_one_another(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "a/../张先生")
    reporting.vault.know("YQ2", "A_.._张先生")
    twins = [closed("X", "2024-10-20 10:00", customer="YQ1"), closed("X", "2024-10-20 10:01", customer="YQ2")]
    reporting.take(*(event for life in twins for event in life.all()))
    clock("2024-10-31 18:00")
    seal_archives(reporting.registry)
    (manifest,) = manifests(reporting)
    assert len({name.casefold() for name in names(manifest)}) == 4
    assert all((reporting.root / manifest["archive_id"] / name).is_file() for name in names(manifest))


def test_while_intake_is_away_the_package_waits(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.vault.down = True
    reporting.take(*closed("XRQ1", "2024-10-20 10:00").all())
    clock("2024-10-31 18:00")
    assert seal_archives(reporting.registry) == 0
    assert reporting.get("/archives").json["items"][0]["state"] == "requested"
    assert list(reporting.root.iterdir()) == []
    reporting.vault.down = False
    assert seal_archives(reporting.registry) == 1


def test_two_workers_at_once_make_one_package(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    for index in range(8):
        reporting.take(*closed(f"XRQ{index}", "2024-10-20 10:00").all())
    clock("2024-10-31 18:00")
    start, sealed = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        sealed.append(seal_archives(reporting.registry))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed) == [0, 1]
    (manifest,) = manifests(reporting)
    assert manifest["count"] == 8
    assert len(reporting.published("archive.sealed")) == 1
    assert [path.name for path in reporting.root.iterdir()] == [manifest["archive_id"]]


@pytest.mark.parametrize("place", ["reporting.package_half", "reporting.package_written"])
def test_a_crash_while_it_is_made_leaves_one_sealed_package(
    reporting: Reporting, clock: Clock, tmp_path: Path, place: str
) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.take(*closed("XRQ1", "2024-10-20 10:00").all())
    clock("2024-10-31 18:00")
    died = _demandflow(reporting, tmp_path, "archive", "seal", "--policy", "A", CRASH_AT=place)
    assert died.returncode == -9
    assert reporting.published("archive.sealed") == []
    reporting.take(*closed("XRQ2", "2024-10-31 10:00").all())
    assert seal_archives(reporting.registry) == 1
    (manifest,) = manifests(reporting)
    clock("2024-11-29 18:00")
    seal_archives(reporting.registry)
    both = {one["number"] for manifest in manifests(reporting) for one in manifest["files"]}
    assert both == {"XRQ1", "XRQ2"}
    assert [one["count"] for one in reporting.published("archive.sealed")] in ([2, 0], [1, 1])
    assert len([path for path in reporting.root.iterdir() if path.name.startswith(".")]) == 0
    assert reporting.post(f"/archives/{manifest['archive_id']}:verify", None).json["intact"]


def test_asked_for_by_hand_a_month_is_made_once(reporting: Reporting, clock: Clock, tmp_path: Path) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.take(*closed("XRQ1", "2024-10-20 10:00").all())
    clock("2024-10-25 10:00")
    asked = reporting.post("/archives", {"policy": "A"})
    assert (asked.status_code, asked.json["state"], asked.json["period"]) == (202, "requested", "2024-10")
    assert reporting.post("/archives", {"policy": "A", "period": "2024-10"}).json["id"] == asked.json["id"]
    made = _demandflow(reporting, tmp_path, "archive", "seal", "--policy", "A", "--period", "2024-09", "--json")
    assert json.loads(made.stdout)["count"] == 0
    assert [(one["period"], one["count"]) for one in manifests(reporting)] == [("2024-10", 1), ("2024-09", 0)]
    clock("2024-10-31 18:00")
    assert seal_archives(reporting.registry) == 0
    shown = reporting.get(f"/archives/{asked.json['id']}").json
    assert (shown["state"], shown["seq"], shown["count"]) == ("sealed", 1, 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"policy": "Z"}, 404), ({"policy": "A", "period": "2024-13"}, 422), ({"policy": "A", "period": "2031-01"}, 422),
     ({"policy": "A", "extra": 1}, 422), ({}, 422)],
)  # fmt: skip
def test_what_cannot_be_archived_is_told(reporting: Reporting, clock: Clock, body: Any, status: int) -> None:
    assert reporting.post("/archives", body).status_code == status


@pytest.mark.parametrize(("role", "status"), [("staff", 403), ("lead", 403), ("operator", 202), (None, 401)])
def test_who_may_archive(reporting: Reporting, clock: Clock, role: str | None, status: int) -> None:
    assert reporting.post("/archives", {"policy": "A"}, role).status_code == status


def test_packages_are_listed_the_newest_first(reporting: Reporting, clock: Clock) -> None:
    for period in ("2024-08", "2024-09"):
        reporting.post("/archives", {"policy": "A", "period": period})
    reporting.post("/archives", {"policy": "B", "period": "2024-09"})
    first = reporting.get("/archives?policy=A&limit=1")
    assert [one["period"] for one in first.json["items"]] == ["2024-09"]
    address = first.headers["Link"].split(">")[0].removeprefix("</reporting/api/v1")
    assert [one["period"] for one in reporting.get(address).json["items"]] == ["2024-08"]
    assert reporting.get("/archives/nothing").status_code == 404


def test_looking_costs_few_statements(reporting: Reporting, clock: Clock) -> None:
    registry = reporting.registry
    seal_archives(registry)  # policies and calendars are read once
    with counted() as cost:
        seal_archives(registry)
    assert (cost.commits, cost.statements) == (0, 9)  # two per policy, and what is asked for


def _cells(path: Path) -> list[str]:
    document = Document(io.BytesIO(path.read_bytes()))
    return [cell.text for table in document.tables for row in table.rows for cell in row.cells]


def _demandflow(reporting: Reporting, home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One verb as an operator runs it, on the same business clock."""
    url = reporting.database.engine.url.render_as_string(hide_password=False)
    environ = {
        **os.environ,
        "DEMANDFLOW_HOME": str(home / "none"),
        "REPORTING_DATABASE_URL": url,
        "REPORTING_ARCHIVE_DIR": str(reporting.root),
        "REPORTING_SIGNING_KEY": reporting.signing_key,
        "INTAKE_URL": reporting.vault.url,
        "TRIAGE_URL": reporting.vault.triage_url,
        **more,
    }
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", *arguments],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
