"""A plan split into tasks, dispatched to departments, and how they go: over HTTP and by command."""

from typing import Any

import pytest

from services.triage.child_tables import Task
from services.triage.tables import Case
from tests.triage.conftest import Triage

LABEL = "希望支持面单模板按客户自动切换"
COUNTS = {name: {"verdict": "yes"} for name in ("technical", "strategy", "resources")}


def task(title: str = "规则配置", **changes: Any) -> dict[str, Any]:
    return {
        "title": title, "owner": "钱工程师", "starts_on": "2024-10-09", "ends_on": "2024-10-10",
        "delivery_standard": "灰度一天无错贴", **changes,
    }  # fmt: skip


@pytest.fixture
def number(triage: Triage) -> str:
    """A demand under B, led by 产品部 and joined by 技术部, both with tools of their own; planned for the 14th."""
    for code in ("PRD", "TEC"):
        triage.department(code, "queue")
    found = triage.demand(LABEL, policy="B", type="feature", urgency="normal")
    triage.act(found, "accept")
    triage.act(found, "evaluate", verdict="feasible", text="可行", feasibility=COUNTS, resources={"people": 2})
    triage.act(found, "plan", text="先灰度", expected_finish="2024-10-14T12:00:00+08:00")
    return found


def test_tasks_are_dispatched_and_each_department_learns_its_own(triage: Triage, number: str) -> None:
    before = len(triage.published())
    triage.person("li", "李工程师", "staff")
    printing = task("打印服务升级", department="TEC", owner=None, owner_login="li")
    rollout = task("全仓开启", starts_on="2024-10-10", ends_on="2024-10-11", depends_on=["T1", "T2"])
    triage.act(number, "tasks", tasks=[task(id="T1"), printing, rollout])
    shown = triage.shown(number)["tasks"]
    assert [(one["id"], one["owner"], one["department"], one["state"], one["percent"]) for one in shown] == [
        ("T1", "钱工程师", "PRD", "open", 0),
        ("T2", "李工程师", "TEC", "open", 0),
        ("T3", "钱工程师", "PRD", "open", 0),
    ]
    assert (shown[2]["depends_on"], shown[2]["delivery_standard"]) == (["T1", "T2"], "灰度一天无错贴")
    new = triage.published()[before:]
    (changed,) = [row for row in new if row.type == "demandflow.task.changed.v1"]
    assert (changed.data["change"], [one["owner"] for one in changed.data["tasks"]]) == (
        "dispatched",
        ["钱*", "李*", "钱*"],
    )
    queues = {row.routing_key: row.data for row in new if row.type == "demandflow.work.updated.v1"}
    assert {code: [one["id"] for one in told["tasks"]] for code, told in queues.items()} == {
        "PRD": ["T1", "T2", "T3"],
        "TEC": ["T2"],
    }
    assert queues["TEC"]["events"] == ["task.changed"]
    told = queues["TEC"]["tasks"][0]
    assert (told["title"], told["starts_on"], told["ends_on"]) == ("打印服务升级", "2024-10-09", "2024-10-10")
    assert "工程师" not in str([row.data for row in new]), "full names of staff stay here"


def test_a_task_that_is_known_is_changed_and_who_had_it_hears_of_it(triage: Triage, number: str) -> None:
    triage.act(number, "tasks", tasks=[task(id="print", department="TEC")])
    triage.at("2024-10-09 10:00")
    before = len(triage.published())
    triage.act(number, "tasks", tasks=[task("改由产品部做", id="print", department="PRD")])
    (row,) = triage.rows(Task)
    assert (row.title, row.department, row.position) == ("改由产品部做", "PRD", 1)
    told = [row for row in triage.published()[before:] if row.type == "demandflow.work.updated.v1"]
    assert {row.routing_key: [one["id"] for one in row.data["tasks"]] for row in told} == {"PRD": ["print"], "TEC": []}


@pytest.mark.parametrize(
    ("wanted", "pointer", "code"),
    [
        ([task(ends_on="2024-10-08")], "/tasks/0/ends_on", "end-before-start"),
        ([task(ends_on="2024-10-15")], "/tasks/0/ends_on", "beyond-plan"),
        ([task(), task(depends_on=["T9"])], "/tasks/1/depends_on/0", "unknown-dependency"),
        ([task(id="a", depends_on=["a"])], "/tasks/0/depends_on", "dependency-cycle"),
        (
            [
                task(id="a", ends_on="2024-10-09", depends_on=["b"]),
                task(id="b", ends_on="2024-10-09", depends_on=["a"]),
            ],
            "/tasks/0/depends_on",
            "dependency-cycle",
        ),
        ([task(id="a"), task(depends_on=["a"])], "/tasks/1/starts_on", "starts-too-early"),
        ([task(id="a"), task(id="a")], "/tasks/1/id", "stands-twice"),
        ([task(department="SAL")], "/tasks/0/department", "unknown-department"),
        ([task(owner=None, owner_login="nobody")], "/tasks/0/owner_login", "unknown-owner"),
        ([task(owner=None)], "/tasks/0/owner", "owner"),
        ([task(owner_login="li")], "/tasks/0/owner", "owner"),
        ([task(id="13800005678")], "/tasks/0/id", "task"),
        ([task(title=" ")], "/tasks/0/title", "required"),
        ([task(starts_on="gestern")], "/tasks/0/starts_on", None),
        ([], "/tasks", None),
    ],
)
def test_what_cannot_be_done_so_is_refused_with_its_place(
    triage: Triage, number: str, wanted: list[Any], pointer: str, code: str | None
) -> None:
    before = (triage.rows(Case), triage.rows(Task), len(triage.published()))
    answer = triage.call("POST", f"/demands/{number}/tasks", triage.token("lead"), json={"tasks": wanted})
    assert answer.status_code == 422 and answer.json is not None
    (error,) = answer.json["errors"]
    assert error["pointer"] == pointer and (code is None or error["code"] == code), error
    assert (triage.rows(Case), triage.rows(Task), len(triage.published())) == before
    refused = triage.command("PRD", "tasks", demand=number, tasks=wanted)
    assert refused.type == "demandflow.work.refused.v1" and refused.data["problem"]["status"] == 422


