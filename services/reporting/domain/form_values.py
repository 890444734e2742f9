"""What stands in the lines of a form: parts.RECORDED and `fields.<code>`, in the words of the policy. Pure."""

from collections.abc import Callable
from typing import Any

from services.reporting.domain import change_values, form_working
from services.reporting.domain.attachments import in_words
from services.reporting.domain.communications import OF_TALK, standing
from services.reporting.domain.form_sheet import Sheet
from shared.policies.asked import CUSTOMER_KINDS

WITHHELD = "[已隐去]"
"""Stands for a contact: it is in intake's vault and on no form but one made for it."""
_TICKED_FOR = {"waiting": "in_progress"}
"""A status of this category, whose own word has no box, is ticked as the other: we wait while it is being handled."""


def value(sheet: Sheet, name: str) -> str:
    """What stands in a line; empty for what is not known."""
    if sheet.talk is not None and name in OF_TALK:
        return OF_TALK[name](sheet.policy, sheet.talk)
    if name.startswith("fields."):
        return _field(sheet, name.removeprefix("fields."))
    if name.startswith(form_working.OF_ENTRIES):
        return (sheet.entry or {}).get(name, "")
    found = _VALUES.get(name)
    if found is not None:
        return found(sheet)
    plain = sheet.demand.get(name)
    return "" if plain is None else str(plain)


def ticks(sheet: Sheet, name: str, choices: tuple[str, ...]) -> str:
    """The choices as boxes, the one that holds ticked; an answer that has no box stands after them."""
    chosen = value(sheet, name)
    if name == "status" and chosen not in choices:
        chosen = _status_of_category(sheet, choices) or chosen
    boxes = "  ".join(f"{'☑' if one == chosen else '☐'}{one}" for one in choices)
    return boxes if not chosen or chosen in choices else f"{boxes}  {chosen}"


def blank_ticks(choices: tuple[str, ...]) -> str:
    """The choices as empty boxes."""
    return "  ".join(f"☐{one}" for one in choices)


def _status_of_category(sheet: Sheet, choices: tuple[str, ...]) -> str | None:
    category = sheet.demand["status_category"]
    wanted = (category, _TICKED_FOR.get(category))
    fitting = [one.label.zh for one in sheet.policy.statuses if one.category in wanted and one.label.zh in choices]
    return fitting[0] if fitting else None


def _field(sheet: Sheet, code: str) -> str:
    """An answer in the policy's words; an internal field of the same name as a part of the result shows that part."""
    spec = next((one for one in sheet.policy.fields if one.code == code), None)
    answer = (sheet.demand["fields"] or {}).get(code)
    if answer is None:
        answer = (sheet.demand["result"] or {}).get(code) if spec is not None and spec.internal else None
    labels = {one.code: one.label.zh for one in spec.choices} if spec else {}
    answers = answer if isinstance(answer, list) else [] if answer is None else [answer]
    return "、".join(labels.get(str(one), str(one)) for one in answers)


def _own(sheet: Sheet, name: str) -> Any:
    """What a row of the past says of itself; it stands until something else is decided here."""
    return (sheet.demand["historic"] or {}).get(name)


def _named(items: Any, code: str | None) -> str:
    return next((one.label.zh for one in items if one.code == code), code or "")


def _channel(sheet: Sheet) -> str:
    """The policy's word: an installation's channel has a code of its own and is known to the policy by its kind."""
    code, kind = _own(sheet, "channel") or sheet.demand["channel"], sheet.demand["channel_kind"]
    fitting = [one for one in sheet.policy.channels if one.code == code]
    fitting = fitting or [one for one in sheet.policy.channels if one.kind == kind]
    return fitting[0].label.zh if fitting else code or ""


def _display_name(sheet: Sheet) -> str:
    return sheet.demand["company_name"] or _name(sheet)


def _name(sheet: Sheet) -> str:
    if sheet.person is not None and sheet.person.name:
        return sheet.person.name
    if sheet.demand["company_name"]:  # a company is masked by its own name, which says nothing of the person
        return ""
    return sheet.demand["masked_name"] or sheet.demand["customer_number"] or ""


def _contact(sheet: Sheet, *kinds: str) -> str:
    if not sheet.policy.privacy.contact_in_record:
        return sheet.demand["number"] or ""
    if sheet.person is None or not sheet.person.with_contacts:
        return WITHHELD
    return " / ".join(filter(None, (getattr(sheet.person, kind) for kind in kinds)))


def _department(sheet: Sheet) -> str:
    lead = sheet.names.department(sheet.demand["lead"])
    joining = [sheet.names.department(code) for code in sheet.demand["joining"] or ()]
    return f"{lead}（协作：{'、'.join(joining)}）" if joining else lead


def _result(sheet: Sheet) -> str:
    found = sheet.demand["result"] or {"conclusion": _own(sheet, "result")}
    named = (
        ("conclusion", ""), ("explanation", "说明："), ("alternative", "替代方案："), ("next_step", "后续步骤："),
        ("notes", "注意事项："), ("left_over", "遗留问题："), ("recourse", "申诉途径："),
    )  # fmt: skip
    return "\n".join(f"{word}{found[name]}" for name, word in named if found.get(name))


def _handler(sheet: Sheet) -> str | None:
    return sheet.demand["handler_name"] or _own(sheet, "owner")


def _delays(sheet: Sheet) -> str:
    lines = []
    for one in sheet.dossier.delays:
        note = f"（{one['note']}）" if one["note"] else ""
        dates = f"{sheet.local(one['before'])} → {sheet.local(one['expected_finish'])}"
        lines.append(f"{one['reason_label']}{note}：{dates}")
    return "\n".join(lines)


