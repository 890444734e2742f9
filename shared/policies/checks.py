"""Whether a policy agrees with itself: every code it uses is defined, every span can be counted. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from shared.calendars.spans import parse_span
from shared.policies import asked
from shared.policies.clarity import plain
from shared.policies.duties import MET_BY, NOTIFIED, PLACEHOLDERS, REJECTIONS, STARTS, Clock
from shared.policies.forms import OF_LOG, OF_TASKS, RECORDED
from shared.policies.model import Policy
from shared.policies.parts import ACTIONS, REPORTED, Condition, Numbering, Status

_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
RECEIPT_PLACEHOLDERS = frozenset({"number", "due", "name"})
"""A receipt never promises a resolution time: its text has no place for one."""


def faults(policy: Policy, departments: Collection[str]) -> Iterator[str]:
    """What is wrong, one line each; departments: the codes of the one list."""
    yield from _twice(policy)
    yield from _ambiguous(policy)
    yield from _words(policy)
    yield from _undefined(policy, departments)
    yield from _conditions(policy)
    yield from _statuses(policy)
    for role in policy.roles:
        if role.quorum < 1:
            yield f"role {role.code!r}: a quorum is one or more"
        if role.held_by is not None and role.department is not None:
            yield f"role {role.code!r}: the leads of all departments, or of its own: not both"
    for clock in policy.clocks:
        yield from _clock(policy, clock)
    yield from _promises(policy)
    yield from (f"meeting {one.code!r}: at is HH:MM" for one in policy.meetings if not _HOUR.fullmatch(one.at))
    yield from _texts(policy)
    for numbering in (policy.numbering, policy.customer_numbering):
        yield from _pattern(numbering)
    yield from _scripts(policy)
    yield from _forms(policy)
    yield from asked.faults(policy)


def _twice(policy: Policy) -> Iterator[str]:
    lists: dict[str, Sequence[Any]] = {
        "types": policy.types,
        "urgencies": policy.urgencies,
        "priority.levels": policy.priority.levels,
        "clocks": policy.clocks,
        "statuses": policy.statuses,
        "fields": policy.fields,
        "channels": policy.channels,
        "roles": policy.roles,
        "forms": policy.forms,
        "reports": policy.reports,
        "meetings": policy.meetings,
        "feedback.levels": policy.feedback.levels,
        "feedback.kinds": policy.feedback.kinds,
        "knowledge": policy.knowledge,
        "scripts": policy.scripts,
    }
    for place, items in lists.items():
        codes = [one.code for one in items]
        yield from (f"{place}: {code!r} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1}))
    ranks = sorted(one.rank for one in policy.priority.levels)
    if ranks != list(range(1, len(ranks) + 1)):
        yield "priority.levels: ranks count 1, 2, 3 ..."


def _ambiguous(policy: Policy) -> Iterator[str]:
    lists: dict[str, Sequence[Any]] = {
        "types": policy.types,
        "urgencies": policy.urgencies,
        "channels": policy.channels,
        "fields": policy.fields,
        "feedback.levels": policy.feedback.levels,
        "feedback.kinds": policy.feedback.kinds,
        **{f"field {one.code!r}": one.choices for one in policy.fields},
    }
    for place, items in lists.items():
        meant: dict[str, set[str]] = {}
        for one in items:
            for name in (one.code, one.label.zh, one.label.en, *one.aliases):
                meant.setdefault(name, set()).add(one.code)
        yield from (f"{place}: {name!r} names {sorted(codes)}" for name, codes in meant.items() if len(codes) > 1)


def _words(policy: Policy) -> Iterator[str]:
    words = [word for one in policy.types for word in one.words]
    words += [word for one in _found(policy, Condition) for word in (*one.words, *one.wishes)]
    words += [*policy.quality.vague, *policy.quality.filler]
    for word in dict.fromkeys(words):
        if not word or word != plain(word):
            yield f"word {word!r} is never found: texts are compared in lower case and half width"


def _undefined(policy: Policy, departments: Collection[str]) -> Iterator[str]:
    levels = {one.code for one in policy.priority.levels}
    urgencies = {one.code for one in policy.urgencies}
    roles = {one.code for one in policy.roles}
    named = [policy.undecided, *policy.departments.values(), *policy.reroute_on.values()]
    named += [code for kind in policy.types for code in (kind.lead, *kind.joining)]
    named += [code for route in policy.routes for code in (route.lead, *route.joining)]
    named += [one.department for one in policy.roles if one.department]
    named += [one.lead for one in policy.feedback.kinds]
    yield from _unknown("department", named, departments)
    score = policy.priority.score
    wanted = [policy.priority.default, *(one.level for one in policy.priority.rules)]
    wanted += [*policy.priority.by_urgency.values(), *(one.level for one in (score.levels if score else ()))]
    wanted += [level for clock in policy.clocks for level in clock.add_by_priority]
    yield from _unknown("priority", wanted, levels)
    spoken = [*policy.priority.by_urgency, *policy.receipt_promise.by_urgency, *(score.urgency if score else ())]
    spoken += [code for clock in policy.clocks for code in clock.add_by_urgency]
    spoken += [policy.default_urgency] if policy.default_urgency else []
    yield from _unknown("urgency", spoken, urgencies)
    people = [*policy.priority.confirm_by, *(one.audience for one in policy.notices)]
    people += [role for clock in policy.clocks for role in clock.audience]
    people += [*(policy.change_requests.approved_by if policy.change_requests else ())]
    people += [role for report in policy.reports for role in report.audience]
    people += [role for meeting in policy.meetings for role in meeting.audience]
    people += [one for one in (policy.archive.by, policy.feedback.told_by) if one]
    yield from _unknown("role", people, roles | {"customer", "department", "handler"})
    yield from _unknown("customer value", score.customer_value if score else (), policy.values)
    yield from _unknown("channel", policy.feedback.channels, {one.code for one in policy.channels})


def _conditions(policy: Policy) -> Iterator[str]:
    specs = {one.code: one for one in policy.fields}
    for condition in _found(policy, Condition):
        yield from _unknown("tier", condition.tiers, {one.code for one in policy.tiers})
        yield from _unknown("type", condition.types, {one.code for one in policy.types})
        yield from _unknown("urgency", condition.urgencies, {one.code for one in policy.urgencies})
        yield from _unknown("mood", condition.moods, policy.moods)
        yield from _unknown("customer value", condition.customer_values, policy.values)
        yield from _unknown("feedback kind", condition.feedback_kinds, {one.code for one in policy.feedback.kinds})
        yield from _unknown("field", condition.fields, specs)
        yield from _unknown("name", condition.given, _names(policy, REPORTED))
        for code, answers in condition.fields.items():
            choices = {one.code for one in specs[code].choices} if code in specs else set()
            yield from _unknown(f"answer of {code}", answers, choices) if choices else ()


def _statuses(policy: Policy) -> Iterator[str]:
    codes = {one.code for one in policy.statuses}
    for one in policy.statuses:
        yield from _unknown("action", one.actions, ACTIONS)
        yield from _unknown("status", one.actions.values(), codes)
        yield from _ends(policy, one)
    if not policy.statuses or policy.statuses[0].category != "pending":
        yield "statuses: a demand begins pending"
    reached = {one.code for one in policy.statuses[:1]}
    ending = {one.code for one in policy.statuses if one.category == "closed"}
    for _ in policy.statuses:
        reached |= {code for one in policy.statuses if one.code in reached for code in one.actions.values()}
        ending |= {one.code for one in policy.statuses if ending.intersection(one.actions.values())}
    yield from (f"status {one.code!r} is never reached" for one in policy.statuses if one.code not in reached)
    yield from (
        f"status {one.code!r}: no way leads to a closed one" for one in policy.statuses if one.code not in ending
    )


def _ends(policy: Policy, status: Status) -> Iterator[str]:
    """What ends a demand leads to a closed status; what takes an end back, or follows it, begins in one."""
    closed = {one.code for one in policy.statuses if one.category == "closed"}
    for action, code in status.actions.items():
        if action in ("reject", "merge") and code not in closed:
            yield f"status {status.code!r}: {action} leads to no closed status"
        if action in ("unmerge", "follow-up") and status.code not in closed:
            yield f"status {status.code!r}: {action} is for what is closed"
        if action == "unmerge" and code in closed:
            yield f"status {status.code!r}: unmerge leads to a closed status"


def _clock(policy: Policy, clock: Clock) -> Iterator[str]:
    where = f"clock {clock.code!r}"
    dates = {f"fields.{one.code}" for one in policy.fields if one.kind == "date"}
    given = [bool(clock.add), bool(clock.add_by_priority), bool(clock.add_by_urgency)]
    if given.count(True) != 1:
        yield f"{where}: needs exactly one of add, add_by_priority, add_by_urgency"
    yield from _unknown(f"{where}: moment", [clock.starts_at], STARTS | dates)
    events = [*clock.met_by, *clock.until, *(word for one in clock.pauses for word in (one.starts, one.ends))]
    yield from _unknown(f"{where}: event", events, MET_BY)
    specs = [clock.add, *clock.add_by_priority.values(), *clock.add_by_urgency.values(), clock.approaching]
    yield from _spans(where, [one for one in specs if one])
    if clock.recurring and not clock.met_by:
        yield f"{where}: a recurring clock needs met_by"


def _promises(policy: Policy) -> Iterator[str]:
    try:
        ZoneInfo(policy.time_zone)
    except (ValueError, OSError, LookupError):
        yield f"time_zone {policy.time_zone!r} is not known"
    satisfied = {one.satisfied for one in policy.feedback.levels}
    if satisfied != {True, False}:
        yield "feedback.levels: some answers mean satisfied and some do not"
    promise = policy.receipt_promise
    yield from _spans("receipt_promise", [one for one in (*promise.by_urgency.values(), promise.default) if one])
    if policy.delay and policy.delay.notice:
        yield from _spans("delay.notice", [policy.delay.notice])
    if policy.archive.schedule == "by_day" and policy.archive.day is None:
        yield "archive: by_day needs day"
    days = {"archive.day": policy.archive.day, **{f"report {one.code!r}": one.due_day for one in policy.reports}}
    for where, day in days.items():
        if day is not None and not 1 <= day <= 28:
            yield f"{where}: {day} is no day that every month has"
    yield from _unknown("archive.file_name", _placeholders(policy.archive.file_name), {"customer", "number"})


def _texts(policy: Policy) -> Iterator[str]:
    yield from _unknown("notice: event", [one.on for one in policy.notices], NOTIFIED)
    for one in policy.notices:
        yield from _unknown(f"notice {one.kind!r}: rejection", one.rejections, REJECTIONS)
        if one.rejections and one.on != "demand.rejected":
            yield f"notice {one.kind!r}: only demand.rejected has kinds of rejections"
        allowed = RECEIPT_PLACEHOLDERS if one.kind == "acknowledgement" else PLACEHOLDERS
        for text in (one.subject.zh, one.subject.en, one.body.zh, one.body.en):
            yield from _unknown(f"notice {one.kind!r}: placeholder", _placeholders(text), allowed)


def _scripts(policy: Policy) -> Iterator[str]:
    for one in policy.scripts:
        for text in (one.say.zh, one.say.en):
            yield from _unknown(f"script {one.code!r}: placeholder", _placeholders(text), {"number", "due"})


def _pattern(numbering: Numbering) -> Iterator[str]:
    names = {"yyyy", "mm", "dd", "department", "customer"}
    yield from _unknown(f"{numbering.pattern!r}: placeholder", _placeholders(numbering.pattern), names | {"seq"})
    yield from _unknown(f"{numbering.scope!r}: placeholder", _placeholders(numbering.scope), names)
    if "seq" not in _placeholders(numbering.pattern):
        yield f"{numbering.pattern!r} has no {{seq}}"
    lost = set(_placeholders(numbering.scope)) - set(_placeholders(numbering.pattern))
    yield from (f"{numbering.pattern!r} lacks {{{name}}} of its scope: numbers would meet" for name in sorted(lost))


def _forms(policy: Policy) -> Iterator[str]:
    names = _names(policy, RECORDED)
    yield from _unknown("quality.required: name", [one.name for one in policy.quality.required], names)
    for form in policy.forms:
        items = [item for area in form.areas for item in area.items]
        known = names | {"task": OF_TASKS, "log": OF_LOG}.get(form.each, frozenset())
        yield from _unknown(f"form {form.code!r}: value", [item.value for item in items], known)
        if form.each != "demand" and form.layout != "rows":
            yield f"form {form.code!r}: a row for each {form.each} needs the layout rows"
    forms = {one.code for one in policy.forms}
    yield from _unknown("form", [policy.change_requests.form] if policy.change_requests else [], forms)


def _names(policy: Policy, base: frozenset[str]) -> frozenset[str]:
    return base | {f"fields.{one.code}" for one in policy.fields}


def _spans(where: str, specs: Iterable[str]) -> Iterator[str]:
    for spec in specs:
        try:
            parse_span(spec)
        except ValueError as error:
            yield f"{where}: {error}"


def _placeholders(text: str) -> list[str]:
    try:
        return [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return ["{"]


def _unknown(what: str, used: Iterable[str], known: Collection[str]) -> Iterator[str]:
    yield from (f"{what} {code!r} is not defined" for code in dict.fromkeys(used) if code not in known)


def _found(value: Any, kind: type) -> Iterator[Any]:
    if isinstance(value, kind):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _found(getattr(value, one.name), kind)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _found(inner, kind)
