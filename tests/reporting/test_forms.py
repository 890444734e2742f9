"""Forms as the policies print them, blank and filled: field by field, masked unless somebody may see more."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document

from shared.auth import sign_token
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
    life.step(
        "demand.assigned",
        handler={"staff_id": "s1", "masked_name": "王*"},
        department="TEC",
        joining=["PRD"],
        instead_of=None,
    )
    life.evaluated("判定为系统缺陷", at)
    finish, moved = format_time(shanghai("2024-10-15 18:00")), format_time(shanghai("2024-10-20 18:00"))
    life.planned("先查原因，随版本修复", finish, at, workaround="手工导出", later_iteration="下季度改为流式导出")
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
        "处理方案": "先查原因，随版本修复\n临时方案：手工导出\n后续迭代：下季度改为流式导出",
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
    life.planned("远程回退固件", finish, at)
    named = {"change": "c-1", "change_number": 1, "at": at}
    asked = {"what": "改为更换模块", "reason": "固件无法修复", "plan": "更换通信模块", "expected_finish": later}
    cost = {"amount": 1200.0, "currency": "CNY"}
    life.step("change.requested", **named, **asked, before=finish, cost=cost, approved_by=["customer"])
    life.tell("intake", "change.confirmed", change="c-1", opinion=None, at=at)
    life.step("change.approved", **named, party="department_lead", reason=None)
    life.step("change.decided", **named, verdict="approved", party="department_lead", reason=None)
    reporting.take(*houses(), *life.planned("更换通信模块", later, at, change="c-1").all())
    assert lines(fill(reporting, "202410-CSR-002", form="change").data) == {
        "需求编号": "202410-CSR-002",
        "原方案": "远程回退固件",
        "变更内容与原因": "改为更换模块\n原因：固件无法修复\n新方案：更换通信模块\n费用：1200.00 CNY",
        "预计完成时间": "2024-10-14 18:00",
        "客户确认": "客户同意 2024-10-08 16:00",
        "部门负责人审批": "部门负责人批准：赵* 2024-10-08 16:00\n变更生效 2024-10-08 16:00",
        "备注": "",
    }


def test_the_form_of_policy_d_names_the_owner_and_each_follow_up(reporting: Reporting) -> None:
    life = Life("D", number="YQ20241008001-1", at=shanghai("2024-10-08 14:30")).received().triaged("custom_service")
    handler = {"staff_id": "s1", "masked_name": "王*"}
    life.step("demand.assigned", handler=handler, department="SAL", joining=[], instead_of=None)
    life.step("demand.progressed", text="已寄样品", at=format_time(shanghai("2024-10-09 09:15")))
    life.communicated(shanghai("2024-10-08 16:05"))
    reporting.take(*houses(), *life.all())
    filled = lines(fill(reporting, "YQ20241008001-1", form="unified").data)
    assert filled["负责人"] == "王*"
    assert filled["跟进时间"] == "2024-10-08 16:05\n2024-10-09 09:15"


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


def worked_on() -> Life:
    """A demand under B with all that its evaluation, its plan, its tasks and its log may say."""
    life = Life("B", number="202410-CSR-001", company="银杏里物流", at=shanghai("2024-10-08 14:30")).received()
    life.triaged("feature", route={"lead": "CSR", "joining": ["TEC"]})
    at = [format_time(shanghai(f"2024-10-0{day} 10:00")) for day in (8, 9)]
    finish = format_time(shanghai("2024-10-14 12:00"))
    counts = {"technical": {"verdict": "partly", "note": "打印服务需升级"}, "strategy": None, "resources": None}
    need = {"people": 1, "hours": 16.0, "budget": None, "lacking": None}
    life.evaluated("两人日", at[0], verdict="partly", overall="partly", feasibility=counts, resources=need)
    no = {"explanation": "传真网关已停", "alternative": "热敏打印机", "department": "CSR", "verdict": "infeasible"}
    short = {"people": None, "hours": None, "budget": 5000.5, "lacking": "缺一名工程师"}
    life.evaluated("与路线图不一致", at[0], overall="infeasible", resources=short, **no)
    quotation = {"amount": 12000.0, "currency": "CNY", "note": "含培训"}
    life.planned("先灰度", finish, at[0], solution="规则引擎", process="现场培训", quotation=quotation)
    first, second = life.task(at=at[0]), life.task("T2", at=at[0], title="打印", department="TEC", depends_on=["T1"])
    life.tasks(first, second, at=at[0])
    life.tasks({**first, "state": "in_progress", "percent": 40}, at=at[1], change="progressed", text="联调中")
    life.step("demand.progressed", text="已约客户", at=format_time(shanghai("2024-10-09 11:00")))
    noon = format_time(shanghai("2024-10-09 12:00"))
    blocked = {"reason": "resources", "reason_label": "资源延迟", "note": "等到货", "task": "T2"}
    life.step("demand.blocked", **blocked, occurred_at=at[1], at=noon)
    life.step("demand.unblocked", note="到货了", occurred_at=at[1], at=format_time(shanghai("2024-10-09 13:00")))
    later = format_time(shanghai("2024-10-15 12:00"))
    told = {"note": None, "before": finish, "expected_finish": later, "told_at": None, "channel": None, "late": False}
    late = format_time(shanghai("2024-10-09 14:00"))
    return life.step("demand.delayed", reason="other", reason_label="其他", **told, at=late)


def rows(raw: bytes) -> list[list[str]]:
    """All rows of a sheet, the head first."""
    (table,) = Document(io.BytesIO(raw)).tables
    return [[cell.text for cell in one.cells] for one in table.rows]


def test_b_the_evaluation_and_plan_field_by_field(reporting: Reporting) -> None:
    reporting.take(*houses(), *worked_on().all())
    assert lines(fill(reporting, "202410-CSR-001", form="evaluation").data) == {
        "需求编号": "202410-CSR-001",
        "参与部门": "客服部（协作：TEC）",
        "可行性（技术难度、产品战略契合度、资源）": "TEC：部分可行：两人日\n技术难度：部分满足（打印服务需升级）\n"
        "客服部：不可行：与路线图不一致\n替代方案：热敏打印机",
        "优先级": "☐高 P0  ☑中 P1  ☐低 P2",
        "所需资源（人员、时间、预算）": "TEC：人员 1 人，时间 16 小时\n客服部：预算 5000.5 元，缺少：缺一名工程师",
        "技术方案、服务流程": "先灰度\n技术方案：规则引擎\n服务流程：现场培训",
        "报价": "12000 CNY（含培训）",
        "不可行时：解释话术与替代方案": "传真网关已停；热敏打印机",
        "任务（负责人、起止时间、交付标准）": "T1 规则配置：钱*，2026-11-24 至 2026-11-25，灰度一天无错贴\n"
        "T2 打印：钱*，2026-11-24 至 2026-11-25，灰度一天无错贴",
        "预计完成时间": "2024-10-15 12:00",
    }


def test_b_the_record_of_dispatched_tasks_has_a_row_for_each(reporting: Reporting) -> None:
    reporting.take(*houses(), *worked_on().all())
    head, *found = rows(fill(reporting, "202410-CSR-001", form="tasks").data)
    assert head == [
        "序号", "需求编号", "任务编号", "任务", "负责人", "开始日期", "结束日期", "交付标准", "前置任务", "派发时间",
        "派发部门", "状态",
    ]  # fmt: skip
    days = ["2026-11-24", "2026-11-25", "灰度一天无错贴"]
    assert found == [
        ["1", "202410-CSR-001", "T1", "规则配置", "钱*", *days, "", "2024-10-08 10:00", "客服部", "进行中 40%"],
        ["2", "202410-CSR-001", "T2", "打印", "钱*", *days, "T1", "2024-10-08 10:00", "TEC", "未开始"],
    ]


def test_b_the_log_of_progress_has_a_row_for_all_that_went_on(reporting: Reporting) -> None:
    reporting.take(*houses(), *worked_on().all())
    head, *found = rows(fill(reporting, "202410-CSR-001", form="progress_log").data)
    assert head == ["序号", "需求编号", "时间", "更新人", "类别", "任务编号", "内容"]
    assert [one[2:] for one in found] == [
        ["2024-10-09 10:00", "赵*", "任务进展", "T1", "进行中 40%；联调中"],
        ["2024-10-09 11:00", "赵*", "进度", "", "已约客户"],
        ["2024-10-09 12:00", "赵*", "受阻", "T2", "资源延迟（2024-10-09 10:00 发生）；等到货"],
        ["2024-10-09 13:00", "赵*", "解除受阻", "T2", "到货了"],
        ["2024-10-09 14:00", "赵*", "延期", "", "其他；改为 2024-10-15 12:00"],
    ]


@pytest.mark.parametrize("form", ["tasks", "progress_log"])
def test_b_a_list_of_nothing_has_one_empty_row(reporting: Reporting, form: str) -> None:
    reporting.take(*Life("B", number="202410-CSR-001").received().triaged("feature").all())
    head, *found = rows(fill(reporting, "202410-CSR-001", form=form).data)
    assert found == [[""] * len(head)]


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
    assert CliRunner().invoke(main, ["--home", "/nowhere", *blank, "--language", "en"]).exit_code == 0
    assert "Demand number" in lines(out.read_bytes())
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


def test_a_blank_form_is_downloaded_as_the_policy_prints_it(reporting: Reporting) -> None:
    answer = reporting.get("/forms/blank?policy=A&form=record", "staff")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith('filename="A-record.docx"')
    found = lines(answer.data)
    assert found["客户编号"] == "" and found["紧急程度"] == "☐紧急  ☐普通  ☐低"
    assert lines(reporting.get("/forms/blank?policy=A&version=1&form=record", "lead").data) == found
    token = sign_token(
        reporting.signing_key, issuer="triage", audience="reporting", claims={"sub": "triage", "kind": "service"},
        lifetime=timedelta(minutes=1),
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    refused = reporting.app.test_client().get("/reporting/api/v1/forms/blank?policy=A&form=record", headers=headers)
    assert refused.status_code == 403, "of the services, only the notifier sends forms"


def noted(raw: bytes) -> dict[str, list[str]]:
    """Label -> what stands below it, of a form with one record."""
    rows = [row.cells[0].text.split("\n") for table in Document(io.BytesIO(raw)).tables for row in table.rows]
    return {label: notes for label, *notes in rows}


def test_a_blank_form_says_which_questions_are_for_some_only(reporting: Reporting) -> None:
    blank = noted(reporting.get("/forms/blank?policy=D&form=unified", "staff").data)
    assert blank["公司名称*"] == ["仅当“客户类型”选“企业”时填写"]
    assert blank["满意度星级"] == ["仅当“反馈类型”选“满意度评价”时填写；5 星为非常满意"]
    care = noted(reporting.get("/forms/blank?policy=D&form=after_sales", "staff").data)
    assert care["需求描述*"] == ["仅当“反馈类型”选“意见建议”或“问题投诉”时填写"]


def test_a_blank_form_is_drawn_in_english_too(reporting: Reporting) -> None:
    raw = reporting.get("/forms/blank?policy=D&form=unified&language=en", "staff").data
    blank = lines(raw)
    assert blank["Kind of customer"] == "☐Person  ☐Company"
    assert noted(raw)["Company*"] == ["Only if “Kind of customer” is “Company”"]
    text = "\n".join(one.text for one in Document(io.BytesIO(raw)).paragraphs)
    assert "Note: " in text and "注：" not in text
    assert reporting.get("/forms/blank?policy=D&form=unified&language=fr", "staff").status_code == 422


def test_a_filled_form_names_the_kind_of_customer(reporting: Reporting) -> None:
    life = Life("D", number="YQ20241008001-1", at=shanghai("2024-10-08 14:30")).received().triaged("custom_service")
    reporting.take(*houses(), *life.all())
    filled = fill(reporting, "YQ20241008001-1", form="unified").data
    assert lines(filled)["客户类型"] == "☑个人  ☐企业" and noted(filled)["公司名称*"] == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("policy=A&form=nothing", 404, "form-unknown"),
        ("policy=Z&form=record", 404, "policy-unknown"),
        ("policy=A&version=99&form=record", 409, "version-unknown"),
        ("policy=A", 422, "validation-failed"),
        ("policy=A&form=record&more=1", 422, "validation-failed"),
    ],
)
def test_blank_forms_that_nobody_has(reporting: Reporting, query: str, status: int, code: str) -> None:
    answer = reporting.get(f"/forms/blank?{query}", "staff")
    assert (answer.status_code, answer.json["code"]) == (status, code)
