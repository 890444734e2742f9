"""The demo's corpus is legal: bodies, stories, times and contacts, each by the rules of its policy."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from services.intake.schemas.answers import ChangeAnswerSchema
from services.intake.schemas.communications import CommunicationSchema
from services.intake.schemas.demand import DemandSchema
from services.triage.schemas.actions.registry import COMMANDS, SCHEMAS, command_schema
from shared.calendars import loader as calendars
from shared.calendars.working_time import due
from shared.clock import parse_time
from shared.operations.classify import facts_of, judged
from shared.operations.corpus import reader
from shared.operations.corpus.reader import SHANGHAI, Demand, Step, load, named
from shared.policies import interpret, loader
from shared.policies.model import Policy
from shared.policies.parts import ChannelKind, Status
from shared.privacy import finder

CORPUS = load()
WITH_QUEUES = frozenset({"CSR", "SUP", "TEC"})
SHOWN = frozenset(
    """
    worked_example supplemented delayed_in_time delayed_late second_cycle no_answer duplicate infeasible withdrawn
    undecided transfer decline rating opinion problem sign_up referral breached promise measure joint contact_in_text
    lacking quotation tasks blocked change_approved change_declined handed_over remedy objection locked merged unmerged
    linked split follow_up rejected corrected communication committee deputy taken_back by_load proposed_anew wish tier
    """.split()
)
BESIDE = frozenset({"communication", "correct-communication", "change-confirmation"})
"""What is done beside the state machine."""
LEADS = frozenset({"confirm-priority", "decide-change"})
ENDS = {"withdraw": "withdrawn", "merge": "merged", "reject": "rejected"}
_EVERY = pytest.mark.parametrize("demand", CORPUS.demands, ids=lambda one: one.key)


@dataclass
class State:
    """A demand as a story has brought it so far."""

    status: Status
    type: str | None
    priority: str
    lead: str
    joining: tuple[str, ...]
    accepted: bool = False
    queue: bool = True
    proposed: str | None = None
    before: Status | None = None
    cycle: int = 1
    resolution: str | None = None
    infeasible: bool = False


def policy_of(demand: Demand) -> Policy:
    return loader.installed().effective(demand.policy, demand.at)


def test_enough_of_everything() -> None:
    assert len(CORPUS.demands) >= 64
    assert min(Counter(one.policy for one in CORPUS.demands).values()) >= 14
    assert {one.policy for one in CORPUS.demands} == {"A", "B", "C", "D"}
    assert {one.via for one in CORPUS.demands} == {"api", "batch", "form", "desk"}
    closed = sum(one.expect.status == "closed" for one in CORPUS.demands)
    assert 0.6 <= closed / len(CORPUS.demands) <= 0.75
    assert {word for one in CORPUS.demands for word in one.shows} >= SHOWN
    used = {one.channel for one in CORPUS.demands}
    assert {one.kind for one in CORPUS.channels if one.code in used} == set(get_args(ChannelKind))


def test_keys_and_names_are_unique_and_in_order_of_time() -> None:
    keys = [one.key for one in CORPUS.demands] + [one.key for one in CORPUS.historic]
    assert len(set(keys)) == len(keys)
    assert len({one.login for one in CORPUS.staff}) == len(CORPUS.staff)
    assert [one.at for one in CORPUS.demands] == sorted(one.at for one in CORPUS.demands)
    assert {one.department for one in CORPUS.staff} - {None} == set(loader.departments())
    assert len(CORPUS.moments()) < 160, "the demo is quick"


def test_they_came_in_october_and_november_at_all_hours() -> None:
    when = {one.at.astimezone(SHANGHAI) for one in CORPUS.demands}
    assert min(when).date().isoformat() >= "2024-10-02"
    assert max(when).date().isoformat() <= "2024-11-20"
    days = {one.date().isoformat() for one in when}
    assert {"2024-10-05", "2024-10-12", "2024-10-13"} <= days, "a holiday, a make-up workday, a Sunday"
    assert {"17:30", "23:00"} <= {one.strftime("%H:%M") for one in when}


@_EVERY
def test_a_body_is_what_its_policy_and_its_channel_take(demand: Demand) -> None:
    policy, channel = policy_of(demand), next(one for one in CORPUS.channels if one.code == demand.channel)
    assert demand.policy in (channel.policy, *channel.allow)
    assert channel.kind in {one.kind for one in policy.channels}
    assert "policy" not in demand.body
    assert DemandSchema().validate(dict(demand.body)) == {}
    facts = facts_of(policy, demand.body)
    for name, code in (("type", facts.type), ("urgency", facts.urgency), ("mood", facts.mood)):
        assert (code is None) == (demand.body.get(name) is None), name
    assert facts.customer_value is None or facts.customer_value in policy.values
    assert (facts.feedback_kind is None) == ("feedback" not in demand.body)
    specs = {one.code: one for one in policy.fields if not one.internal}
    answers = {**demand.body.get("fields", {}), **{code: demand.body[code] for code in specs if code in demand.body}}
    for code, answer in answers.items():
        choices = {word for one in specs[code].choices for word in (one.code, one.label.zh)}
        assert not choices or answer in choices


@_EVERY
def test_reception_finds_wanting_what_the_story_is_about(demand: Demand) -> None:
    found = judged(policy_of(demand), demand.body)
    assert (found["vague"], tuple(found["missing"])) == (demand.expect.vague, demand.expect.missing)
    asked = any(step.do == "request-supplement" for step in demand.story)
    assert asked or not demand.expect.vague


@_EVERY
def test_a_story_walks_through_the_state_machine_to_what_is_expected(demand: Demand) -> None:
    policy, expect = policy_of(demand), demand.expect
    state = begun(policy, demand)
    for step in (one for one in demand.story if not one.part and one.do not in BESIDE):
        take(policy, demand, state, step)
    if expect.resolution == "no_answer":
        state.status, state.resolution = policy.status(state.status.actions["no-answer"]), "no_answer"
    assert (state.status.category, state.cycle) == (expect.status, expect.cycles)
    assert (state.type, state.priority, state.lead) == (expect.type, expect.priority, expect.lead)
    assert sorted(state.joining) == sorted(expect.joining)
    assert facts_of(policy, demand.body).urgency == expect.urgency
    assert state.resolution == expect.resolution


@_EVERY
def test_what_is_done_comes_with_what_it_needs(demand: Demand) -> None:
    policy, logins = policy_of(demand), {one.login: one for one in CORPUS.staff}
    for step in demand.story:
        if step.who == "customer":
            assert step.department is None
            assert customers_words_are_legal(policy, step)
            continue
        body = named(step.body, {one.key: "N1" for one in CORPUS.demands})
        if step.do == "task-progress" and step.who != "department":
            assert body.pop("task")
        commanded = step.who == "department"
        assert schema_of(step).validate({**body, "demand": "N1"} if commanded else body) == {}, step
        if commanded:
            assert step.do in COMMANDS and step.department in WITH_QUEUES, step
        elif step.who == "staff":
            assert step.department is not None and step.department not in WITH_QUEUES, step
        assert step.who != "desk" or step.department is None
        assert step.who == "lead" or step.do not in LEADS, "only leads and the committee decide on that"
        assert step.do != "evaluate" or body["verdict"] != "infeasible" or body["alternative"]
        handler = logins.get(body.get("handler", ""))
        assert "handler" not in body or (handler is not None and handler.name), step
        if step.do == "delay":
            assert policy.delay is not None
            words = {word for one in policy.delay.reasons for word in (one.code, one.label.zh)}
            assert body["reason"] in words


@_EVERY
def test_time_runs_forward_and_people_work_in_office_hours(demand: Demand) -> None:
    calendar = calendars.installed().effective(policy_of(demand).calendar)
    times = [demand.at, *(step.at for step in demand.story)]
    assert times == sorted(times)
    assert times[-1] < CORPUS.until
    release = datetime(2024, 10, 20, 8, 30, tzinfo=UTC)  # the worked example's version is released on a Sunday
    for step in demand.story:
        at_work = due(calendar, step.at, "0wh").due_at == step.at
        assert step.who == "customer" or at_work or step.at == release, step
        for name in ("expected_finish", "promised_for"):
            assert name not in step.body or parse_time(step.body[name]) > step.at, step
        assert "told_at" not in step.body or parse_time(step.body["told_at"]) <= step.at, step
    wanted = demand.body.get("expected_by")
    assert wanted is None or wanted > demand.at.astimezone(SHANGHAI).date().isoformat()


@_EVERY
def test_deadlines_and_breaches_are_named_by_the_policys_clocks(demand: Demand) -> None:
    clocks = {one.code for one in policy_of(demand).clocks}
    assert clocks.issuperset(demand.expect.deadlines)
    assert clocks.issuperset(demand.expect.breached)
    delays = [step for step in demand.story if step.do == "delay"]
    assert (demand.expect.late_delay is not None) == bool(delays)


def test_some_deadline_of_each_policy_is_foretold() -> None:
    assert {one.policy for one in CORPUS.demands if one.expect.deadlines} == {"A", "B", "C", "D"}


def test_as_worked_out_for_policy_a() -> None:
    (demand,) = (one for one in CORPUS.demands if one.key == "a-export-note")
    local = {code: at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for code, at in demand.expect.deadlines.items()}
    assert local == {"plan": "10-09 14:30", "handling": "10-11 14:30", "expected_finish": "10-20 18:00"}
    assert demand.body["expected_by"] == "2024-10-15" and "type" not in demand.body
    assert (demand.expect.lead, demand.expect.type) == ("TEC", None)


def test_historic_rows_are_policy_cs_worked_rows_and_keep_what_they_say() -> None:
    rows = [(one.received_date, one.received_time, one.channel, one.customer, one.due_at) for one in CORPUS.historic]
    assert rows == [
        ("2023-10-08", "14:30", "在线客服", "王女士", "2023-10-09"),
        ("2023-10-09", "09:15", "电话", "某科技公司", "2023-10-10"),
        ("2023-10-10", "16:45", "邮件", "陈先生", "2023-10-20"),
    ]
    policy = loader.installed().effective("C", CORPUS.until)
    words = {one.label.zh for one in policy.types}, {one.label.zh for one in policy.statuses}
    assert all(one.type in words[0] and one.status in words[1] for one in CORPUS.historic)
    assert [one.handler for one in CORPUS.historic] == ["赵*", "李*", "张*"]
    assert [one.result for one in CORPUS.historic] == [
        "暴雨延误，已催承运商，预计10-10送达，物流截图已发",
        "接口不兼容，延到10-11，已道歉说明",
        "列入下季度迭代，上线时短信通知",
    ]
    assert [one.satisfaction for one in CORPUS.historic] == ["满意", None, "基本满意"]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("policy: A", "polici: A", "polici"),
        ("at: 2024-10-08 14:30\n", "at: 2024-10-08T14:30:00Z\n", "does not match format"),
        ("  shows: [worked_example, joint, defect]", "  shows: worked_example", "is no list"),
        ("key: a-export-note", "key: 12", "is no str"),
        ("who: lead", "who: boss", "boss"),
    ],
)
def test_a_slip_in_a_file_is_named(
    right: str, wrong: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in reader.HERE.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    text = (tmp_path / "a.yaml").read_text("utf-8")
    assert right in text
    (tmp_path / "a.yaml").write_text(text.replace(right, wrong, 1), "utf-8")
    monkeypatch.setattr(reader, "HERE", tmp_path)
    with pytest.raises(reader.BadCorpus, match=told) as caught:
        reader.load.__wrapped__()
    assert "a.yaml" in str(caught.value)


def test_all_contacts_are_invented() -> None:
    """Numbers that nobody has, addresses of the domain for examples, and in texts none but where that is the point."""
    for demand in CORPUS.demands:
        contact = demand.body["customer"].get("contact", {})
        assert contact.get("phone", "138-0013-8").startswith("138-0013-8")
        assert contact.get("email", "@example.com").endswith("@example.com")
        later = [step.body.get("customer", {}).get("contact", {}) for step in demand.story]
        assert all(one.get("phone", "138-0013-8").startswith("138-0013-8") for one in later)
        known = [one for part in (contact, *later) for one in part.values()]
        stray = [text for text in texts((demand.body, *(step.body for step in demand.story))) if text not in known]
        found = [text[one.start : one.end] for text in stray for one in finder.find(text)]
        if "contact_in_text" in demand.shows:
            assert found == ["138-0013-8103", "wu.pharmacy@example.com"]
        else:
            assert found == [], demand.key


def begun(policy: Policy, demand: Demand) -> State:
    """The first decision about a demand."""
    facts, found = facts_of(policy, demand.body), judged(policy, demand.body)
    kind = interpret.feedback_kind(policy, facts.feedback_kind)
    routed = interpret.route(policy, facts_of(policy, {**demand.body, "type": found["type"]}))
    state = State(policy.statuses[0], found["type"], found["priority"], routed.lead, routed.joining)
    state.proposed = state.priority
    if kind is not None and kind.route != "starts_handling" and not demand.body.get("description"):
        state.lead, state.joining = str(kind.lead), ()
    accept_at_once(policy, state)
    return state


def take(policy: Policy, demand: Demand, state: State, step: Step) -> None:
    """One step of a story; what it does to the demand."""
    may = state.lead == step.department or step.department is None
    joins = step.department in state.joining and step.do in ("evaluate", "progress", "task-progress")
    assert may or joins, (step, state.lead)
    action = step.do
    if step.do == "confirmation":
        action = "confirm" if satisfied(policy, step) else "dispute"
    assert action in state.status.actions, (step, state.status.code)
    if action == "merge":
        state.before = state.status
    status = policy.status(state.status.actions[action])
    if action == "unmerge":
        status, state.resolution = state.before or status, None
    if state.status.category == "waiting" and status.category == "in_progress" and not state.accepted:
        status = policy.statuses[0]
    state.status = status
    body = step.body
    state.type = body["type"] if step.do == "classify" else state.type
    state.infeasible = state.infeasible or body.get("verdict") == "infeasible"
    if step.do == "confirm-priority":
        state.priority = body.get("priority", state.proposed)
    elif step.do == "correct":
        state.proposed = interpret.prioritise(policy, facts_of(policy, corrected(demand.body, step))).level.code
    named = step.do in ("accept", "assign", "confirm-priority") and status.category == "in_progress"
    state.accepted = state.accepted or named
    if status.category == "closed" and state.resolution is None:
        done = "infeasible" if state.infeasible else "done"
        state.resolution = ENDS.get(step.do, done)
    if action == "dispute" and status.category == "in_progress":
        state.cycle, state.resolution = state.cycle + 1, None
    assert step.do != "complete" or state.accepted, step
    if step.do == "decline":
        state.lead, state.queue = policy.undecided, False
    elif step.do == "transfer":
        move(policy, state, body["department"], tuple(one for one in state.joining if one != body["department"]))
    elif step.do == "evaluate" and "finding" in body:
        state.status = policy.statuses[0]
        move(policy, state, policy.reroute_on[body["finding"]], (state.lead,))


def move(policy: Policy, state: State, lead: str, joining: tuple[str, ...]) -> None:
    """Another department leads; it accepts at once where it has a queue."""
    state.lead, state.joining, state.accepted, state.queue = lead, joining, False, True
    accept_at_once(policy, state)


def accept_at_once(policy: Policy, state: State) -> None:
    """What departments that own their tools do without a story's saying so."""
    if state.lead in WITH_QUEUES and state.queue:
        state.status, state.accepted = policy.status(state.status.actions["accept"]), True


