"""Rows of the past: their sheet shows what they say, they count by their own date, and nothing packs or times them."""

from collections.abc import Callable

from services.reporting.jobs.issue_reports import issue_reports
from services.reporting.jobs.seal_archives import seal_archives
from shared.operations.corpus.reader import load
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, houses, past, shanghai
from tests.reporting.test_archives import closed, manifests
from tests.reporting.test_forms import fill, row
from tests.reporting.test_reports import figure, report

Clock = Callable[[str], None]
ROW = load().historic[1]


def test_the_sheet_shows_the_rows_own_words(reporting: Reporting) -> None:
    life = past(result=ROW.result, note=ROW.note, owner=ROW.handler, limit=ROW.due_at)
    reporting.take(*houses(), *life.all())
    assert row(fill(reporting, life.number, form="sheet").data) == {
        "序号": "1",
        "沟通日期": ROW.received_date,
        "沟通时间": ROW.received_time,
        "沟通渠道": ROW.channel,
        "客户姓名/公司": ROW.customer,
        "客户ID": "YQ3",
        "联系方式": "[已隐去]",
        "沟通事由": "",
        "客户需求描述": "上周报的系统维护需求一直没人答复",
        "需求类型": ROW.type,
        "优先级": "",  # blank in the row, and nobody recomputes it
        "处理状态": ROW.status,
        "负责人": ROW.handler,
        "处理时限": ROW.due_at,
        "处理结果": ROW.result,
        "客户反馈": "",
        "备注": f"{ROW.note}\n关联需求：M20231002004",
    }


def test_what_is_done_here_replaces_what_the_row_said_but_for_its_limit(reporting: Reporting) -> None:
    life = past(satisfaction="rather_satisfied")
    reporting.take(*houses(), *life.all())
    assert row(fill(reporting, life.number, form="sheet").data)["客户反馈"] == "基本满意"
    done = shanghai("2026-11-25 11:00")
    life.step(
        "demand.assigned",
        handler={"staff_id": "s1", "masked_name": "赵*"},
        department="CSR",
        joining=[],
        instead_of=None,
    )
    life.completed(done, "接口已修复").confirmed(done)
    reporting.take(*life.all())
    found = row(fill(reporting, life.number, form="sheet").data)
    shown = [found[name] for name in ("负责人", "处理状态", "处理时限", "客户反馈")]
    assert shown == ["赵*", "已完成", "2023-10-10", "满意"]
    assert found["处理结果"].startswith("接口已修复")


def test_it_counts_by_its_own_date_and_no_time_is_taken(reporting: Reporting) -> None:
    life = past().completed(shanghai("2026-11-25 11:00"))
    reporting.take(*life.all())
    found = reporting.get("/analytics/overview?from=2023-10-09&to=2023-10-09").json
    assert (found["total"], found["on_time"], found["handling"]) == (1, [], [])
    assert found["by_priority"] == [{"policy": "C", "priority": "untriaged", "count": 1}]
    assert reporting.get(f"/demands/{life.number}").json["historic"]["limit"] == "2023-10-10"


def test_a_report_of_that_time_may_be_asked_for_but_is_not_due(reporting: Reporting, clock: Clock) -> None:
    life = past()
    reporting.take(*life.all())
    clock("2026-11-25 09:00")
    assert issue_reports(reporting.database, reporting.registry.books) == 0
    assert figure(report(reporting, policy="C", period="2023-10"), "types") == {"投诉": ([1, 100.0], [life.number])}


def test_what_was_closed_before_is_in_no_package(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*past(status="closed").all())
    clock("2024-12-31 20:00")
    assert seal_archives(reporting.registry) == 0, "a policy has no packages before its first demand of now"
    reporting.take(*closed("M20241009001", "2024-10-09 11:00", policy="C").all())
    assert seal_archives(reporting.registry) == 1
    assert [one["count"] for one in manifests(reporting)] == [1]


def test_what_is_closed_here_is_packed_as_any_other(reporting: Reporting, clock: Clock) -> None:
    done = shanghai("2024-10-09 11:00")
    life: Life = past().completed(done).confirmed(done).closed(done)
    reporting.take(*houses(), *life.all(), *Life("C", "9").received().triaged("inquiry").all())
    clock("2024-11-05 20:00")
    answer = reporting.post("/archives", {"policy": "C", "period": "2024-10"})
    assert answer.status_code == 202
    seal_archives(reporting.registry)
    assert [one["count"] for one in manifests(reporting)] == [1]
