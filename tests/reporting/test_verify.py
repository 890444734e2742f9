"""Whether a package is as it was sealed can be told without the system, and no name is told with it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.reporting.jobs.seal_archives import seal_archives
from shared.cli import main
from shared.operations.home import ROOT
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, shanghai

pytestmark = pytest.mark.slow

Clock = Callable[[str], None]
NAME = "张先生"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database: packages do not depend on it."""
    return f"sqlite:///{tmp_path}/reporting.sqlite"


@pytest.fixture
def packages(reporting: Reporting, clock: Clock) -> list[Path]:
    """Three packages of policy A in the order of their chain; the first two hold a demand of somebody each."""
    reporting.vault.know("YQ1", NAME)
    for month, day in (("10", "31"), ("11", "29"), ("12", "31")):
        if month != "12":
            life = Life("A", number=f"XRQ{month}", at=shanghai("2024-10-08 14:30")).received().triaged("inquiry")
            reporting.take(*life.closed(shanghai(f"2024-{month}-20 10:00")).all())
        clock(f"2024-{month}-{day} 18:00")
        seal_archives(reporting.registry)
    found = {json.loads((path / "manifest.json").read_text("utf-8"))["seq"]: path for path in reporting.root.iterdir()}
    return [found[seq] for seq in sorted(found)]


def verify(path: Path) -> tuple[int, str]:
    """Exit code and output of the verb, run by somebody who has neither home nor database."""
    done = CliRunner().invoke(main, ["--home", "/nowhere", "archive", "verify", str(path)])
    assert NAME not in done.output
    return done.exit_code, done.output


def test_it_runs_where_nothing_is_set_up(packages: list[Path]) -> None:
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "shared.cli", "archive", "verify", str(packages[1])]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, "0 faults" in done.stdout) == (0, True)


def test_a_whole_package_is_found_whole(packages: list[Path]) -> None:
    for path in packages:
        code, said = verify(path)
        assert (code, "0 faults" in said) == (0, True)


def test_a_changed_byte_is_found(packages: list[Path]) -> None:
    path = packages[0] / f"{NAME}-XRQ10.json"
    raw = bytearray(path.read_bytes())
    raw[10] ^= 1
    path.write_bytes(raw)
    assert verify(packages[0]) == (1, f"file 1 (XRQ10): changed\n{packages[0].name}: 2 files, 1 faults\n")


def test_a_file_that_is_longer_by_one_byte_is_found(packages: list[Path]) -> None:
    with (packages[0] / f"{NAME}-XRQ10.docx").open("ab") as file:
        file.write(b"x")
    assert "file 2 (XRQ10): changed" in verify(packages[0])[1]


def test_a_missing_file_is_found(packages: list[Path]) -> None:
    (packages[0] / f"{NAME}-XRQ10.json").unlink()
    code, said = verify(packages[0])
    assert (code, "file 1 (XRQ10): missing" in said) == (1, True)


@pytest.mark.parametrize("place", [f"{NAME}.txt", "sub/other"])
def test_a_file_too_many_is_found(packages: list[Path], place: str) -> None:
    extra = packages[0] / place
    extra.parent.mkdir(exist_ok=True)
    extra.write_text("x")
    code, said = verify(packages[0])
    assert (code, "1 file(s) that the manifest does not name" in said) == (1, True)


def test_a_link_in_the_place_of_a_file_is_found(packages: list[Path], tmp_path: Path) -> None:
    path = packages[0] / f"{NAME}-XRQ10.json"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert verify(packages[0])[0] == 1


def test_a_package_that_was_sealed_anew_breaks_the_chain(packages: list[Path]) -> None:
    """Whoever changes a record and its checksum too is found out by the package after it."""
    path = packages[0] / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"period": "2024-10"', b'"period": "2024-09"'))
    assert "the package after it names another one in its place" in verify(packages[0])[1]
    code, said = verify(packages[1])
    assert (code, "the package before it is not the one that it names" in said) == (1, True)
    assert verify(packages[2])[0] == 0


def test_without_its_neighbours_a_package_is_checked_alone(packages: list[Path], tmp_path: Path) -> None:
    alone = tmp_path / "alone" / "package"
    shutil.copytree(packages[1], alone)
    assert verify(alone)[0] == 0


@pytest.mark.parametrize("inside", ["", "folder/"])
def test_a_zip_of_a_package_is_checked_without_unpacking(packages: list[Path], tmp_path: Path, inside: str) -> None:
    (tmp_path / "zips").mkdir()
    path = tmp_path / "zips" / "package.zip"
    _zip(packages[0], path, inside)
    assert verify(path)[0] == 0
    _zip(packages[0], path, inside, leave_out=f"{NAME}-XRQ10.json")
    assert "file 1 (XRQ10): missing" in verify(path)[1]
    _zip(packages[0], path, inside, add="../../escaped")
    assert "1 file(s) that the manifest does not name" in verify(path)[1]
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{}", b"[]", b"\xff", b'{"format": "demandflow-archive/1"}', b"[" * 100_000,
     b'{"format": "demandflow-archive/3"}'],
)  # fmt: skip
def test_what_is_no_package_is_told(tmp_path: Path, manifest: bytes) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "manifest.json").write_bytes(manifest)
    code, said = verify(tmp_path / "p")
    assert (code, said.startswith("manifest: ")) == (1, True)


def test_what_is_nowhere_is_told(tmp_path: Path) -> None:
    code, said = verify(tmp_path / "nothing")
    assert (code, "there is no such path" in said) == (1, True)


def test_a_file_that_is_no_zip_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"PK\x03\x04 nothing")
    assert verify(tmp_path / "p.zip")[0] == 1


def test_the_manifest_cannot_lead_out_of_the_package(packages: list[Path]) -> None:
    path = packages[0] / "manifest.json"
    body = json.loads(path.read_text("utf-8"))
    body["files"][0]["path"] = "../../secret"
    path.write_text(json.dumps(body))
    assert verify(packages[0]) == (1, "manifest: names files that no package of ours holds\nNone: 0 files, 1 faults\n")


def test_the_service_also_knows_which_manifest_was_sealed(packages: list[Path], reporting: Reporting) -> None:
    last = packages[-1]
    address = f"/archives/{last.name}:verify"
    assert reporting.post(address, None, "auditor").json == {
        "id": last.name, "intact": True, "files": 0, "faults": [],
    }  # fmt: skip
    path = last / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"2024-12", b"2024-11"))
    assert verify(last)[0] == 0  # nothing that lies there tells of it
    assert reporting.post(address, None, "auditor").json["faults"] == ["manifest: not the one that was sealed"]
    assert reporting.post(address, None, "staff").status_code == 403


def _zip(source: Path, target: Path, inside: str, leave_out: str = "", add: str = "") -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.iterdir()):
            if path.name != leave_out:
                archive.write(path, f"{inside}{path.name}")
        if add:
            archive.writestr(add, "x")
