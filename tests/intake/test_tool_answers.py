"""Answers of form tools (腾讯问卷, 金数据), from the files they export: matched, taken in once, warned of."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from sqlalchemy import func, select

from services.intake.child_tables import Consent
from services.intake.gateways import answer_files
from services.intake.tables import Demand
from shared.cli import main
from tests.intake.conftest import MASTER, PEPPER, Intake
from tests.intake.policies import released

HEADER = [
    "编号", "提交时间", "1. 姓名（必填）", "*联系方式", "公司名称", "需求类型", "需求描述", "期望交付时间", "预算范围",
    "合作意向程度", "反馈类型", "满意度星级", "您从哪里知道我们", "我已阅读并同意个人信息处理告知",
]  # fmt: skip
TEXT = "想了解贵司数据平台 50 用户版的年费和私有化部署条件"
GOOD = [
    "17", "2024-10-08 14:30:20", "王小明", "13912345678", "某科技公司", "产品咨询", TEXT, "2024/10/15", "1-5万",
    "明确", "满意度评价", "5星", "朋友", "是",
]  # fmt: skip


def with_(**changes: str) -> list[str]:
    """The good row with cells changed, by a part of their title."""
    row = list(GOOD)
    for part, value in changes.items():
        row[next(place for place, title in enumerate(HEADER) if part in title)] = value
    return row


OTHER = with_(编号="18", 姓名="李娜", 联系方式="13800138000", 公司名称="", 同意="")


def in_csv(*rows: Sequence[str], encoding: str = "utf-8", header: Sequence[str] = tuple(HEADER)) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def in_xlsx(*rows: Sequence[Any]) -> bytes:
    book, raw = Workbook(), io.BytesIO()
    for one in [HEADER, *rows]:
        book.active.append(list(one))
    book.save(raw)
    return raw.getvalue()


@pytest.fixture
def tool(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake under the released policies, with a channel for a form tool."""
    intake = make_intake(database_url, released())
    intake.add_channel("tool", kind="form", policy="D", form="unified")
    return intake


def send(intake: Intake, raw: bytes, query: str = "channel=tool", role: str = "staff", **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return intake.client().post(
        f"/intake/api/v1/answers?{query}",
        data={"file": (io.BytesIO(raw), "answers.csv")},
        headers={"Authorization": f"Bearer {intake.staff(role)}", **given},
    )


def outcomes(told: Any) -> list[str]:
    return [one["outcome"] for one in told["rows"]]


def places(told: Any, row: int = 0) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in told["rows"][row]["problem"].get("errors", ())]


def count(intake: Intake, table: Any = Demand) -> int:
    with intake.database.read() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_row_becomes_the_demand_that_was_meant(tool: Intake) -> None:
    answer = send(tool, in_csv(GOOD))
    assert answer.status_code == 201
    told = answer.json
    assert (told["accepted"], told["known"], told["refused"], told["form"]) == (1, 0, 0, "unified")
    assert told["ignored"] == ["您从哪里知道我们"]
    assert "删除" in told["warning"]
    (event,) = [one.data for one in tool.told("demand.received")]
    assert (event["number"], event["channel"], event["channel_kind"]) == (told["rows"][0]["number"], "tool", "form")
    assert event["occurred_at"] == "2024-10-08T06:30:20Z"
    assert (event["type"], event["expected_by"], event["description"]) == ("product_inquiry", "2024-10-15", TEXT)
    assert event["fields"] == {"budget": "10k_50k", "intent": "clear"}
    assert event["feedback"] == {"kind": "rating", "text": None, "stars": 5}
    assert (event["customer"]["company_name"], event["quality"]) == ("某科技公司", {"vague": [], "missing": []})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_of_the_tools(tool: Intake, encoding: str) -> None:
    assert send(tool, in_csv(GOOD, OTHER, encoding=encoding)).json["accepted"] == 2


