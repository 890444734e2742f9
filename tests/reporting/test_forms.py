"""Forms as the policies print them, blank and filled: field by field, masked unless somebody may see more."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from shared.cli import main
from shared.clock import format_time
from shared.policies.loader import installed
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, houses, shanghai, story

Clock = Callable[[str], None]
NUMBER = "XRQ20241008001"


def lines(raw: bytes) -> dict[str, str]:
    """Label (without its note and star) -> what stands beside it."""
    found = {}
    for table in Document(io.BytesIO(raw)).tables:
        for row in table.rows:
            label = row.cells[0].paragraphs[0].text.rstrip("*")
            found[label] = row.cells[1].text
    return found


def worked_example() -> Life:
    """The source's own example of policy A, as far as its facts go."""
    life = Life("A", number=NUMBER, customer="YQ20241001001", company=None, name="张*", at=shanghai("2024-10-08 14:30"))
    life.received(
        description="订单系统不能批量导出带“备注”栏的 Excel，影响对账", expected_by="2024-10-15",
        order_number="20240901", fields={"contract_number": "HT-7"}, channel="hotline", channel_kind="phone",
    )  # fmt: skip
    life.triaged(None, route={"lead": "TEC", "joining": []})
    return life


def handled() -> Life:
    """The same, evaluated, planned, late, done and signed."""
    life, at = worked_example(), format_time(shanghai("2024-10-09 10:00"))
    kind = life.policy.type("suggestion")
    named = {"code": kind.code, "label": kind.label.zh, "category": kind.category}
    life.step("demand.classified", type=named, route={"lead": "TEC", "joining": ["PRD"]}, reason=None)
    life.step("demand.assigned", handler={"staff_id": "s1", "masked_name": "王*"}, department="TEC", joining=["PRD"])
    life.step("demand.evaluated", verdict="feasible", text="判定为系统缺陷", alternative=None, at=at)
    finish, moved = format_time(shanghai("2024-10-15 18:00")), format_time(shanghai("2024-10-20 18:00"))
    life.step(
        "demand.planned", text="先查原因，随版本修复", workaround="手工导出", expected_finish=finish, change=None, at=at
    )
    life.step("demand.progressed", text="已定位原因", at=at)
    told = {"note": "版本合并", "before": finish, "expected_finish": moved, "told_at": at, "channel": "phone"}
    life.step("demand.delayed", reason="technical", reason_label="技术瓶颈", **told, late=False, at=at)
    done = shanghai("2024-10-20 17:00")
    return life.completed(done, "已修复").confirmed(shanghai("2024-10-20 17:30"), signed=True)


def fill(reporting: Reporting, number: str = NUMBER, role: str = "staff", form: str = "record", **more: Any) -> Any:
    return reporting.post(f"/forms/{number}", {"form": form, **more}, role)


def test_the_record_of_policy_a_field_by_field(reporting: Reporting, clock: Clock) -> None:
    reporting.take(*houses(), *handled().all())
    answer = fill(reporting)
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert lines(answer.data) == {
        "客户名称/个人姓名": "张*",
        "联系人": "",
        "联系方式": NUMBER,
        "客户编号": "YQ20241001001",
        "历史订单号": "20240901",
        "所属行业": "",
        "客户类型": "☑新客户  ☐老客户",
        "需求编号": NUMBER,
        "需求类型": "☐咨询  ☐投诉  ☑建议  ☐定制",
        "需求描述": "订单系统不能批量导出带“备注”栏的 Excel，影响对账",
        "客户期望完成时间": "2024-10-15",
        "紧急程度": "☐紧急  ☑普通  ☐低",
        "相关附件/凭证": "",
        "合同号": "HT-7",
        "需求接收日期": "2024-10-08 14:30",
        "首位对接人": "客服部",
        "负责部门": "TEC（协作：PRD）",
        "处理人": "王*",
        "需求评估结果": "可行：判定为系统缺陷",
        "处理方案": "先查原因，随版本修复\n临时方案：手工导出",
        "处理进度": "☐待处理  ☐处理中  ☑已完成  ☐已关闭",
        "进度说明": "2024-10-09 10:00 已定位原因",
        "预计完成时间": "2024-10-20 18:00",
        "延期原因": "技术瓶颈（版本合并）：2024-10-15 18:00 → 2024-10-20 18:00",
        "反馈结果": "已修复\n后续步骤：已开通权限",
        "后续步骤": "已开通权限",
        "是否满意": "☑满意  ☐不满意",
        "客户签字/确认": "客户已电子确认 2024-10-20 17:30",
    }
    assert Document(io.BytesIO(answer.data)).paragraphs[0].text == "客户需求信息记录表"
    assert reporting.vault.asked == []


