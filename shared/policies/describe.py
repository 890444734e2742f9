"""A policy as people read it: who handles what, what is owed by when, and its states as a diagram. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.policies.duties import Clock
from shared.policies.interpret import span_of
from shared.policies.model import Policy
from shared.policies.parts import Status, Text

ACTIONS_ZH: Mapping[str, str] = {
    "accept": "接收",
    "decline": "退回",
    "classify": "分类",
    "confirm-priority": "确认优先级",
    "assign": "指派处理人",
    "transfer": "转办",
    "request-supplement": "请客户补充",
    "supplement": "客户补充",
    "evaluate": "评估",
    "plan": "制定方案",
    "tasks": "拆分任务",
    "task-progress": "更新任务",
    "progress": "记录进展",
    "block": "上报受阻",
    "unblock": "解除受阻",
    "delay": "延期",
    "change-request": "申请变更",
    "decide-change": "审批变更",
    "told": "告知客户",
    "hand-over": "移交结果",
    "complete": "完成",
    "confirm": "客户确认满意",
    "dispute": "客户不满意",
    "close": "关闭",
    "no-answer": "客户逾期未答",
    "withdraw": "客户撤回",
    "reject": "拒绝",
    "merge": "合并",
    "unmerge": "取消合并",
    "link": "关联",
    "split": "拆分需求",
    "follow-up": "跟进",
    "correct": "更正",
}
"""The actions of policies in Chinese."""

_ON_A_LINE = 4
_HEAD = """# State machines of the released policies 状态机

Drawn from the policies' own documents: every arrow names what may be done there. What no arrow names is refused. Do not
edit this page; `demandflow policy draw --all > docs/state-machines.md` makes it anew, and a test compares the two.
"""


@dataclass(frozen=True)
class Table:
    """Rows under a title; all rows are as long as `columns`."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(policy: Policy) -> Iterator[Table]:
    """What a policy says, as tables."""
    yield _types(policy)
    yield _clocks(policy)
    yield _statuses(policy)
    yield Table(
        "notices 通知",
        ("kind", "on", "to"),
        tuple((one.kind, one.on, one.audience) for one in policy.notices),
    )
    yield Table(
        "reports 报告",
        ("code", "title", "every", "sections"),
        tuple((one.code, _both(one.title), one.every, " ".join(one.sections)) for one in policy.reports),
    )


def mermaid(policy: Policy) -> str:
    """The state machine as a Mermaid diagram, all that leads from one status to another (or the same) on one arrow."""
    lines = ["stateDiagram-v2", *(f'    state "{one.label.zh}" as {_id(one.code)}' for one in policy.statuses)]
    lines.append(f"    [*] --> {_id(policy.statuses[0].code)}")
    for one in policy.statuses:
        for target, actions in _ways(one).items():
            lines.append(f"    {_id(one.code)} --> {_id(target)}: {_named(actions)}")
        if one.category == "closed":
            lines.append(f"    {_id(one.code)} --> [*]")
    return "\n".join(lines)


def machines(policies: Iterable[Policy]) -> str:
    """A page of drawings, as `docs/state-machines.md` shows them."""
    parts = [_HEAD]
    for one in policies:
        parts.append(f"## {one.code}/{one.version} {one.title.zh}\n\n```mermaid\n{mermaid(one)}\n```\n")
    return "\n".join(parts)


def _named(actions: Sequence[str]) -> str:
    """In Chinese, a few on a line."""
    words = [ACTIONS_ZH[one] for one in actions]
    rows = ["、".join(words[at : at + _ON_A_LINE]) for at in range(0, len(words), _ON_A_LINE)]
    return "<br/>".join(rows)


def _types(policy: Policy) -> Table:
    rows: list[tuple[str, ...]] = [
        (one.code, _both(one.label), one.category, _led(one.lead, one.joining)) for one in policy.types
    ]
    rows += [(one.id, "route 另行分派", "", _led(one.lead, one.joining)) for one in policy.routes]
    rows.append(("-", "undecided 无法判断", "", policy.undecided))
    return Table("types 需求类型", ("code", "label", "category", "department"), tuple(rows))


def _clocks(policy: Policy) -> Table:
    rows = tuple(
        (one.code, _both(one.label), one.kind, one.starts_at, _spans(policy, one), " ".join(one.met_by))
        for one in policy.clocks
    )
    return Table("clocks 时限", ("code", "label", "kind", "from", "by", "met by"), rows)


def _statuses(policy: Policy) -> Table:
    rows = []
    for one in policy.statuses:
        ways = [f"{target}: {' '.join(actions)}" for target, actions in _ways(one).items()]
        rows.append((one.code, _both(one.label), one.category, "\n".join(ways)))
    return Table("statuses 状态", ("code", "label", "category", "to: by"), tuple(rows))


def _ways(status: Status) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for action, target in status.actions.items():
        ways.setdefault(target, []).append(action)
    return ways


def _spans(policy: Policy, clock: Clock) -> str:
    if clock.add is not None:
        return clock.add
    if clock.add_by_priority:
        named = [(one.code, span_of(clock, policy, level=one.code, urgency=None)) for one in policy.priority.levels]
    else:
        level = policy.priority.default
        named = [(one.code, span_of(clock, policy, level=level, urgency=one.code)) for one in policy.urgencies]
    return "  ".join(f"{code} {span}" for code, span in named if span is not None)


def _led(lead: str, joining: tuple[str, ...]) -> str:
    return " + ".join((lead, *joining))


def _both(text: Text) -> str:
    return f"{text.zh} / {text.en}"


def _id(code: str) -> str:
    """A status code as Mermaid takes it."""
    return "s_" + "".join(char if char.isalnum() and char.isascii() else "_" for char in code)
