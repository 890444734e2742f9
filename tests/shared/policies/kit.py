"""What the tests of policies share: the released policies, and when something of them is due."""

from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

from shared.calendars import working_time
from shared.calendars.loader import installed as calendars
from shared.policies.forms import Form, FormItem
from shared.policies.interpret import span_of
from shared.policies.loader import installed
from shared.policies.model import Policy

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def policy(code: str) -> Policy:
    """The released policy that counts now."""
    return installed().effective(code, NOW)


def spans(rules: Policy, clock: str) -> dict[str, str | None]:
    """Of a clock, the span per level or urgency; `always` when it is the same for all."""
    found = rules.clock(clock)
    if found.add is not None:
        return {"always": found.add}
    if found.add_by_priority:
        return {one.code: span_of(found, rules, level=one.code, urgency=None) for one in rules.priority.levels}
    return {one.code: span_of(found, rules, level=rules.priority.default, urgency=one.code) for one in rules.urgencies}


def due(rules: Policy, start: str, span: str) -> str:
    """When a span after a local moment ends by the policy's calendar, as local time `YYYY-MM-DD HH:MM`."""
    begin = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    ends = working_time.due(calendars().effective(rules.calendar), begin, span).due_at
    return ends.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def placeholders(text: str) -> set[str]:
    """Names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def items(form: Form) -> dict[str, FormItem]:
    """A form's items by their Chinese label."""
    return {item.label.zh: item for area in form.areas for item in area.items}


def form(rules: Policy, code: str) -> Form:
    """A form by its code."""
    return next(one for one in rules.forms if one.code == code)
