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
    first, second, third = record(directory)
    assert (first["file"], first["state"], first["label"]) == (f"{STEM}-附件1.png", "enclosed", "错误截图")
    assert (second["file"], second["state"], second["reference"]) == (None, "reference", "oa/ht/7")
    assert third["name"] == "[客户1]签字.pdf" and manifest["count"] == 1
    assert CliRunner().invoke(main, ["archive", "verify", str(directory)]).exit_code == 0
    (directory / f"{STEM}-附件3.pdf").write_bytes(PDF[:-1] + b"X")
    assert CliRunner().invoke(main, ["archive", "verify", str(directory)]).exit_code != 0


@pytest.mark.parametrize(
    ("instead", "state"), [(410, "erased"), (404, "unreadable"), (409, "unreadable"), (b"other", "unreadable")]
)
def test_what_can_be_opened_no_more_is_named_as_such(
    reporting: Reporting, clock: Clock, instead: int | bytes, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reporting.vault.files = {"f1": instead, "f3": PDF}
    manifest, directory = packed(reporting, clock, life())
    assert names(manifest)[2:] == [f"{STEM}-附件3.pdf"]
    first = record(directory)[0]
    assert (first["file"], first["state"]) == (None, state)
    said = capsys.readouterr().out
    assert said.count("archive_file_left_out") == 1 and "f1" in said and "截图" not in said


def test_while_intake_gives_out_no_files_the_package_waits(reporting: Reporting, clock: Clock) -> None:
    reporting.vault.know("YQ1", "张先生")
    reporting.vault.files = {"f1": PNG, "f3": 503}
    reporting.take(*life().all())
    clock("2024-10-31 18:00")
    assert seal_archives(reporting.registry) == 0 and list(reporting.root.iterdir()) == []
    reporting.vault.files["f3"] = PDF
    assert seal_archives(reporting.registry) == 1
    assert len(names(manifests(reporting)[0])) == 4


def test_where_the_policy_files_none_none_is_opened(reporting: Reporting, clock: Clock) -> None:
    manifest, directory = packed(reporting, clock, life("B", "202410-CSR-001"))
    assert len(manifest["files"]) == 2 and reporting.vault.opened == []
    assert "attachments" not in json.loads((directory / "202410-CSR-001.json").read_text("utf-8"))