def test_a_workbook_with_numbers_and_dates_for_texts(tool: Intake) -> None:
    row: list[Any] = list(with_())
    row[0], row[3] = 17, 13912345678.0
    row[1], row[7] = datetime.fromisoformat("2024-10-08 14:30:20"), datetime.fromisoformat("2024-10-15")
    assert send(tool, in_xlsx(row)).json["accepted"] == 1
    (event,) = [one.data for one in tool.told("demand.received")]
    assert (event["occurred_at"], event["expected_by"]) == ("2024-10-08T06:30:20Z", "2024-10-15")
    assert event["reachable_by"] == ["phone"] and event["quality"]["missing"] == []
    assert send(tool, in_csv(GOOD)).json["known"] == 1  # the same answer, exported otherwise


def test_the_same_row_again_is_known_and_a_changed_one_is_refused(tool: Intake) -> None:
    first = send(tool, in_csv(GOOD)).json
    again = send(tool, in_csv(OTHER, GOOD)).json
    assert outcomes(again) == ["accepted", "known"]
    assert again["rows"][1]["number"] == first["rows"][0]["number"]
    changed = send(tool, in_csv(with_(描述="还想要一次产品演示，下周三下午"))).json
    assert (outcomes(changed), changed["rows"][0]["problem"]["code"]) == (["refused"], "answer-changed")
    assert count(tool) == 2


def test_without_serial_numbers_the_content_tells_rows_apart(tool: Intake) -> None:
    raw = in_csv(GOOD[1:], GOOD[1:], header=HEADER[1:])
    assert outcomes(send(tool, raw).json) == ["accepted", "known"]
    assert send(tool, raw).json["known"] == 2


def test_two_forms_of_a_channel_count_their_answers_apart(tool: Intake) -> None:
    assert send(tool, in_csv(GOOD)).json["accepted"] == 1
    assert send(tool, in_csv(GOOD), "channel=tool&form=new_customer").json["accepted"] == 1


def test_what_is_missing_or_cannot_be_read_starts_the_supplement_loop(tool: Intake) -> None:
    told = send(
        tool, in_csv(with_(需求描述="", 反馈类型="意见建议"), with_(编号="18", 联系方式="123", 需求类型="随便"))
    ).json
    assert outcomes(told) == ["accepted", "accepted"]
    missing = [one.data["quality"]["missing"] for one in tool.told("demand.received")]
    assert missing == [["description"], ["customer.phone", "type"]]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"提交时间": "昨天"}, ("/occurred_at", "moment")),
        ({"姓名": "王" * 101}, ("/customer/name", "length")),
        ({"姓名": "王\x00"}, ("/customer/name", "unsafe")),
    ],
)
def test_a_refused_row_says_where_and_hurts_no_other(tool: Intake, changes: dict[str, str], place: Any) -> None:
    told = send(tool, in_csv(with_(**changes), OTHER)).json
    assert (outcomes(told), places(told)) == (["refused", "accepted"], [place])
    assert [one["row"] for one in told["rows"]] == [2, 3]


def test_consent_is_kept_where_the_file_says_so_and_nowhere_else(tool: Intake) -> None:
    send(tool, in_csv(GOOD, OTHER, with_(编号="19", 联系方式="13700137000", 同意="不同意")))
    with tool.database.read() as session:
        (kept,) = session.execute(select(Consent)).scalars()
        assert (kept.purpose, kept.channel, kept.at.isoformat()) == ("unified", "tool", "2024-10-08T06:30:20+00:00")


def test_a_rehearsal_keeps_nothing(tool: Intake) -> None:
    send(tool, in_csv(OTHER))
    answer = send(tool, in_csv(GOOD, OTHER, GOOD, with_(编号="20", 提交时间="?")), "channel=tool&dry_run=true")
    assert answer.status_code == 200
    assert outcomes(answer.json) == ["accepted", "known", "known", "refused"]
    assert count(tool) == 1 and count(tool, Consent) == 0


def test_one_customer_twice_in_a_file_is_one_customer(tool: Intake) -> None:
    send(tool, in_csv(GOOD, with_(编号="18", 需求描述="另有一项：能否按部门拆分账单并每月导出")))
    first, second = (one.data["customer"]["number"] for one in tool.told("demand.received"))
    assert first == second


