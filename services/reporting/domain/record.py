"""What an archive holds of a demand, by the contents that its policy names. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from services.reporting.domain.communications import standing
from services.reporting.domain.dossier import Dossier, Names, Row
from services.reporting.domain.packing import Supplement

FORMAT = "demandflow-record/1"
_SUPPLEMENT = "demandflow-supplement/1"

_REPORTED = (
    """
    number policy policy_version channel channel_kind registered_by received_at occurred_at known_customer subject
    description declared_type urgency expected_by order_number product mood wishes budget related_number impact fields
    partner quality type_code type_label category track priority_code priority_label lead joining status_code
    status_label status_resolution handler_name cycle first_response_by accepted_at accepted_by completed_at closed_at
    withdrawn_at withdraw_reason closing_reason rejected_kind handling_minutes historic
    """
).split()


def record(dossier: Dossier, contents: Sequence[str], names: Names, *, customer_name: str) -> dict[str, Any]:
    """The record as plain JSON. customer_name: the name it is filed by, the customer's number where that stands for it.

    No contact is ever in it: reporting knows none.
    """
    parts = {name: _PARTS[name](dossier, names) for name in contents if name in _PARTS}
    facts = ("company_name", "customer_kind", "industry", "tier", "value")
    customer = {"number": dossier.demand["customer_number"], "name": customer_name}
    customer |= {name: dossier.demand[name] for name in facts}
    whole: dict[str, Any] = plain(
        {"format": FORMAT, "demand_id": dossier.demand["demand_id"], "customer": customer, **parts}
    )
    return whole


def supplement(dossier: Dossier, names: Names, added: Supplement, *, customer_name: str) -> dict[str, Any]:
    """What came after a demand was filed, beside what it supplements: {archive_id, period} of the package."""
    customer = {"number": dossier.demand["customer_number"], "name": customer_name}
    whole: dict[str, Any] = plain(
        {
            "format": _SUPPLEMENT,
            "demand_id": added.demand_id,
            "number": added.number,
            "supplements": {"archive_id": added.archive_id, "period": added.period},
            "customer": customer,
            "attachments": _attachments(dossier, names),
        }
    )
    return whole


def pseudonymous(dossier: Dossier) -> Dossier:
    """The same with the customer's number in the place of every name."""
    number = dossier.demand["customer_number"]
    return replace(dossier, demand={**dossier.demand, "company_name": None, "masked_name": number})


