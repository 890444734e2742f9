"""Rows of the past: each taken in or refused for itself, with its own date, limit, status, owner and result."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from services.intake.domain import vault as boxes
from services.intake.domain.vault import Vault, master_from_text
from services.intake.tables import Customer, Demand, Identity, VaultEntry
from shared.cli import main
from shared.operations.corpus.reader import load
from tests.intake.conftest import MASTER, PEPPER, Intake
from tests.intake.policies import released

ROWS = [one.as_import() for one in load().historic]
EARLIER = "M20231002004"
"""Nobody's number here: the second row cites a demand from before the installation."""
ROWS[1] = {**ROWS[1], "related_number": EARLIER}
NUMBERS = ["M20231008001", "M20231009001", "M20231010001"]


@pytest.fixture
def past(make_intake: Callable[..., Intake], database_url: str) -> Intake:
    """An intake under the released policies."""
    return make_intake(database_url, released())


def send(
    intake: Intake, rows: list[Any], *, query: str = "", role: str = "staff", policy: str = "C", **more: Any
) -> Any:
    headers = {name.replace("_", "-"): more.pop(name) for name in list(more) if name[0].isupper()}
    return intake.client().post(
        f"/intake/api/v1/imports{query}",
        json={"policy": policy, "rows": rows, **more},
        headers={"Authorization": f"Bearer {intake.staff(role)}", **headers},
    )


def row(**changes: Any) -> dict[str, Any]:
    return {**ROWS[0], **changes}


def count(intake: Intake, table: Any = Demand) -> int:
    with intake.database.read() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def refused(intake: Intake, one: Any) -> list[tuple[str, str]]:
    (told,) = send(intake, [one]).json["rows"]
    assert told["outcome"] == "refused", told
    return [(error["pointer"], error["code"]) for error in told["problem"]["errors"]]


def test_the_worked_rows_of_policy_c_keep_date_limit_status_owner_and_result(past: Intake) -> None:
    answer = send(past, ROWS)
    assert answer.status_code == 201, answer.json
    told = answer.json
    assert (told["accepted"], told["known"], told["refused"]) == (3, 0, 0)
    assert told["rows"] == [
        {"row": place, "outcome": "accepted", "number": number} for place, number in enumerate(NUMBERS, start=1)
    ]
    events = [one.data for one in past.told("demand.received")]
    assert [one["received_at"] for one in events] == [
        "2023-10-08T06:30:00Z", "2023-10-09T01:15:00Z", "2023-10-10T08:45:00Z"
    ]  # fmt: skip
    assert [(one["type"], one["channel_kind"], one["first_response_by"]) for one in events] == [
        ("inquiry", "import", None), ("complaint", "import", None), ("suggestion", "import", None)
    ]  # fmt: skip
    assert [one["historic"] for one in events] == [
        {
            "status": "completed", "owner": "赵*", "limit": "2023-10-09", "satisfaction": "satisfied",
            "result": "暴雨延误，已催承运商，预计10-10送达，物流截图已发", "priority": None, "channel": "chat",
            "note": None,
        },
        {
            "status": "in_progress", "owner": "李*", "limit": "2023-10-10", "satisfaction": None,
            "result": "接口不兼容，延到10-11，已道歉说明", "priority": None, "channel": "phone",
            "note": "每天同步进度；客户提到此前报过的需求",
        },
        {
            "status": "closed", "owner": "张*", "limit": "2023-10-20", "satisfaction": "rather_satisfied",
            "result": "列入下季度迭代，上线时短信通知", "priority": None, "channel": "email",
            "note": "关闭后仍要兑现短信通知",
        },
    ]  # fmt: skip
    assert [one["related_number"] for one in events] == [None, EARLIER, None]
    assert [one["quality"] for one in events] == [{"vague": [], "missing": []}] * 3, "nobody is asked any more"


def test_customer_number_and_priority_may_be_blank_and_a_company_is_one(past: Intake) -> None:
    send(past, [{**one, "priority": None, "customer": {**one["customer"], "number": None}} for one in ROWS])
    customers = [one.data["customer"] for one in past.told("demand.received")]
    assert [(one["number"], one["masked_name"], one["kind"]) for one in customers] == [
        ("YQ20231008001", "王*", "person"),
        ("YQ20231009001", "某科技公司", "company"), ("YQ20231010001", "陈*", "person")
    ]  # fmt: skip