def corrected(body: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """The body as it is with a fact put right."""
    fact, _, part = step.body["fact"].partition(".")
    value = {**body.get(fact, {}), part: step.body["value"]} if part else step.body["value"]
    return {**body, fact: value}


def schema_of(step: Step) -> Any:
    """The schema of what comes with a step of somebody of the house; over HTTP a task stands in the address."""
    if step.who == "department":
        return command_schema(step.do)
    if step.do in BESIDE:
        return CommunicationSchema()
    return SCHEMAS[step.do]()


def satisfied(policy: Policy, step: Step) -> bool:
    """Whether a customer's answer is a good one, in the policy's scale."""
    word = step.body.get("satisfaction") or str(step.body["stars"])
    return next(one.satisfied for one in policy.feedback.levels if word in (one.code, one.label.zh))


def customers_words_are_legal(policy: Policy, step: Step) -> bool:
    """A customer's supplement, answer or withdrawal as intake's API takes it, signed where the policy asks for it."""
    names = set(step.body)
    if step.do == "supplement":
        return DemandSchema().validate(dict(step.body)) == {} and bool(facts_of(policy, step.body).given)
    if step.do == "withdraw":
        return names <= {"reason"}
    if step.do == "change-confirmation":
        return ChangeAnswerSchema().validate(dict(step.body)) == {}
    assert step.do == "confirmation", step
    signed, good = "signature" in names, satisfied(policy, step)
    wanted = {"always": True, "if_satisfied": good}.get(policy.feedback.signature, False)
    stars = policy.feedback.scale == "stars"
    return signed == wanted and ("stars" in names) == stars and names <= {
        "satisfaction", "stars", "opinion", "signature", "cycle",
    }  # fmt: skip


def texts(value: Any) -> Iterator[str]:
    """Every text in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)