def plain(value: Any) -> Any:
    """Moments and dates as text, all the way down."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def execution_log(dossier: Dossier, names: Names) -> list[dict[str, Any]]:
    """All that went on, from progress and tasks to the hand-over, in the order of time: {at, by, kind, ...}."""
    found = [{"at": one["at"], "by": names.actor(one["by"]), "kind": "progress", **_note(one)}
             for one in dossier.progress]  # fmt: skip
    found += [{"at": one["at"], "by": names.actor(one["by"]), "kind": "delay", **_delay(one)} for one in dossier.delays]
    found += [{"at": one["dispatched_at"], "by": names.department(one["department"]), "kind": "task", **_task(one)}
              for one in dossier.tasks]  # fmt: skip
    for one in dossier.blocks:
        kept = {name: one[name] for name in ("reason", "reason_label", "note", "task", "occurred_at")}
        found.append({"at": one["at"], "by": names.actor(one["by"]), "kind": "block", **kept})
        if one["ended_at"] is not None:
            ended = {"note": one["end_note"], "task": one["task"]}
            found.append({"at": one["ended_at"], "by": names.actor(one["ended_by"]), "kind": "unblock", **ended})
    found += [_change(one, names) for one in dossier.changes if one["asked"]]
    found += _handed_over(dossier, names)
    return sorted(found, key=lambda one: one["at"])


def _note(one: Row) -> dict[str, Any]:
    """A free note has no task."""
    return {name: one[name] for name in ("text", "task", "state", "percent") if name == "text" or one["task"]}


def _task(one: Row) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in ("demand_id", "dispatched_at", "department")}


def _evaluation(dossier: Dossier, names: Names) -> dict[str, Any] | None:
    """The latest, and by department what each said last."""
    if dossier.demand["evaluation"] is None:
        return None
    left_out = ("demand_id", "version", "by")
    rows = [{name: value for name, value in one.items() if name not in left_out} for one in dossier.evaluations]
    return {**dossier.demand["evaluation"], "departments": rows}


def _change(one: Row, names: Names) -> dict[str, Any]:
    asked = {**one["asked"], "at": datetime.fromisoformat(one["asked"]["at"]), "by": names.actor(one["asked"]["by"])}
    return {"kind": "change", **asked, **{name: one[name] for name in ("number", "approvals", "answer", "decision")}}


def _handed_over(dossier: Dossier, names: Names) -> list[dict[str, Any]]:
    handed = dossier.demand["handed_over"]
    if not handed:
        return []
    kept = {name: handed[name] for name in ("deliverables", "report")}
    at, by = datetime.fromisoformat(handed["at"]), names.actor(handed["by"])
    return [{"at": at, "by": by, "kind": "hand_over", "text": handed["conclusion"], **kept}]


def _delay(one: Row) -> dict[str, Any]:
    kept = ("reason", "reason_label", "note", "before", "expected_finish", "told_at", "channel", "late")
    return {name: one[name] for name in kept}


def _communications(dossier: Dossier, names: Names) -> list[dict[str, Any]]:
    """What was said with the customer, as it stands and as it stood, and what was told by people and by notices."""
    said = [_talk(one, names) for one in standing(dossier.communications)]
    told = [
        {"at": one["at"], "by": names.actor(one["by"]), "channel": one["channel"], "text": one["text"],
         "promised_for": one["promised_for"]}
        for one in dossier.promises
    ]  # fmt: skip
    sent = [
        {"at": one["at"], "by": "notifier", "channel": one["carrier"], "notice": one["kind"]}
        for one in dossier.notices
        if one["audience"] == "customer" and one["outcome"] == "sent"
    ]
    return sorted([*said, *told, *sent], key=lambda one: one["at"])


def _talk(one: Row, names: Names) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name not in ("demand_id", "occurred_at", "former")}
    former = {"former": [_talk(before, names) for before in one["former"]]} if one.get("former") else {}
    return {"at": one["occurred_at"], **kept, "by": names.actor(one["by"]), **former}


def _feedback(dossier: Dossier, names: Names) -> dict[str, Any]:
    answers = [{name: one[name] for name in ("cycle", "at", "satisfaction", "satisfied", "opinion")}
               for one in dossier.opinions]  # fmt: skip
    return {"given": dossier.demand["feedback"], "answers": answers, "measure": dossier.demand["measure"],
            "recourse": dossier.demand["recourse"]}  # fmt: skip


def _deadlines(dossier: Dossier, names: Names) -> list[dict[str, Any]]:
    kept = ("code", "kind", "cycle", "occurrence", "due_at", "met_at", "breached_at")
    return [{name: one[name] for name in kept} for one in dossier.deadlines]


def _record(dossier: Dossier, names: Names) -> dict[str, Any]:
    facts = {name: dossier.demand[name] for name in _REPORTED}
    facts["handler_name"] = names.person(dossier.demand["handler_id"], dossier.demand["handler_name"]) or None
    facts["first_contact"] = names.first_contact(dossier.demand) or None
    return {**facts, "deadlines": _deadlines(dossier, names), "relations": _relations(dossier)}


def _attachments(dossier: Dossier, names: Names) -> list[dict[str, Any]]:
    """With `file`, its name in the package, and `state`, where they were enclosed (usecases.enclose_files)."""
    left_out = ("demand_id", "attachment_id", "by")
    return [
        {"by": names.actor(one["by"]), **{name: value for name, value in one.items() if name not in left_out}}
        for one in dossier.attachments
    ]


def _relations(dossier: Dossier) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("number", "relation", "direction", "note")} for one in dossier.relations]


_PARTS: dict[str, Callable[[Dossier, Names], Any]] = {
    "record": _record,
    "attachments": _attachments,
    "communications": _communications,
    "evaluation": _evaluation,
    "plan": lambda dossier, names: {
        **(dossier.demand["plan"] or {}),
        "expected_finish": dossier.demand["expected_finish"],
    },
    "execution_log": execution_log,
    "result": lambda dossier, names: dossier.demand["result"],
    "feedback": _feedback,
    "signature": lambda dossier, names: [
        {
            "cycle": one["cycle"],
            "signed_at": one["at"],
            "method": one["signature_method"],
            "result_sha256": one["result_sha256"],
        }
        for one in dossier.opinions
        if one["signed"]
    ],
}
