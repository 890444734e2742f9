"""A policy's form, blank or filled, as lines that a document is drawn from. Pure."""

from dataclasses import dataclass, replace

from services.reporting.domain.communications import standing
from services.reporting.domain.form_sheet import Sheet
from services.reporting.domain.form_values import blank_ticks, ticks, value
from services.reporting.domain.form_working import entries
from shared.policies.asked import condition
from shared.policies.forms import AskedWhen, Form, FormItem
from shared.policies.model import Policy
from shared.refused import Refused


@dataclass(frozen=True)
class Line:
    """One line or column."""

    label: str
    text: str
    note: str
    required: bool


@dataclass(frozen=True)
class Page:
    """A form: areas {title, rows of lines}; in_rows: the lines are the columns of each row, else there is one row."""

    title: str
    subtitle: str
    in_rows: bool
    areas: tuple[tuple[str, tuple[tuple[Line, ...], ...]], ...]
    notes: tuple[str, ...]


def form_of(policy: Policy, code: str) -> Form:
    """The policy's form; Refused 404."""
    for one in policy.forms:
        if one.code == code:
            return one
    raise Refused("form-unknown", "The policy has no such form", 404)


def page(policy: Policy, form: Form, sheet: Sheet | None) -> Page:
    """sheet None: blank, with the notes on how to fill it in."""
    sheets = _sheets(form, sheet)
    areas = tuple(
        (area.label.zh, tuple(tuple(_line(policy, form, item, one) for item in area.items) for one in sheets))
        for area in form.areas
    )
    notes = tuple(one.zh for one in policy.privacy.notes)
    return Page(
        form.title.zh, f"{policy.title.zh}（{policy.code}/{policy.version}）", form.layout == "rows", areas, notes
    )


def _sheets(form: Form, sheet: Sheet | None) -> list[Sheet | None]:
    """What each row is filled from; a form without anything to show has one empty row.

    A sheet of demands has a row for the demand, whose receipt is the first talk, and one for each talk (policy C).
    """
    if sheet is None or form.layout != "rows":
        return [sheet]
    if form.each != "demand":
        rows = enumerate(entries(sheet, form.each), start=1)
        return [replace(sheet, entry=entry, row=row) for row, entry in rows] or [None]
    talks = standing(sheet.dossier.communications)
    return [sheet, *(replace(sheet, row=sheet.row + place, talk=one) for place, one in enumerate(talks, 1))]


def _line(policy: Policy, form: Form, item: FormItem, sheet: Sheet | None) -> Line:
    notes = [item.note.zh] if item.note else []
    if sheet is None:
        text = blank_ticks(item.choices)
        notes[:0] = [_only_if(policy, form, item.asked_when)] if item.asked_when else []
    else:
        text = ticks(sheet, item.value, item.choices) if item.choices else value(sheet, item.value)
    return Line(item.label.zh, text, "；".join(notes), item.required)


def _only_if(policy: Policy, form: Form, when: AskedWhen) -> str:
    label, answers = condition(policy, form, when)
    return f"仅当“{label.zh}”选“{'”或“'.join(one.zh for one in answers)}”时填写"