def test_a_line_for_company_or_person_is_a_persons_name(tool: Intake) -> None:
    tool.add_channel("tool-a", kind="form", policy="A", form="record")
    header = ["客户名称/个人姓名", "联系方式", "需求描述"]
    raw = in_csv(["欧阳金丝雀", "canary@example.cn", TEXT], header=header)
    assert send(tool, raw, "channel=tool-a").json["ignored"] == []
    (event,) = [one.data for one in tool.told("demand.received")]
    assert (event["customer"]["masked_name"], event["customer"]["company_name"]) == ("欧*", None)
    assert event["reachable_by"] == ["email"]


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(tool: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_files, "_MOST_UNPACKED", 1000)
    answer = send(tool, in_xlsx(GOOD))
    assert (answer.status_code, answer.json["code"]) == (413, "answers-too-large")


def test_an_idempotency_key_gives_the_same_answer(tool: Intake) -> None:
    first, again = (send(tool, in_csv(GOOD), Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert send(tool, in_csv(OTHER), Idempotency_Key="k").status_code == 422
    assert count(tool) == 1


@pytest.mark.parametrize(
    ("raw", "query", "status", "code"),
    [
        (b"\xff\xff\xff", "channel=tool", 422, "file-unreadable"),
        (b"PK\x03\x04nothing", "channel=tool", 422, "file-unreadable"),
        (b"\xd0\xcf\x11\xe0", "channel=tool", 422, "file-unreadable"),
        (b"", "channel=tool", 422, "file-unreadable"),
        ("甲,乙\n1,2\n".encode(), "channel=tool", 422, "validation-failed"),
        (in_csv(GOOD), "channel=nobody", 422, "validation-failed"),
        (in_csv(GOOD), "channel=tool&form=sheet", 422, "validation-failed"),
        (in_csv(*[[str(place)] for place in range(5001)]), "channel=tool", 413, "answers-too-many"),
    ],
)
def test_files_that_are_none(tool: Intake, raw: bytes, query: str, status: int, code: str) -> None:
    answer = send(tool, raw, query)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_channels_and_auditors_import_nothing(tool: Intake) -> None:
    assert send(tool, in_csv(GOOD), role="auditor").status_code == 403
    body = {"file": (io.BytesIO(in_csv(GOOD)), "a.csv")}
    key = {"Authorization": f"Bearer {tool.key}"}
    assert tool.client().post("/intake/api/v1/answers?channel=tool", data=body, headers=key).status_code == 403


def test_the_command_says_it_all_and_warns_last(
    tool: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    settings = {"INTAKE_DATABASE_URL": database_url, "DEMANDFLOW_PEPPER": PEPPER, "INTAKE_MASTER_KEY": MASTER}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    from services.intake import wiring

    wiring.upgrade(settings)
    file = tmp_path / "answers.csv"
    file.write_bytes(in_csv(GOOD, with_(编号="20", 提交时间="?")))

    def run(*arguments: str) -> Any:
        home = ["--home", str(tmp_path / "none")]
        return CliRunner().invoke(main, [*home, "import-answers", str(file), "--channel", "tool", *arguments])

    assert count(tool) == 0 and run("--dry-run").exit_code == 1 and count(tool) == 0
    ended = run()
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    lines = ended.output.splitlines()
    assert (ended.exit_code, lines[0]) == (1, "1 accepted, 0 known, 1 refused")
    assert "row 3: refused /occurred_at moment" in lines and "ignored column: 您从哪里知道我们" in lines
    assert "删除" in lines[-1]
    told = json.loads(run("--json").output)
    assert (told["known"], told["refused"]) == (1, 1) and "删除" in told["warning"]
    assert "/form" in CliRunner().invoke(
        main, ["--home", str(tmp_path), "import-answers", str(file), "--channel", "test"]
    ).output  # fmt: skip
