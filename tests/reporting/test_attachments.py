"""Files of demands: on the form, in the record, and in the package of their month."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from services.reporting.jobs.seal_archives import seal_archives
from shared.cli import main
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, shanghai
from tests.reporting.test_archives import manifests, names

Clock = Callable[[str], None]
PNG, PDF = b"\x89PNG\r\n\x1a\n" + b"p" * 100, b"%PDF-1.7 signed"
STEM = "张先生-XRQ1"


def life(policy: str = "A", number: str = "XRQ1") -> Life:
    found = Life(policy, number=number, at=shanghai("2024-10-08 14:30")).received()
    found.attached("f1", PNG, label="错误截图", name="截图.PNG").attached("f2", name="合同 HT-7", reference="oa/ht/7")
    found.attached("f3", PDF, name="[客户1]签字.pdf").triaged(found.policy.types[0].code)
    moment = shanghai("2024-10-20 10:00")
    return found.completed(moment).confirmed(moment).closed(moment)


def packed(reporting: Reporting, clock: Clock, one: Life) -> tuple[dict[str, Any], Path]:
    """The manifest and the directory of the package that holds it."""
    reporting.vault.know("YQ1", "张先生")
    reporting.take(*one.all())
    clock("2024-11-05 18:00")
    assert seal_archives(reporting.registry) == 1
    (manifest,) = manifests(reporting)
    return manifest, reporting.root / manifest["archive_id"]


def record(directory: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((directory / f"{STEM}.json").read_text("utf-8"))["attachments"]
    return found


def test_the_form_names_files_by_label_and_references_by_their_place(reporting: Reporting) -> None:
    reporting.take(*life().all())
    raw = reporting.post("/forms/XRQ1", {"form": "record"}).data
    rows = [row.cells for table in Document(io.BytesIO(raw)).tables for row in table.rows]
    (text,) = [right.text for left, right in rows if left.text.startswith("相关附件/凭证")]
    assert text.split("\n") == ["错误截图（截图.PNG）", "合同 HT-7：oa/ht/7", "[客户1]签字.pdf"]


def test_a_demand_shows_its_attachments(reporting: Reporting) -> None:
    reporting.take(*life().all())
    shown = reporting.get("/demands/XRQ1").json["attachments"]
    assert [(one["attachment_id"], one["reference"], one["size"]) for one in shown] == [
        ("f1", None, len(PNG)), ("f2", "oa/ht/7", None), ("f3", None, len(PDF)),
    ]  # fmt: skip


def test_the_package_holds_the_files_under_manifest_and_chain(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.files = {"f1": PNG, "f3": PDF}
    manifest, directory = packed(reporting, clock, life())
    assert names(manifest) == [f"{STEM}.json", f"{STEM}.docx", f"{STEM}-附件1.png", f"{STEM}-附件3.pdf"]
    assert (directory / f"{STEM}-附件1.png").read_bytes() == PNG
    entry = manifest["files"][3]
    assert (entry["sha256"], entry["size"], entry["number"]) == (hashlib.sha256(PDF).hexdigest(), len(PDF), "XRQ1")
    assert [(one["attachment_id"], one["state"], one["path"]) for one in manifest["attachments"]] == [
        ("f1", "enclosed", f"{STEM}-附件1.png"), ("f2", "reference", None), ("f3", "enclosed", f"{STEM}-附件3.pdf"),
    ]  # fmt: skip
    assert manifest["supplements"] == []
    first, second, third = record(directory)
    assert (first["file"], first["state"], first["label"]) == (f"{STEM}-附件1.png", "enclosed", "错误截图")
    assert (second["file"], second["state"], second["reference"]) == (None, "reference", "oa/ht/7")
    assert third["name"] == "[客户1]签字.pdf" and manifest["count"] == 1
    assert CliRunner().invoke(main, ["archive", "verify", str(directory)]).exit_code == 0
    (directory / f"{STEM}-附件3.pdf").write_bytes(PDF[:-1] + b"X")
    assert CliRunner().invoke(main, ["archive", "verify", str(directory)]).exit_code != 0


@pytest.mark.parametrize(
    ("instead", "state"),
    [
        (410, "erased"),
        (404, "unreadable"),
        (409, "unreadable"),
        (b"other", "unreadable"),
        (500, "failed"),
        (503, "failed"),
        (422, "failed"),
    ],
)
def test_what_cannot_be_had_is_named_as_such_and_holds_nothing_up(
    reporting: Reporting, clock: Clock, instead: int | bytes, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reporting.vault.files = {"f1": instead, "f3": PDF}
    manifest, directory = packed(reporting, clock, life())
    assert names(manifest)[2:] == [f"{STEM}-附件3.pdf"]
    first = record(directory)[0]
    assert (first["file"], first["state"]) == (None, state)
    said = capsys.readouterr().out
    assert said.count("archive_file_left_out") == 1 and "f1" in said and "截图" not in said
    named = next(one for one in manifest["attachments"] if one["attachment_id"] == "f1")
    assert (named["number"], named["state"], named["path"]) == ("XRQ1", state, None)
    assert reporting.vault.opened.count("f1") == (3 if state == "failed" else 1)
    (shown,) = reporting.get("/archives").json["items"]
    assert shown["missing"] == (0 if state == "erased" else 1)
    assert CliRunner().invoke(main, ["archive", "verify", str(directory)]).exit_code == 0


def test_what_comes_after_its_package_goes_into_the_next_as_a_supplement(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.files = {"f1": PNG, "f3": PDF, "late": PDF + b" late"}
    demand = life()
    first, _ = packed(reporting, clock, demand)
    reporting.vault.opened.clear()
    demand.attached("late", PDF + b" late", label="签字页", name="签字页.pdf", at="2024-11-10T02:00:00Z")
    demand.attached("told", name="补充合同", reference="oa/ht/8", at="2024-11-11T02:00:00Z")
    reporting.take(*demand.all())
    clock("2024-11-29 18:00")
    assert seal_archives(reporting.registry) == 1
    second = manifests(reporting)[1]
    assert names(second) == [f"{STEM}-补充.json", f"{STEM}-附件4.pdf"] and second["count"] == 0
    assert reporting.vault.opened == ["late"]
    (named,) = second["supplements"]
    assert (named["number"], named["archive_id"], named["period"]) == ("XRQ1", first["archive_id"], "2024-10")
    directory = reporting.root / second["archive_id"]
    assert (directory / f"{STEM}-附件4.pdf").read_bytes() == PDF + b" late"
    note = json.loads((directory / f"{STEM}-补充.json").read_text("utf-8"))
    assert note["supplements"] == {"archive_id": first["archive_id"], "period": "2024-10"}
    assert [(one["label"], one["state"]) for one in note["attachments"]] == [
        ("签字页", "enclosed"),
        (None, "reference"),
    ]
    assert CliRunner().invoke(main, ["archive", "verify", str(directory)]).exit_code == 0
    assert second["previous"] == reporting.published("archive.sealed")[0]["manifest_sha256"]
    clock("2024-12-31 18:00")
    assert seal_archives(reporting.registry) == 1
    assert names(manifests(reporting)[2]) == [] and manifests(reporting)[2]["supplements"] == []


def test_a_file_that_is_owed_is_named_until_it_can_be_had(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.files = {"f1": 500, "f3": PDF}
    packed(reporting, clock, life())
    for month_end in ("2024-11-29 18:00", "2024-12-31 18:00"):
        clock(month_end)
        reporting.vault.files["f1"] = 500 if month_end < "2024-12" else PNG
        assert seal_archives(reporting.registry) == 1
    first, second, third = manifests(reporting)
    owed = [[one["state"] for one in each["attachments"] if one["attachment_id"] == "f1"] for each in (second, third)]
    assert owed == [["failed"], ["enclosed"]]
    assert (names(second), second["supplements"]) == ([], [])
    assert names(third) == [f"{STEM}-补充.json", f"{STEM}-附件1.png"]
    assert third["supplements"][0]["archive_id"] == first["archive_id"]
    assert [one["missing"] for one in reporting.get("/archives").json["items"]] == [0, 0, 0]


def test_a_crash_before_the_row_is_sealed_supplements_nothing_twice(
    reporting: Reporting, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting.vault.files = {"f1": PNG, "f3": PDF, "late": PDF + b" late"}
    demand = life()
    packed(reporting, clock, demand)
    demand.attached("late", PDF + b" late", name="late.pdf", at="2024-11-10T02:00:00Z")
    reporting.take(*demand.all())
    clock("2024-11-29 18:00")

    def crash(*_: Any) -> None:
        raise RuntimeError("crash")

    with monkeypatch.context() as patched:
        patched.setattr("services.reporting.usecases.keep_archives.note_sealed", crash)
        with pytest.raises(RuntimeError, match="crash"):
            seal_archives(reporting.registry)
    assert seal_archives(reporting.registry) == 1
    clock("2024-12-31 18:00")
    assert seal_archives(reporting.registry) == 1
    assert [len(one["supplements"]) for one in manifests(reporting)] == [0, 1, 0]


def test_while_intake_is_not_there_the_package_waits(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.vault.files, reporting.vault.ready = {"f1": PNG, "f3": 503}, False
    reporting.take(*life().all())
    clock("2024-10-31 18:00")
    assert seal_archives(reporting.registry) == 0 and list(reporting.root.iterdir()) == []
    reporting.vault.files["f3"], reporting.vault.ready = PDF, True
    assert seal_archives(reporting.registry) == 1
    assert len(names(manifests(reporting)[0])) == 4


def test_where_the_policy_files_none_none_is_opened(reporting: Reporting, clock: Clock) -> None:
    manifest, directory = packed(reporting, clock, life("B", "202410-CSR-001"))
    assert len(manifest["files"]) == 2 and reporting.vault.opened == []
    assert "attachments" not in json.loads((directory / "202410-CSR-001.json").read_text("utf-8"))
    clock("2024-12-05 18:00")
    assert seal_archives(reporting.registry) == 1
    later = manifests(reporting)[1]
    assert (later["supplements"], later["attachments"], reporting.vault.opened) == ([], [], [])
