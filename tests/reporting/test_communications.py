"""Talks with the customer: the latest version stands, all are kept, and policy C's sheet has a row for each."""

import io
import json
from collections.abc import Callable
from pathlib import Path

from docx import Document

from services.reporting.jobs.seal_archives import seal_archives
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, houses, shanghai

Clock = Callable[[str], None]
FULL = {
    "channel": "chat", "direction": "inbound", "words": "还没有收到货", "summary": "客户要求回电", "answered": False,
    "mood": "anxious", "subject": "物流", "order_number": "20231008001", "product": "KX-200", "people": ["李*"],
    "events": ["暴雨"], "service_opinion": "上次答复很快", "wishes": "24小时内回复", "earlier_number": "M20231002004",
    "attachments": [{"reference": "oa/7.png", "label": "错误截图"}, {"reference": "oa/8.png", "label": None}],
}  # fmt: skip


def life() -> Life:
    """A demand under C with two talks, the earlier of them recorded later, the other corrected once."""
    found = Life("C", "1", company="某科技公司", at=shanghai("2026-11-24 10:00"))
    found.received(subject="物流", channel_kind="phone").triaged("complaint", priority="high")
    found.communicated(shanghai("2026-11-25 09:30"), "k1", words="已告知延误")
    found.communicated(shanghai("2026-11-24 16:45"), "k2", **FULL)
    return found.communicated(shanghai("2026-11-25 09:31"), "k1", 2, words="已告知延误，预计明日送达")


def sheet(raw: bytes) -> list[dict[str, str]]:
    """The rows of a sheet, by column."""
    (table,) = Document(io.BytesIO(raw)).tables
    head, *rows = ([cell.text for cell in one.cells] for one in table.rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_latest_version_stands_and_the_former_are_kept(reporting: Reporting) -> None:
    reporting.take(*houses(), *life().all())
    first, second = reporting.get("/demands/M1").json["communications"]
    assert (first["communication_id"], first["occurred_at"], first["former"]) == ("k2", "2026-11-24T08:45:00Z", [])
    assert {name: first[name] for name in FULL} == FULL
    assert (second["version"], second["words"]) == (2, "已告知延误，预计明日送达")
    assert [(one["version"], one["words"]) for one in second["former"]] == [(1, "已告知延误")]


def test_the_sheet_of_policy_c_has_a_row_for_each_talk(reporting: Reporting) -> None:
    reporting.take(*houses(), *life().all())
    answer = reporting.post("/forms/M1", {"form": "sheet"}, "staff")
    rows = sheet(answer.data)
    assert [list(row.values())[:4] for row in rows] == [
        ["1", "2026-11-24", "10:00", "电话"],
        ["2", "2026-11-24", "16:45", "在线客服"],
        ["3", "2026-11-25", "09:31", "电话"],
    ]
    assert [len(row) for row in rows] == [17] * 3
    assert rows[1] == {
        "序号": "2", "沟通日期": "2026-11-24", "沟通时间": "16:45", "沟通渠道": "在线客服",
        "客户姓名/公司": "某科技公司", "客户ID": "YQ1", "联系方式": "[已隐去]", "沟通事由": "物流",
        "客户需求描述": "还没有收到货\n客户要求回电", "需求类型": "投诉", "优先级": "高", "处理状态": "待处理",
        "负责人": "", "处理时限": "", "处理结果": "", "客户反馈": "",
        "备注": "情绪：焦急\n以往服务评价：上次答复很快\n特殊要求：24小时内回复\n订单号：20231008001\n产品：KX-200\n"
        "相关人员：李*\n相关事件：暴雨\n附件：错误截图、oa/8.png\n关联需求：M20231002004",
    }  # fmt: skip
    assert rows[2]["客户需求描述"] == "已告知延误，预计明日送达" and rows[2]["备注"] == ""


def test_a_record_form_stays_one_page_whatever_was_said(reporting: Reporting) -> None:
    found = Life("A", "1", at=shanghai("2026-11-24 10:00")).received(description="不能批量导出").triaged()
    reporting.take(*found.communicated(shanghai("2026-11-24 11:00"), words="已告知").all())
    raw = reporting.post("/forms/M1", {"form": "record"}, "staff").data
    text = "".join(cell.text for table in Document(io.BytesIO(raw)).tables for cell in table._cells)
    assert "不能批量导出" in text and "已告知" not in text


def test_the_archive_of_a_demand_holds_its_talks_with_all_their_versions(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*houses(), *life().closed(shanghai("2026-11-26 10:00")).all())
    clock("2026-12-05 12:00")
    assert seal_archives(reporting.registry) >= 1
    (path,) = (one for one in Path(reporting.root).rglob("*.json") if one.name != "manifest.json")
    said = json.loads(path.read_text("utf-8"))["communications"]
    assert [(one["at"], one["channel"], one["by"]) for one in said] == [
        ("2026-11-24T08:45:00Z", "chat", "赵*"), ("2026-11-25T01:31:00Z", "phone", "赵*")
    ]  # fmt: skip
    assert said[1]["words"] == "已告知延误，预计明日送达" and said[1]["former"][0]["words"] == "已告知延误"
    (drawn,) = Path(reporting.root).rglob("*.docx")
    assert len(sheet(drawn.read_bytes())) == 3