def test_contacts_enter_as_written_and_leave_nowhere(past: Intake) -> None:
    answer = send(past, ROWS)
    told = json.dumps([one.data for one in past.told()], ensure_ascii=False) + answer.text
    assert not [word for word in ("5678", "chen", "王女士", "陈先生") if word in told]
    assert count(past, Identity) == 0, "a masked contact is nobody's identity"
    with past.database.read() as session:
        query = select(Demand.id, Demand.original, Demand.customer_id, VaultEntry.wrapped_key).join(
            VaultEntry, VaultEntry.customer_id == Demand.customer_id
        )
        rows = session.execute(query.order_by(Demand.number)).all()
    vault = Vault(master_from_text(MASTER))
    sealed = [
        boxes.unseal(vault.unwrap(one.wrapped_key, one.customer_id), one.original, f"demand/{one.id}") for one in rows
    ]
    assert [one["historic"]["masked_contact"] for one in sealed] == ["尾号5678", None, "chen*xx"]
    assert [one["contact"]["name"] for one in sealed] == ["王女士", None, "陈先生"]


def test_a_full_name_of_an_owner_and_contacts_in_texts_leave_masked(past: Intake) -> None:
    send(past, [row(owner="赵小明", result="已致电13800138000，王女士满意", note="备用 wang@example.com")])
    (told,) = (one.data["historic"] for one in past.told("demand.received"))
    assert told["owner"] == "赵*"
    assert not [word for word in ("13800138000", "王女士", "wang@") if word in json.dumps(told, ensure_ascii=False)]


def test_a_historic_demand_is_shown_as_it_stands(past: Intake) -> None:
    send(past, ROWS)
    shown = [past.get(f"/intake/api/v1/demands/{number}", past.staff()).json for number in NUMBERS]
    assert [one["status"] for one in shown] == ["completed", "in_progress", "closed"]
    assert shown[0]["result"]["conclusion"] == ROWS[0]["result"]
    assert [(one["channel"], one["first_response_by"]) for one in shown] == [("import", None)] * 3


def test_the_same_row_again_is_known_whatever_its_number_in_the_sheet(past: Intake) -> None:
    send(past, ROWS)
    again = send(past, [{**ROWS[2], "row": 40}, row(description="另一行"), ROWS[0], row(description="另一行")]).json
    assert [(one["row"], one["outcome"], one["number"]) for one in again["rows"]] == [
        (40, "known", NUMBERS[2]), (2, "accepted", "M20231008002"),
        (3, "known", NUMBERS[0]), (4, "known", "M20231008002")
    ]  # fmt: skip
    assert (count(past), count(past, Customer)) == (4, 4)


def test_the_same_key_gives_the_same_answer(past: Intake) -> None:
    first, again = (send(past, ROWS, Idempotency_Key="sheet-2023") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert send(past, [row(description="另一行")], Idempotency_Key="sheet-2023").status_code == 422
    assert count(past) == 3


def test_what_does_not_fit_refuses_that_row_alone(past: Intake) -> None:
    bad = [row(status="搁置"), row(limit="2023-13-01"), [], row(zz=1)]
    told = send(past, [ROWS[0], *bad, ROWS[1]]).json
    assert [one["outcome"] for one in told["rows"]] == ["accepted", *["refused"] * 4, "accepted"]
    assert (told["accepted"], told["refused"]) == (2, 4)
    assert "搁置" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"status": "搁置"}, [("/status", "unknown-code")]),
        ({"type": "报修", "priority": "P0"}, [("/type", "unknown-code"), ("/priority", "unknown-code")]),
        (
            {"satisfaction": "五星", "channel": "传真"},
            [("/satisfaction", "unknown-code"), ("/channel", "unknown-code")],
        ),
        ({"status": " ", "description": ""}, [("/description", "required"), ("/status", "required")]),
        ({"occurred_at": "2023-10-08T14:30:00"}, [("/occurred_at", "type")]),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, [("/occurred_at", "not-past")]),
        ({"limit": "10-09"}, [("/limit", "date")]),
        ({"customer": {"13800138000": "x"}}, [("/customer", "unknown-field")]),
        ({"customer": {"number": "YQ20990101001"}}, [("/customer/number", "unknown-customer")]),
        ({"related_number": "上周"}, [("/related_number", "number")]),
    ],
)
def test_a_refused_row_names_what_does_not_fit(past: Intake, changes: dict[str, Any], places: list[Any]) -> None:
    assert sorted(refused(past, row(**changes))) == sorted(places)
    assert count(past) == 0


