"""Each kind of fault that a policy can have with itself is found and named."""

import pytest

from shared.policies.loader import PACKS, BadPolicy, load

RAW = {code: (PACKS / code / "1.yaml").read_text("utf-8") for code in ("A", "B", "C", "D")}
KIND, WHEN = "{item: customer.kind, answers", "asked_when: {item: feedback.kind, answers: [rating]}, "

FAULTS = [
    # codes that stand twice, names that mean two things
    ("C", "{code: chat, label", "{code: phone, label", "channels: 'phone' stands twice"),
    ("C", "{rank: 3, code: low", "{rank: 5, code: low", "ranks count 1, 2, 3"),
    ("A", "aliases: [加急, 高]", "aliases: [加急, 普通]", "urgencies: '普通' names"),
    ("D", "{code: none, label: {zh: 暂无", "{code: none, label: {zh: 明确", "field 'intent': '明确' names"),
    ("C", "aliases: [较满意, 比较满意]", "aliases: [满意]", "feedback.levels: '满意' names"),
    # words that no text can hold
    ("C", "how: 1", "How: 1", "word 'How' is never found"),
    ("A", "[气死, ", "[ＡＰＰ, ", "word 'ＡＰＰ' is never found"),
    # codes that are not defined
    ("C", "lead: SUP", "lead: XYZ", "department 'XYZ' is not defined"),
    ("A", "reroute_on: {defect: TEC}", "reroute_on: {defect: T}", "department 'T' is not defined"),
    ("D", "route: service_review, lead: CSR", "route: service_review, lead: C", "department 'C' is not defined"),
    ("C", "default: mid", "default: middling", "priority 'middling' is not defined"),
    ("A", "{at_least: 5, level: high}", "{at_least: 5, level: top}", "priority 'top' is not defined"),
    ("B", "{P0: 1wd,", "{P9: 1wd,", "priority 'P9' is not defined"),
    ("A", "default_urgency: normal", "default_urgency: calm", "urgency 'calm' is not defined"),
    ("B", "{urgent: 24h, normal: 48h", "{pressing: 24h, normal: 48h", "urgency 'pressing' is not defined"),
    ("A", "customer_value: {strategic: 3", "customer_value: {gold: 3", "customer value 'gold' is not defined"),
    ("A", "confirm_by: [department_lead", "confirm_by: [boss", "role 'boss' is not defined"),
    ("A", "audience: [management]", "audience: [board]", "role 'board' is not defined"),
    ("A", "told_by: designated_contact", "told_by: somebody", "role 'somebody' is not defined"),
    ("A", "channels: [phone, email, chat]", "channels: [telex]", "channel 'telex' is not defined"),
    # conditions
    ("A", "{types: [inquiry], words", "{types: [question], words", "type 'question' is not defined"),
    ("A", "{moods: [agitated]}", "{moods: [furious]}", "mood 'furious' is not defined"),
    ("A", "{urgencies: [urgent]}", "{urgencies: [now]}", "urgency 'now' is not defined"),
    ("D", "when: {feedback_kinds: [problem]}", "when: {feedback_kinds: [rant]}", "feedback kind 'rant' is not defined"),
    ("D", "{fields: {intent: [clear]}}", "{fields: {mood: [clear]}}", "field 'mood' is not defined"),
    ("D", "{fields: {intent: [clear]}}", "{fields: {intent: [sure]}}", "answer of intent 'sure' is not defined"),
    ("D", "when: {given: [expected_by]}", "when: {given: [wanted_by]}", "name 'wanted_by' is not defined"),
    # the state machine
    ("C", "accept: in_progress", "grab: in_progress", "action 'grab' is not defined"),
    ("C", "accept: in_progress", "accept: doing", "status 'doing' is not defined"),
    ("C", "category: pending\n", "category: in_progress\n", "a demand begins pending"),
    ("B", "plan: execution", "plan: evaluation", "status 'execution' is never reached"),
    ("C", "actions: {confirm: closed, dispute: completed, told: completed, complete: completed, "
     "close: closed, no-answer: closed, link: completed, correct: completed}",
     "actions: {told: completed}", "status 'completed': no way leads to a closed one"),
    ("C", "category: closed", "category: completed", "no way leads to a closed one"),
    ("C", "merge: closed", "merge: in_progress", "merge leads to no closed status"),
    ("A", "reject: closed", "reject: pending", "reject leads to no closed status"),
    ("C", "unmerge: pending", "unmerge: closed", "unmerge leads to a closed status"),
    ("D", "split: pending", "follow-up: pending", "follow-up is for what is closed"),
    # clocks and spans
    ("C", "add_by_priority: {high: 4h, mid: 1wd, low: 3wd}", "starts_at: received", "needs exactly one of add"),
    ("C", "add_by_priority: {high: 4h", "add_by_priority: {high: 4x", "'4x' is no span"),
    ("C", "approaching: 1h", "approaching: soon", "'soon' is no span"),
    ("C", "starts_at: undecided", "starts_at: whenever", "moment 'whenever' is not defined"),
    ("C", "met_by: [promise.kept]", "met_by: [promise.broken]", "event 'promise.broken' is not defined"),
    ("C", "{starts: supplement.requested", "{starts: supplement.asked", "event 'supplement.asked' is not defined"),
    ("B", "met_by: [demand.progressed]", "met_by: []", "a recurring clock needs met_by"),
    ("C", "default: 3wd", "default: later", "receipt_promise: 'later' is no span"),
    ("A", "notice: -2wd", "notice: two days", "delay.notice: 'two days' is no span"),
    ("C", "rejections: [wrong_person]", "rejections: [rude]", "rejection 'rude' is not defined"),
    ("B", "    on: demand.rejected", "    on: demand.closed", "only demand.rejected has kinds of rejections"),
    # texts, numbers, days
    ("C", "在 {due} 前首次答复您", "在 {result} 前办结", "placeholder 'result' is not defined"),
    ("B", "前给您实质答复", "前解决：{result}", "script 'receipt': placeholder 'result' is not defined"),
    ("C", "请补充：{missing}", "请补充：{lacks}", "placeholder 'lacks' is not defined"),
    ("C", "on: demand.delayed", "on: demand.forgotten", "notice: event 'demand.forgotten' is not defined"),
    ("C", 'M{yyyy}{mm}{dd}{seq}"', 'M{yyyy}{mm}{dd}{sequence}"', "has no {seq}"),
    ("C", 'M{yyyy}{mm}{dd}{seq}"', 'M{yyyy}{mm}{seq}"', "lacks {dd} of its scope"),
    ("C", 'M{yyyy}{mm}{dd}{seq}"', 'M{yyyy}{mm}{dd}{hh}{seq}"', "placeholder 'hh' is not defined"),
    ("A", '"{customer}-{number}"', '"{phone}-{number}"', "archive.file_name 'phone' is not defined"),
    ("B", "schedule: by_day\n  day: 5", "schedule: by_day", "by_day needs day"),
    ("B", "due_day: 5", "due_day: 31", "report 'monthly': 31 is no day that every month has"),
    ("A", "time_zone: Asia/Shanghai", "time_zone: Asia/Shangai", "time_zone 'Asia/Shangai' is not known"),
    ("A", "satisfied: false,", "satisfied: true,", "some answers mean satisfied and some do not"),
    # forms and required fields
    ("A", "value: ticket_number", "value: ticket", "form 'record': value 'ticket' is not defined"),
    ("A", "value: fields.contract_number", "value: fields.contract", "value 'fields.contract' is not defined"),
    ("B", "{name: fields.goal, ask", "{name: fields.aim, ask", "quality.required: name 'fields.aim' is not defined"),
    ("B", "{form: change,", "{form: changes,", "form 'changes' is not defined"),
    ("B", "    each: task\n", "", "form 'tasks': value 'task.id' is not defined"),
    ("B", "    each: task\n", "    each: log\n", "form 'tasks': value 'task.id' is not defined"),
    ("B", "    layout: rows\n", "    layout: record\n", "form 'tasks': a row for each task needs the layout rows"),
    # when a question is asked
    ("D", KIND, "{item: customer.sort, answers", "'customer.sort', which is no item of this form"),
    ("D", KIND, "{item: customer.company, answers", "'customer.company', which does not stand before it"),
    ("D", KIND, "{item: type, answers", "'type', which does not stand before it"),
    ("D", KIND, "{item: customer.name, answers", "'customer.name', which customers do not choose from"),
    ("D", "answers: [company]", "answers: [企业]", "answer of customer.kind '企业' is not defined"),
    ("D", "answers: [company]", "answers: []", "is asked when 'customer.kind' has no answer"),
    ("D", "answers: [rating]", "answers: [rating, stars]", "answer of feedback.kind 'stars' is not defined"),
    ("D", "value: handler, ", "value: handler, " + WHEN, "form 'unified': 'handler' is not asked of customers"),
    ("C", "value: customer.contact}", "value: customer.contact, " + WHEN + "}", "'customer.contact' is always asked"),
    ("B", "value: task.title", "value: task.title, " + WHEN, "form 'tasks': 'task.title' is not asked of customers"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "named"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_a_fault_is_named(code: str, old: str, new: str, named: str) -> None:
    assert old in RAW[code]
    with pytest.raises(BadPolicy) as refused:
        load(RAW[code].replace(old, new, 1).encode())
    assert any(named in fault for fault in refused.value.faults), refused.value.faults


@pytest.mark.parametrize("code", RAW)
def test_released_policies_have_none(code: str) -> None:
    assert load(RAW[code].encode()).code == code