def test_what_is_not_known_yet_stays_empty_and_unticked(reporting: Reporting) -> None:
    reporting.take(*worked_example().all())
    found = lines(fill(reporting).data)
    assert found["需求类型"] == "☐咨询  ☐投诉  ☐建议  ☐定制"
    assert found["处理进度"] == "☑待处理  ☐处理中  ☐已完成  ☐已关闭"
    assert [name for name, text in found.items() if not text] == [
        "联系人", "所属行业", "相关附件/凭证", "处理人", "需求评估结果", "处理方案", "进度说明", "预计完成时间",
        "延期原因", "反馈结果", "后续步骤", "客户签字/确认",
    ]  # fmt: skip


def test_waiting_for_the_customer_is_ticked_as_being_handled(reporting: Reporting) -> None:
    life = worked_example()
    asked = {"missing": ["occurred_at"], "vague": [], "text": None, "at": format_time(life.at)}
    reporting.take(*life.step("supplement.requested", "waiting", **asked).all())
    assert lines(fill(reporting).data)["处理进度"] == "☐待处理  ☑处理中  ☐已完成  ☐已关闭"


def test_an_unmasked_form_is_for_some_and_on_the_record(
    reporting: Reporting, capsys: pytest.CaptureFixture[str]
) -> None:
    reporting.vault.know("YQ20241001001", "张先生", phone="13800005678")
    reporting.take(*worked_example().all())
    assert fill(reporting, role="staff", unmasked=True).status_code == 403
    assert reporting.vault.asked == []
    found = lines(fill(reporting, role="lead", unmasked=True).data)
    assert (found["客户名称/个人姓名"], found["联系方式"]) == (
        "张先生",
        NUMBER,
    )  # policy A: never a phone on the record
    assert reporting.vault.asked == [("YQ20241001001", "form")]
    said = capsys.readouterr().out
    assert "form_filled_unmasked" in said and "张先生" not in said and "13800005678" not in said


def test_where_the_policy_wants_contacts_they_are_opened_only_when_asked_for(reporting: Reporting) -> None:
    reporting.vault.know("YQ9", "陈先生", phone="13800005678")
    fields = {"symptom": "断线", "goal": "稳定", "background": "产线停工"}
    life = Life("B", number="202410-CSR-001", customer="YQ9", name="陈*").received(fields=fields, urgency="urgent")
    reporting.take(*life.triaged("service").all())
    masked = lines(fill(reporting, "202410-CSR-001").data)
    assert (masked["联系人"], masked["联系方式"], masked["问题现象"]) == ("陈*", "[已隐去]", "断线")
    assert masked["紧急程度"] == "☑紧急  ☐一般  ☐非紧急"
    opened = lines(fill(reporting, "202410-CSR-001", "manager", unmasked=True).data)
    assert (opened["联系人"], opened["联系方式"]) == ("陈先生", "13800005678")


def test_while_intake_is_away_nothing_is_opened(reporting: Reporting) -> None:
    reporting.vault.down = True
    reporting.take(*worked_example().all())
    assert fill(reporting, role="lead", unmasked=True).status_code == 503
    assert fill(reporting, role="lead").status_code == 200


def test_the_form_of_a_change_says_what_who_and_when(reporting: Reporting) -> None:
    life, at = Life("B", number="202410-CSR-002", at=shanghai("2024-10-08 14:30")), "2024-10-08T08:00:00Z"
    life.received().triaged("tech_inquiry")
    finish, later = "2024-10-09T04:00:00Z", "2024-10-14T10:00:00Z"
    life.step("demand.planned", text="远程回退固件", workaround=None, expected_finish=finish, change=None, at=at)
    named = {"change": "c-1", "change_number": 1, "at": at}
    asked = {"what": "改为更换模块", "reason": "固件无法修复", "plan": "更换通信模块", "expected_finish": later}
    cost = {"amount": 1200.0, "currency": "CNY"}
    life.step("change.requested", **named, **asked, before=finish, cost=cost, approved_by=["customer"])
    life.tell("intake", "change.confirmed", change="c-1", opinion=None, at=at)
    life.step("change.approved", **named, party="department_lead", reason=None)
    life.step("change.decided", **named, verdict="approved", party="department_lead", reason=None)
    plan = {"workaround": None, "expected_finish": later, "change": "c-1", "at": at}
    reporting.take(*houses(), *life.step("demand.planned", text="更换通信模块", **plan).all())
    assert lines(fill(reporting, "202410-CSR-002", form="change").data) == {
        "需求编号": "202410-CSR-002",
        "原方案": "远程回退固件",
        "变更内容与原因": "改为更换模块\n原因：固件无法修复\n新方案：更换通信模块\n费用：1200.00 CNY",
        "预计完成时间": "2024-10-14 18:00",
        "客户确认": "客户同意 2024-10-08 16:00",
        "部门负责人审批": "部门负责人批准：赵* 2024-10-08 16:00\n变更生效 2024-10-08 16:00",
        "备注": "",
    }


