"""Reports of the policies: what they say, that it stays said, and that a workbook is only data."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook
from openpyxl.xml import DEFUSEDXML

from services.reporting.domain.report_content import FIGURES, digest
from services.reporting.domain.texts import MOST_IN_CELL, cell, sheet_title
from services.reporting.jobs.issue_reports import issue_reports
from shared.clock import format_time
from shared.policies.loader import installed
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, shanghai

Clock = Callable[[str], None]


def report(reporting: Reporting, **body: Any) -> dict[str, Any]:
    answer = reporting.post("/reports", body)
    assert answer.status_code in (200, 201), answer.json
    return dict(answer.json)


def figure(found: dict[str, Any], code: str) -> dict[str, tuple[list[Any], list[str]]]:
    """First cell -> (the other cells, demand numbers) of one figure."""
    rows = next(one["rows"] for one in found["content"]["figures"] if one["code"] == code)
    return {row["cells"][0]: (row["cells"][1:], row["numbers"]) for row in rows}


def life(number: str, at: str, policy: str = "A", kind: str | None = None, **changes: Any) -> Life:
    who = {name: changes.pop(name) for name in ("customer", "company") if name in changes}
    return Life(policy, number=number, at=shanghai(at), **who).received(**changes).triaged(kind)


def test_the_quarterly_analysis_of_policy_a(reporting: Reporting, clock: Clock) -> None:
    one = life("XRQ1", "2024-10-08 14:00", kind="complaint", description="交付一拖再拖，没人处理")
    one.completed(shanghai("2024-10-08 16:00")).confirmed(shanghai("2024-10-08 17:00"), signed=True)
    two = life("XRQ2", "2024-11-01 09:00", kind="complaint", description="没有按时交付，赔偿")
    two.completed(shanghai("2024-11-01 10:00"))
    unsorted = life("XRQ3", "2024-12-31 23:59", description="麻烦看看")
    after = life("XRQ4", "2025-01-01 00:00", kind="inquiry")
    for each in (one, two, unsorted, after):
        reporting.take(*each.all())
    clock("2025-01-02 09:00")
    found = report(reporting, policy="A", period="2024Q4")
    assert (found["title"]["zh"], found["edition"]) == ("客户需求分析报告", "final")
    assert found["content"]["audience"] == ["管理层"]
    types = figure(found, "types")
    assert types == {"投诉": ([2, 66.7], ["XRQ1", "XRQ2"]), "未分类": ([1, 33.3], ["XRQ3"])}
    problems = figure(found, "top_problems")
    assert problems["投诉：交付"] == ([2, 66.7], ["XRQ1", "XRQ2"])
    assert problems["未分类"][1] == ["XRQ3"]
    assert figure(found, "average_handling_time")["合计 all"] == ([2, 1.5], ["XRQ1", "XRQ2"])
    satisfaction = figure(found, "satisfaction")
    assert satisfaction["满意"] == ([1, 100.0], ["XRQ1"])
    assert satisfaction["不满意"] == ([0, 0.0], [])
    assert satisfaction["已答复 answered"] == ([1, 50.0], ["XRQ1"])
    assert all(one["definition"]["zh"] and one["definition"]["en"] for one in found["content"]["figures"])


def test_the_monthly_report_of_policy_b_and_its_retrospective(reporting: Reporting, clock: Clock) -> None:
    moment = shanghai("2024-10-09 10:00")
    late = life("202410-CSR-001", "2024-10-08 14:00", "B", "service")
    kept, missed = late.clock("evaluation", moment), late.clock("execution", moment)
    at = format_time(moment)
    late.tell("triage", "deadlines.changed", deadlines=[{**kept, "met_at": at}, {**missed, "breached_at": at}])
    finish = format_time(moment + timedelta(days=9))
    told = {"reason": "other", "reason_label": "其他", "note": None, "before": at, "expected_finish": finish}
    late.step("demand.delayed", **told, told_at=None, channel=None, late=True, at=at)
    late.completed(moment)
    opinion = {"satisfaction": "not_satisfied", "opinion": "太慢", "at": at}
    late.tell("intake", "demand.disputed", cycle=1, **opinion)
    late.closed(moment, measure="每日同步进度")
    reporting.take(*late.all())
    clock("2024-11-05 09:00")
    found = report(reporting, policy="B", code="monthly", period="2024-10")
    assert figure(found, "count")["接收 received"] == ([1], ["202410-CSR-001"])
    rates = figure(found, "on_time_rate")
    assert rates["分析与评估"][0] == [1, 1, 100.0]
    assert rates["处理时限"][0] == [1, 0, 0.0]
    assert rates["合计 all"][0] == [2, 1, 50.0]
    assert figure(found, "satisfaction")["满意合计 satisfied"][0] == [0, 0.0]
    looked_back = report(reporting, policy="B", code="retrospective", period="2024-10")
    problems = figure(looked_back, "common_problems")
    assert set(problems) == {
        "超时 late：处理时限", "计划延期 plan off：其他", "延期告知过迟 customer told late", "客户不满意 not satisfied",
    }  # fmt: skip
    assert figure(looked_back, "improvements")["每日同步进度"] == (["202410-CSR-001", ""], ["202410-CSR-001"])


def test_the_monthly_summary_of_policy_d(reporting: Reporting, clock: Clock) -> None:
    rating = {"kind": "problem", "text": "发票开错了", "stars": None}
    source, intent = {"source": _choice("source", "展会推荐")}, {"intent": _choice("intent", "明确")}
    problem = life("YQ1-1", "2024-05-06 09:00", "D", "other", feedback=rating, customer="YQ1")
    hopeful = life("YQ2-1", "2024-05-07 09:00", "D", "cooperation", fields={**source, **intent}, customer="YQ2",
                   company="华东制造有限公司")  # fmt: skip
    for each in (problem, hopeful):
        reporting.take(*each.all())
    clock("2024-06-03 09:00")
    found = report(reporting, policy="D", code="monthly", period="2024-05")
    assert figure(found, "industries") == {"制造业": ([1, 50.0], ["YQ2-1"]), "未填写": ([1, 50.0], ["YQ1-1"])}
    assert figure(found, "feedback_problems")["问题投诉"][1] == ["YQ1-1"]
    assert len(figure(found, "improvement_plan")) == 2  # the problem, and room for more
    tiers = figure(found, "tiers")
    assert (tiers["重点跟进"][1], tiers["长期维护"][1]) == (["YQ2-1"], ["YQ1-1"])
    assert "一对一" in tiers["重点跟进"][0][2]
    assert figure(found, "sources")["来源 source：展会推荐"][1] == ["YQ2-1"]
    usage = figure(found, "field_usage")
    assert usage["客户来源"][0] == [1, 50.0]
    assert list(usage)[-1] in ("客户来源", "合作意向程度")  # the rarest first
    weekly = report(reporting, policy="D", code="weekly", period="2024-W19")
    assert figure(weekly, "count")["接收 received"][1] == ["YQ1-1", "YQ2-1"]


def test_every_section_of_every_policy_has_a_figure() -> None:
    assert {name for policy in installed().all() for one in policy.reports for name in one.sections} <= set(FIGURES)


def test_what_is_told_later_changes_nothing_in_a_report_that_stands(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*life("XRQ1", "2024-10-08 14:00", kind="inquiry").all())
    clock("2025-01-02 09:00")
    first = reporting.post("/reports", {"policy": "A", "period": "2024Q4"})
    assert first.status_code == 201
    reporting.take(*life("XRQ2", "2024-10-09 14:00", kind="inquiry").all())
    again = reporting.post("/reports", {"policy": "A", "period": "2024Q4"})
    assert (again.status_code, again.json) == (200, first.json)
    shown = reporting.get(f"/reports/{first.json['id']}", "auditor").json
    assert digest(shown["content"]) == shown["figures_sha256"]
    (event,) = reporting.published("report.issued")
    assert (event["subject"], event["figures_sha256"]) == ("period/A/2024Q4", shown["figures_sha256"])


def test_of_a_period_that_runs_there_are_editions_and_nobody_is_told(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*life("XRQ1", "2024-10-08 14:00", kind="inquiry").all())
    clock("2024-10-10 09:00")
    early = report(reporting, policy="A", period="2024Q4")
    assert early["edition"] == "2024-10-10T01:00:00Z" and "preliminary" in early["content"]["subtitle"]
    assert reporting.published("report.issued") == []
    clock("2025-01-02 09:00")
    assert report(reporting, policy="A", period="2024Q4")["edition"] == "final"


def test_reports_are_made_by_themselves_when_their_moment_comes(reporting: Reporting, clock: Clock) -> None:
    for policy, number in (("A", "XRQ1"), ("B", "202410-CSR-001"), ("D", "YQ1-1")):
        reporting.take(*life(number, "2024-10-08 14:00", policy).all())
    registry = reporting.registry

    def made(at: str) -> list[tuple[str, str, str]]:
        clock(at)
        before = {one["report_id"] for one in reporting.published("report.issued")}
        issue_reports(registry.database, registry.books)
        new = [one for one in reporting.published("report.issued") if one["report_id"] not in before]
        return [(one["policy"], one["code"], one["period"]) for one in new]

    assert made("2024-10-14 08:59") == []
    assert made("2024-10-14 09:00") == [("D", "weekly", "2024-W41")]
    assert made("2024-10-14 09:00") == []
    assert made("2024-11-01 09:00") == [("D", "weekly", "2024-W42"), ("D", "weekly", "2024-W43"),
                                        ("D", "monthly", "2024-10")]  # fmt: skip
    assert made("2024-11-05 08:59") == [("D", "weekly", "2024-W44")]
    assert made("2024-11-05 09:00") == [("B", "monthly", "2024-10"), ("B", "retrospective", "2024-10")]
    assert ("A", "quarterly", "2024Q4") in made("2025-01-02 09:00")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"policy": "Z"}, 404), ({"policy": "A", "code": "weekly"}, 404), ({"policy": "A", "period": "2024-10"}, 422),
     ({"policy": "A", "period": "2024Q5"}, 422), ({"policy": "D", "code": "weekly", "period": "2024-W54"}, 422),
     ({"policy": "A", "period": "2030Q1"}, 422), ({"policy": "A", "more": 1}, 422)],
)  # fmt: skip
def test_a_report_that_there_is_not_is_told(reporting: Reporting, clock: Clock, body: Any, status: int) -> None:
    assert reporting.post("/reports", body).status_code == status


@pytest.mark.parametrize(("role", "status"), [("staff", 403), ("auditor", 403), ("lead", 201), (None, 401)])
def test_who_may_make_reports(reporting: Reporting, clock: Clock, role: str | None, status: int) -> None:
    assert reporting.post("/reports", {"policy": "A", "period": "2024Q3"}, role).status_code == status


def test_a_workbook_holds_the_figures_the_numbers_behind_them_and_no_formula(
    reporting: Reporting, clock: Clock
) -> None:
    assert DEFUSEDXML  # openpyxl reads untrusted XML safely only with it
    nasty = '=HYPERLINK("http://x","y")\x07\ud800 ' + "长" * 40_000
    feedback = {"kind": "problem", "text": nasty.replace("\ud800", ""), "stars": None}
    reporting.take(*life("=1+1", "2024-05-06 09:00", "D", "other", feedback=feedback).all())
    clock("2024-06-03 09:00")
    made = report(reporting, policy="D", code="monthly", period="2024-05")
    answer = reporting.get(f"/reports/{made['id']}?format=xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="D-monthly-2024-05.xlsx"'
    book = load_workbook(io.BytesIO(answer.data))
    cells = [place for sheet in book for row in sheet.iter_rows() for place in row if place.value is not None]
    assert [place.coordinate for place in cells if place.data_type == "f"] == []
    texts = [place.value for place in cells if isinstance(place.value, str)]
    assert "=1+1" in texts
    (longest,) = [text for text in texts if text.startswith("=HYPERLINK")]
    assert len(longest) == MOST_IN_CELL and longest.endswith("[已截断 truncated]") and "\x07" not in longest
    first, second = book.worksheets
    assert (first.title, second.title) == ("客户信息月汇总", "需求编号 Demands")
    assert ["需求类型分布", "其他", "=1+1"] in [[place.value for place in row] for row in second.iter_rows()]
    assert any(str(place.value).startswith("口径：") for place in first["A"])


def test_a_document_holds_them_too(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*life("XRQ1", "2024-10-08 14:00", kind="inquiry", description="请问价格\x0b").all())
    clock("2025-01-02 09:00")
    made = report(reporting, policy="A", period="2024Q4")
    document = Document(io.BytesIO(reporting.get(f"/reports/{made['id']}?format=docx").data))
    cells = [place.text for table in document.tables for row in table.rows for place in row.cells]
    assert "咨询：价格" in cells and "XRQ1" in cells
    assert [one.text for one in document.paragraphs if one.style.name == "Heading 2"][:2] == [
        "需求类型分布", "高频问题 TOP5",
    ]  # fmt: skip
    assert reporting.get(f"/reports/{made['id']}?format=pdf").status_code == 422
    assert reporting.get("/reports/nothing").status_code == 404


def test_the_verb_writes_what_the_service_keeps(
    reporting: Reporting, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.cli import main

    reporting.take(*life("XRQ1", "2024-10-08 14:00", kind="inquiry").all())
    clock("2025-01-02 09:00")
    url = reporting.database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REPORTING_DATABASE_URL", url)
    out = tmp_path / "report.xlsx"
    make = ["--home", "/nowhere", "report", "make", "--policy", "A", "--period", "2024Q4", "--json"]
    done = CliRunner().invoke(main, [*make, "--out", str(out)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert reporting.get("/reports").json["items"][0]["id"] == told["id"]
    assert load_workbook(out).worksheets[0]["A1"].value == "客户需求分析报告"
    assert CliRunner().invoke(main, [*make, "--out", str(tmp_path / "x.pdf")]).exit_code == 1


def test_texts_fit_cells_and_titles() -> None:
    assert cell("a\x00b\ud83dc\r\n") == "abc\n"
    assert len(cell("😀" * 20_000).encode("utf-16-le")) // 2 <= MOST_IN_CELL
    assert sheet_title("a[b]:c*?/\\" + "d" * 40) == "a_b__c____" + "d" * 21
    assert sheet_title("''") == "_"


def _choice(field: str, label: str) -> str:
    spec = next(one for one in installed().pinned("D", "1").fields if one.code == field)
    return next((one.code for one in spec.choices if one.label.zh == label), label)
