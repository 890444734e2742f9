"""A policy as people read it: who handles what, what is owed by when, and its states as a diagram. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.policies.duties import Clock
from shared.policies.interpret import span_of
from shared.policies.model import Policy
from shared.policies.parts import Status, Text


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
    """The state machine as a Mermaid diagram; what may be done without a change of status is left out."""
    lines = ["stateDiagram-v2", *(f'    state "{one.label.zh}" as {_id(one.code)}' for one in policy.statuses)]
    lines.append(f"    [*] --> {_id(policy.statuses[0].code)}")
    for one in policy.statuses:
        for target, actions in _ways(one).items():
            if target != one.code:
                lines.append(f"    {_id(one.code)} --> {_id(target)}: {', '.join(actions)}")
        if one.category == "closed":
            lines.append(f"    {_id(one.code)} --> [*]")
    return "\n".join(lines)


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