def test_a_rehearsal_keeps_nothing(past: Intake) -> None:
    send(past, ROWS[:1])
    rows = [ROWS[0], ROWS[1], ROWS[1], row(status="搁置")]
    told = send(past, rows, query="?dry_run=true", Idempotency_Key="k")
    assert (told.status_code, told.json["id"]) == (200, None)
    assert [one["outcome"] for one in told.json["rows"]] == ["known", "accepted", "known", "refused"]
    assert count(past) == 1
    assert send(past, rows, Idempotency_Key="k").json["rows"][1]["number"] == NUMBERS[1], "and took no number"


def test_an_import_is_kept_with_what_became_of_each_row(past: Intake) -> None:
    answer = send(past, [*ROWS, row(status="搁置")], role="manager")
    assert answer.headers["Location"].endswith(answer.json["id"])
    kept = past.get(answer.headers["Location"], past.staff("auditor"))
    assert kept.json == answer.json
    assert past.get("/intake/api/v1/imports/none", past.staff()).status_code == 404


def test_rows_under_a_named_channel_are_that_channels(past: Intake) -> None:
    key = past.add_channel("hotline", kind="phone", department="AFS")
    (told,) = send(past, ROWS[:1], policy="B", channel="hotline").json["rows"]
    assert told["outcome"] == "refused", "policy C's words are not B's"
    told = send(
        past, [row(status="已完成", type=None, channel=None, satisfaction="满意")], policy="A", channel="hotline"
    )
    number = told.json["rows"][0].get("number")
    assert number == "XRQ20231008001", told.json
    assert past.get(f"/intake/api/v1/demands/{number}", key).status_code == 200
    assert past.told("demand.received")[-1].data["department"] == "AFS"


def test_bodies_that_are_no_import(past: Intake) -> None:
    assert send(past, ROWS, policy="Z").json["errors"][0]["pointer"] == "/policy"
    assert send(past, ROWS, channel="nowhere").json["errors"][0]["pointer"] == "/channel"
    assert send(past, []).status_code == 422
    assert send(past, [{}] * 1_001).status_code == 413
    assert send(past, ["x" * 17_000_000]).status_code == 413
    assert send(past, ROWS, role="auditor").status_code == 403
    assert count(past) == 0


def test_a_large_import_fits(past: Intake) -> None:
    rows = [row(description=f"第{place}行的物流没有更新", note="x" * 1_500) for place in range(1_000)]
    assert send(past, rows).json["accepted"] == 1_000


def test_more_words_to_a_historic_demand_leave_its_own_facts(past: Intake) -> None:
    send(past, ROWS)
    answer = past.call(f"{NUMBERS[1]}/supplements", {"description": "补充：仍未恢复"}, credential=past.staff())
    assert (answer.status_code, answer.json["status"]) == (201, "in_progress")
    with past.database.read() as session:
        details = session.execute(select(Demand.details).where(Demand.number == NUMBERS[1])).scalar_one()
    assert details["historic"]["limit"] == "2023-10-10"


def test_the_command_imports_a_file(
    past: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    settings = {"INTAKE_DATABASE_URL": database_url, "DEMANDFLOW_PEPPER": PEPPER, "INTAKE_MASTER_KEY": MASTER}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "sheet.json"
    file.write_text(json.dumps(ROWS), "utf-8")
    from services.intake import wiring

    wiring.upgrade(settings)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "none"), "import", str(file), *arguments])

    assert "3 accepted" in run("--policy", "C", "--dry-run").output and count(past) == 0
    done = run("--policy", "C", "--json")
    assert done.exit_code == 0, done.output
    assert [one["number"] for one in json.loads(done.output)["rows"]] == NUMBERS
    assert run("--policy", "C").output.startswith("0 accepted, 3 known, 0 refused")
    file.write_text(json.dumps({"policy": "C", "rows": [row(status="搁置")]}), "utf-8")
    done = run()
    assert (done.exit_code, "row 1: refused /status unknown-code" in done.output) == (1, True)
    file.write_text("{", "utf-8")
    assert run().exit_code == 1