def _due(sheet: Sheet) -> str:
    """One date: the clock that the policy shows, else the first response (policy C: resolve, else respond).

    An imported row shows its own limit, never one of ours.
    """
    if _own(sheet, "limit"):
        return str(_own(sheet, "limit"))
    shown = {one.code for one in sheet.policy.clocks if one.shown}
    rows = [one for one in sheet.dossier.deadlines if one["code"] in shown]
    rows = rows or [one for one in sheet.dossier.deadlines if one["kind"] == "first_response"]
    return sheet.local(max(rows, key=lambda one: (one["cycle"] or 1, one["due_at"]))["due_at"]) if rows else ""


def _note(sheet: Sheet) -> str:
    """Remarks: a row's own, and the earlier demand that it cites."""
    related = sheet.demand["related_number"]
    return "\n".join(filter(None, [_own(sheet, "note"), f"关联需求：{related}" if related else ""]))


def _signature(sheet: Sheet) -> str:
    signed = [one for one in sheet.dossier.opinions if one["signed"]]
    if not signed:
        return ""
    how = "客户已签字（扫描件）" if signed[-1]["signature_method"] == "scan" else "客户已电子确认"
    return f"{how} {sheet.local(signed[-1]['at'])}"


def _opinion(sheet: Sheet) -> str:
    told = (sheet.demand["feedback"] or {}).get("text")
    said = [one["opinion"] for one in sheet.dossier.opinions if one["opinion"]]
    return "\n".join(filter(None, [told, *said]))


def _follow_ups(sheet: Sheet) -> str:
    """Each follow-up with date and time (policy D): notes, what was told, talks."""
    moments = [one["at"] for one in (*sheet.dossier.progress, *sheet.dossier.promises)]
    moments += [one["occurred_at"] for one in standing(sheet.dossier.communications)]
    moments.sort()
    return "\n".join(sheet.local(at) for at in moments)


def _is_new(sheet: Sheet) -> str:
    known = sheet.demand["known_customer"]
    return "" if known is None else "老客户" if known else "新客户"


_VALUES: dict[str, Callable[[Sheet], str]] = {
    **form_working.VALUES,
    "row": lambda sheet: str(sheet.row),
    "ticket_number": lambda sheet: sheet.demand["number"] or "",
    "customer.display_name": _display_name,
    "customer.contact_person": lambda sheet: _name(sheet) if sheet.demand["company_name"] else "",
    "customer.name": lambda sheet: _name(sheet) or _display_name(sheet),
    "customer.company": lambda sheet: sheet.demand["company_name"] or "",
    "customer.contact": lambda sheet: _contact(sheet, "phone", "email", "im"),
    "customer.phone": lambda sheet: _contact(sheet, "phone"),
    "customer.email": lambda sheet: _contact(sheet, "email"),
    "customer.number": lambda sheet: sheet.demand["customer_number"] or "",
    "customer.industry": lambda sheet: sheet.demand["industry"] or "",
    "customer.kind": lambda sheet: _named(CUSTOMER_KINDS, sheet.demand["customer_kind"]),
    "customer.value": lambda sheet: getattr(sheet.policy.values.get(sheet.demand["value"] or ""), "zh", ""),
    "customer.is_new": _is_new,
    "customer.preferred_channel": lambda sheet: _named(sheet.policy.channels, sheet.demand["preferred_channel"]),
    "channel": _channel,
    "type": lambda sheet: _named(sheet.policy.types, sheet.demand["type_code"]),
    "urgency": lambda sheet: _named(sheet.policy.urgencies, sheet.demand["urgency"] or sheet.policy.default_urgency),
    "mood": lambda sheet: getattr(sheet.policy.moods.get(sheet.demand["mood"] or ""), "zh", ""),
    "priority": lambda sheet: sheet.demand["priority_label"] or "",
    "status": lambda sheet: sheet.demand["status_label"] or "",
    "received_at": lambda sheet: sheet.local(sheet.demand["received_at"]),
    "received_date": lambda sheet: sheet.local(sheet.demand["received_at"])[:10],
    "received_time": lambda sheet: sheet.local(sheet.demand["received_at"])[11:],
    "occurred_at": lambda sheet: sheet.local(sheet.demand["occurred_at"]),
    "expected_finish": lambda sheet: sheet.local(sheet.demand["expected_finish"]),
    "first_contact": lambda sheet: sheet.names.first_contact(sheet.demand),
    "department": _department,
    "handler": lambda sheet: sheet.names.person(sheet.demand["handler_id"], _handler(sheet)),
    "delay_reason": _delays,
    "due_at": _due,
    "result": _result,
    "improvement_measure": lambda sheet: sheet.demand["measure"] or "",
    "satisfaction": lambda sheet: _named(
        sheet.policy.feedback.levels, sheet.demand["satisfaction"] or _own(sheet, "satisfaction")
    ),
    "note": _note,
    "signature": _signature,
    **change_values.VALUES,
    "follow_ups": _follow_ups,
    "attachments": lambda sheet: in_words(sheet.dossier.attachments),
    "feedback.kind": lambda sheet: _named(sheet.policy.feedback.kinds, (sheet.demand["feedback"] or {}).get("kind")),
    "feedback.text": _opinion,
    "feedback.stars": lambda sheet: str((sheet.demand["feedback"] or {}).get("stars") or ""),
}
"""What has no line here and is no column of the demand is told by nobody yet."""