def test_a_task_that_others_wait_for_is_not_moved_past_them(triage: Triage, number: str) -> None:
    later = task(id="b", starts_on="2024-10-10", depends_on=["a"])
    triage.act(number, "tasks", tasks=[task(id="a"), later])
    assert triage.refused(number, "tasks", tasks=[task(id="a", ends_on="2024-10-11")]) == "starts-too-early"


def test_departments_report_on_their_own_tasks_by_command(triage: Triage, number: str) -> None:
    wait = task(id="b", starts_on="2024-10-10", depends_on=["a"])
    triage.act(number, "tasks", tasks=[task(id="a", department="TEC"), wait])
    refused = triage.command("TEC", "task-progress", demand=number, task="b", state="in_progress")
    assert (refused.data["problem"]["status"], refused.data["problem"]["code"]) == (404, "task-unknown")
    assert triage.command("TEC", "tasks", demand=number, tasks=[task()]).data["problem"]["status"] == 404
    done = triage.command("PRD", "task-progress", demand=number, task="b", state="done")
    assert done.data["problem"]["code"] == "dependency-open"
    before = len(triage.published())
    body = {"state": "in_progress", "percent": 40, "text": "联调中，电话 13800005678"}
    triage.command("TEC", "task-progress", demand=number, task="a", **body)
    new = triage.published()[before:]
    kinds = {(row.type, row.routing_key) for row in new if row.subject.startswith("work/")}
    assert kinds == {("demandflow.work.accepted.v1", "TEC"), ("demandflow.work.updated.v1", "PRD")}
    (changed,) = [row.data for row in new if row.type == "demandflow.task.changed.v1"]
    assert (changed["change"], changed["tasks"][0]["percent"]) == ("progressed", 40)
    assert "13800005678" not in str(changed)


def progress(triage: Triage, number: str, name: str, *, refused: bool = False, **body: Any) -> Any:
    answer = triage.call("POST", f"/demands/{number}/tasks/{name}/progress", triage.token("staff"), json=body)
    assert answer.json is not None
    if refused:
        return answer.json["errors"][0]["code"] if answer.json.get("errors") else answer.json["code"]
    assert answer.status_code == 200, answer.json
    return next(one for one in triage.shown(number)["tasks"] if one["id"] == name)


def test_how_a_task_goes_over_http(triage: Triage, number: str) -> None:
    wait = task(id="b", starts_on="2024-10-10", depends_on=["a"])
    triage.act(number, "tasks", tasks=[task(id="a"), wait])
    assert progress(triage, number, "b", state="done", refused=True) == "dependency-open"
    assert progress(triage, number, "c", state="done", refused=True) == "task-unknown"
    assert progress(triage, number, "a", state="done", percent=90, refused=True) == "percent-contradicts"
    assert progress(triage, number, "a", state="in_progress", percent=101, refused=True) == "range"
    assert progress(triage, number, "a", state="stuck", refused=True) == "choice"
    assert progress(triage, number, "a", state="in_progress", percent=60)["percent"] == 60
    assert progress(triage, number, "a", state="in_progress")["percent"] == 60, "what is not said stays"
    assert progress(triage, number, "a", state="done")["percent"] == 100
    assert progress(triage, number, "b", state="done")["state"] == "done"
    assert progress(triage, number, "a", state="open", refused=True) == "dependents-done"
    assert triage.refused(number, "tasks", tasks=[task(id="b", starts_on="2024-10-10")]) == "task-done"
    assert progress(triage, number, "b", state="in_progress")["percent"] == 0


def test_b_a_tasks_progress_is_the_days_progress_and_dispatching_is_none(triage: Triage, number: str) -> None:
    assert triage.due(number, "daily_progress") == ["2024-10-09 14:30"]
    triage.at("2024-10-09 10:00")
    triage.act(number, "tasks", tasks=[task(id="a")])
    assert triage.due(number, "daily_progress") == ["2024-10-09 14:30"], "a task that is handed out is no progress"
    progress(triage, number, "a", state="in_progress", text="规则已配好")
    assert triage.due(number, "daily_progress") == ["2024-10-09 14:30", "2024-10-10 10:00"]
    triage.at("2024-10-10 09:00")
    triage.act(number, "progress", text="观察中")
    assert triage.due(number, "daily_progress")[-1] == "2024-10-11 09:00", "and so is a free note"


def test_there_is_an_end_to_tasks(triage: Triage, number: str) -> None:
    for start in range(0, 200, 50):
        triage.act(number, "tasks", tasks=[task(id=f"t{start + one}") for one in range(50)])
    assert triage.refused(number, "tasks", tasks=[task()]) == "too-many"
    assert len(triage.shown(number)["tasks"]) == 200