def row(raw: bytes) -> dict[str, str]:
    """Column -> what stands in the one row of a sheet."""
    (table,) = Document(io.BytesIO(raw)).tables
    head, cells = ([cell.text for cell in one.cells] for one in table.rows)
    return dict(zip(head, cells, strict=True))


def test_the_sheet_of_policy_c_is_a_row(reporting: Reporting) -> None:
    reporting.take(*houses(), *story("1").all())
    assert row(fill(reporting, "M1", form="sheet").data) == {
        "序号": "1",
        "沟通日期": "2026-11-24",
        "沟通时间": "00:30",
        "沟通渠道": "web",  # no channel of the policy is of this kind
        "客户姓名/公司": "王*",
        "客户ID": "YQ1",
        "联系方式": "[已隐去]",
        "沟通事由": "",
        "客户需求描述": "想知道何时送达\n单号见附",
        "需求类型": "投诉",
        "优先级": "中",
        "处理状态": "已关闭",
        "负责人": "赵*",
        "处理时限": "2026-11-24 04:30",  # no resolution clock is left: the response's
        "处理结果": "已重新处理\n后续步骤：已开通权限",
        "客户反馈": "满意",
        "备注": "",
    }


def test_the_limit_of_the_sheet_is_the_resolution_where_there_is_one(reporting: Reporting) -> None:
    life = Life("C", "1", company="某科技公司").received(subject="物流", channel_kind="chat")
    clocks = [
        life.clock("first_response", shanghai("2026-11-24 13:00")),
        life.clock("resolution", shanghai("2026-11-27 10:00")),
    ]
    reporting.take(*life.triaged("complaint", priority="high", deadlines=clocks).all())
    found = row(fill(reporting, "M1", form="sheet").data)
    assert (found["处理时限"], found["客户姓名/公司"], found["沟通渠道"]) == (
        "2026-11-27 10:00",
        "某科技公司",
        "在线客服",
    )
    assert (found["沟通事由"], found["优先级"]) == ("物流", "高")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [(NUMBER, {"form": "none"}, 404), ("nothing", {"form": "record"}, 404), (NUMBER, {}, 422),
     (NUMBER, {"form": "record", "more": 1}, 422)],
)  # fmt: skip
def test_a_form_that_there_is_not_is_told(reporting: Reporting, path: str, body: Any, status: int) -> None:
    reporting.take(*worked_example().all())
    assert reporting.post(f"/forms/{path}", body).status_code == status


@pytest.mark.parametrize(("department", "status"), [("TEC", 200), ("CSR", 200), ("SAL", 404)])
def test_whoever_has_a_department_fills_its_demands_only(reporting: Reporting, department: str, status: int) -> None:
    reporting.take(*worked_example().all())
    assert reporting.post(f"/forms/{NUMBER}", {"form": "record"}, "staff", department).status_code == status


def test_verbs_write_forms(reporting: Reporting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reporting.take(*worked_example().all())
    out = tmp_path / "form.docx"
    blank = ["form", "blank", "--policy", "A", "--form", "record", "--out", str(out)]
    assert CliRunner().invoke(main, ["--home", "/nowhere", *blank]).exit_code == 0
    assert lines(out.read_bytes())["需求类型"] == "☐咨询  ☐投诉  ☐建议  ☐定制"
    assert not lines(out.read_bytes())["需求编号"]
    url = reporting.database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("REPORTING_DATABASE_URL", url)
    filled = ["form", "fill", NUMBER, "--form", "record", "--out", str(out)]
    assert CliRunner().invoke(main, ["--home", "/nowhere", *filled]).exit_code == 0
    assert lines(out.read_bytes())["需求编号"] == NUMBER
    unknown = ["form", "fill", "XRQ0", "--form", "record", "--out", str(out)]
    assert CliRunner().invoke(main, ["--home", "/nowhere", *unknown]).exit_code == 1


def test_every_form_of_every_policy_can_be_drawn(tmp_path: Path) -> None:
    from services.reporting.usecases.fill_form import blank_form

    for policy in installed().all():
        for form in policy.forms:
            drawn = Document(io.BytesIO(blank_form(policy, form.code)))
            items = [item for area in form.areas for item in area.items]
            assert sum(len(table.rows if form.layout == "record" else table.columns) for table in drawn.tables) == len(
                items
            )
