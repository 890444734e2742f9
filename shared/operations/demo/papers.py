"""What the demo files: every package checked, one report per policy written out, forms of A and B filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from shared.operations.demo.stage import DemoFailed, Stage

_WANTED = ("A", "B")
"""Policies whose October package must be there by itself: the last working day of the month; the 5th of the next."""

_PRINTED = ("record", "evaluation", "tasks", "progress_log", "satisfaction", "change")
"""Policy B's forms, 任务派发记录 and 进度更新日志 among them."""


_NAMED = ("李客服", "王工程师")
"""The first contact person and the handler of policy A's worked example, in full on its form."""


@dataclass(frozen=True)
class Papers:
    """archive: the newest package of A {path, verified: all of them}; reports, forms: paths; form: a path, A's."""

    archive: dict[str, Any]
    archives: list[dict[str, Any]]
    reports: list[str]
    form: str
    forms: list[str]
    faults: list[str]


NONE = Papers({"path": None, "verified": False}, [], [], "", [], [])
"""What a play that ends early has filed."""


def collect(stage: Stage, numbers: Mapping[str, str]) -> Papers:
    """Verify, draw and fill; faults say what is missing."""
    faults: list[str] = []
    archives = [_checked(stage, one, faults) for one in stage.read("reporting", "/archives?limit=100")["items"]]
    for policy in _WANTED:
        if not any(one["policy"] == policy and one["count"] for one in archives):
            faults.append(f"no package of policy {policy} with a demand in it")
    root = Path(stage.settings["reporting"].get("REPORTING_ARCHIVE_DIR") or stage.home.path / "archives")
    newest = next((one for one in archives if one["policy"] == "A"), {"id": "none"})
    verified = bool(archives) and all(one["verified"] for one in archives)
    form = _filled(stage, "form-A", numbers["a-export-note"], "record")
    faults += [f"the form of a-export-note does not name {one}" for one in _NAMED if one not in _text(form)]
    if len(stage.read("reporting", f"/demands/{numbers['a-sunday-vip']}")["attachments"]) != 2:
        faults.append("reporting does not know the picture and the contract of a-sunday-vip")
    forms = [_filled(stage, f"form-B-{code}", numbers["b-label-template"], code) for code in _PRINTED]
    return Papers(
        archive={"path": str(root / newest["id"]), "verified": verified},
        archives=archives,
        reports=_reports(stage, faults),
        form=form,
        forms=forms,
        faults=faults,
    )


def _filled(stage: Stage, name: str, number: str, code: str) -> str:
    path = stage.home.path / f"{name}.docx"
    path.write_bytes(_drawn(stage, "POST", f"/forms/{number}", json={"form": code}))
    return str(path)


def _text(path: str) -> str:
    with ZipFile(path) as document:
        return document.read("word/document.xml").decode()


def _checked(stage: Stage, archive: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    answer = stage.call("reporting", "POST", f"/archives/{archive['id']}:verify", token=stage.manager())
    found = answer.json()
    if answer.status_code != 200 or not found["intact"]:
        faults.append(f"package {archive['policy']} {archive['period']}: {found}")
    kept = {name: archive[name] for name in ("id", "policy", "period", "count")}
    return {**kept, "verified": answer.status_code == 200 and found["intact"]}


def _reports(stage: Stage, faults: list[str]) -> list[str]:
    directory = stage.home.path / "reports"
    directory.mkdir(exist_ok=True)
    made = stage.read("reporting", "/reports?limit=100")["items"]
    written = []
    for policy in ("A", "B", "C", "D"):
        standing = next((one for one in made if one["policy"] == policy), None)
        report = standing or _made(stage, policy, faults)
        for kind in ("xlsx", "docx"):
            if report is None:
                break
            path = directory / f"{policy}-{report['code']}-{report['period']}.{kind}"
            path.write_bytes(_drawn(stage, "GET", f"/reports/{report['id']}?format={kind}"))
            written.append(str(path))
    return written


def _made(stage: Stage, policy: str, faults: list[str]) -> dict[str, Any] | None:
    """A report that is not due yet (policy A reports by the quarter) is made as it stands."""
    body = {"policy": policy, "period": "2024Q4"}
    answer = stage.call("reporting", "POST", "/reports", token=stage.manager(), json=body)
    if answer.status_code not in (200, 201):
        faults.append(f"report of {policy}: {answer.status_code} {answer.text[:200]}")
        return None
    return dict(answer.json())


def _drawn(stage: Stage, method: str, path: str, **arguments: Any) -> bytes:
    answer = stage.call("reporting", method, path, token=stage.manager(), **arguments)
    if answer.status_code != 200:
        raise DemoFailed(f"reporting{path}: {answer.status_code} {answer.text[:200]}")
    return bytes(answer.content)
